import { readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { UnitFolder } from '../../domain/boot/systemd/unit-folder.ts'
import { UsageError } from '../command.ts'

const READ = /\.(service|target|timer|socket|path|mount|automount|swap|slice|device|scope|conf)$/
const LOOKED_INTO = /\.(d|wants|requires|upholds)$/
/** Where units lie that are not of this folder: a link there, under another name, is an alias of one of the system's. */
const SYSTEM = /^(\/usr)?(\/local)?\/lib\/systemd\/system$|^\/(etc|run)\/systemd\/system$/

/**
 * A folder of units as its files say it. A link to a unit file elsewhere (`systemctl link`, NixOS) is read as that file; one to another name in the folder, or to
 * `/dev/null`, is kept as a link. Folders of drop-ins and of links are looked into, others are not.
 */
export function readUnitFolder(folder: string, workingFolder: string): UnitFolder {
  const files = new Map<string, string>()
  const links = new Map<string, string>()
  const look = (inner: string) => {
    for (const entry of readdirSync(join(folder, inner), { withFileTypes: true })) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`
      const there = join(folder, path)
      const isLink = entry.isSymbolicLink()
      // What stands below *.wants says by its name alone who is meant.
      const leadsTo = isLink && (inner === '' || inner.endsWith('.d')) ? statOf(there) : undefined
      if ((entry.isDirectory() || leadsTo?.isDirectory()) && inner === '' && LOOKED_INTO.test(entry.name)) look(path)
      else if (isLink && !(leadsTo?.isFile() && READ.test(entry.name) && !isAlias(there, folder))) links.set(path, readlinkSync(there))
      else if ((isLink || entry.isFile()) && READ.test(entry.name)) files.set(path, readFileSync(there, 'utf8'))
    }
  }
  try {
    look('')
  } catch (error) {
    throw new UsageError(`The units in ${folder} cannot be read: ${(error as Error).message}.`)
  }
  return { name: relative(workingFolder, folder), files, links }
}

function isAlias(link: string, folder: string): boolean {
  const target = resolve(dirname(link), readlinkSync(link))
  if (basename(target) === basename(link) || link.endsWith('.conf')) return false
  return SYSTEM.test(dirname(target)) || realpathSync(dirname(target)) === realpathSync(folder)
}

/** Undefined: the link leads nowhere. */
function statOf(link: string): Stats | undefined {
  try {
    return statSync(link)
  } catch {
    return undefined
  }
}
