import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { UnitFolder } from '../../domain/boot/systemd/read-units.ts'
import { UsageError } from '../command.ts'

/** A folder of units as its files say it; links are read, never followed. Folders of drop-ins and of links are looked into, others are not. */
export function readUnitFolder(folder: string, workingFolder: string): UnitFolder {
  const files = new Map<string, string>()
  const links = new Map<string, string>()
  const look = (inner: string, deep: boolean) => {
    for (const entry of readdirSync(join(folder, inner), { withFileTypes: true })) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`
      if (entry.isSymbolicLink()) links.set(path, readlinkSync(join(folder, path)))
      else if (entry.isDirectory() && deep && /\.(d|wants|requires|upholds)$/.test(entry.name)) look(path, false)
      else if (entry.isFile() && /\.(service|target|timer|socket|path|mount|automount|swap|slice|device|scope|conf)$/.test(entry.name)) files.set(path, readFileSync(join(folder, path), 'utf8'))
    }
  }
  try {
    look('', true)
  } catch (error) {
    throw new UsageError(`The units in ${folder} cannot be read: ${(error as Error).message}.`)
  }
  return { name: relative(workingFolder, folder), files, links }
}
