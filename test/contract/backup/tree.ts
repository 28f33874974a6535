import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, lstatSync, lutimesSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Trees that a backup must cope with, and what is to be seen of a tree from outside. */

/** Names that have broken scripts. */
export const hostileNames = ['-rf', ' leading and trailing ', 'line\nbreak', '$(touch injected)', '`touch injected`', "it's", '"quoted"', '*', '[a-z]', '\\', 'café ✓', '{"message_type":"summary"}', '..hidden', '.dot']

/** No valid UTF-8. */
export const rawName = Buffer.from([0x72, 0xff, 0xfe, 0x77])

export function writeHostileTree(root: string): void {
  mkdirSync(join(root, 'folder/deep/deeper'), { recursive: true })
  mkdirSync(join(root, 'empty folder'))
  writeFileSync(join(root, 'zero'), '')
  writeFileSync(join(root, 'folder/deep/deeper/large'), randomBytes(3_000_001))
  for (const name of hostileNames) writeFileSync(join(root, 'folder', name), `this is ${name}`)
  writeFileSync(Buffer.concat([Buffer.from(join(root, 'folder/')), rawName]), 'a name of bytes')
  writeFileSync(join(root, 'private'), 'for one', { mode: 0o600 })
  writeFileSync(join(root, 'program'), '#!/bin/sh\n')
  chmodSync(join(root, 'program'), 0o755)
  writeFileSync(join(root, 'read only'), 'fixed', { mode: 0o444 })
  mkdirSync(join(root, 'closed'), { mode: 0o700 })
  writeFileSync(join(root, 'closed/inside'), 'x')
  chmodSync(join(root, 'closed'), 0o555)
  symlinkSync('folder/deep', join(root, 'link to folder'))
  symlinkSync('/etc/hostname', join(root, 'link out'))
  symlinkSync('nowhere\nat all', join(root, 'dangling'))
  writeFileSync(join(root, 'first name'), 'shared')
  linkSync(join(root, 'first name'), join(root, 'second name'))
  const old = new Date('2001-02-03T04:05:06.789Z')
  utimesSync(join(root, 'zero'), old, old)
  lutimesSync(join(root, 'dangling'), old, old)
  utimesSync(join(root, 'empty folder'), old, old)
}

/** Path → kind, mode, time, owner, content; two names of one file say so. What is equal here is equal for an app. */
export function pictureOf(root: string): Record<string, string> {
  const picture: Record<string, string> = {}
  const inodes = new Map<number, string>()
  const visit = (path: Buffer, shown: string) => {
    const stat = lstatSync(path)
    const common = `${(stat.mode & 0o7777).toString(8)} ${stat.uid}:${stat.gid} ${new Date(Math.round(stat.mtimeMs)).toISOString()}`
    if (stat.isSymbolicLink()) picture[shown] = `link ${common} → ${readlinkSync(path)}`
    else if (stat.isDirectory()) {
      picture[shown] = `folder ${common}`
      for (const name of readdirSync(path, { encoding: 'buffer' })) visit(Buffer.concat([path, Buffer.from('/'), name]), join(shown, name.toString('latin1')))
    } else if (stat.isFile()) {
      const same = inodes.get(stat.ino)
      if (stat.nlink > 1) inodes.set(stat.ino, shown)
      picture[shown] = `file ${common} ${stat.size} ${createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12)}${same ? ` same file as ${same}` : ''}`
    } else picture[shown] = `other ${common}`
  }
  visit(Buffer.from(root), '.')
  return picture
}
