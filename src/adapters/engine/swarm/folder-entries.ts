import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { writeTar } from '../../../lib/tar.ts'
import { PortError } from '../../../ports/port-error.ts'

type Entry = Parameters<typeof writeTar>[0][number]

/** A recipe's own checks, not data: more is a mistake. */
const LARGEST_FOLDER = 128 * 1024 * 1024

/** A folder of the host as archive entries. Links stay links and are never followed, so that nothing from outside comes along (trap 64). */
export async function folderEntries(folder: string, owner: { uid: number; gid: number }): Promise<Entry[]> {
  const root = await realpath(folder)
  const entries: Entry[] = []
  let bytes = 0

  async function add(at: string): Promise<void> {
    for (const name of (await readdir(at)).sort()) {
      const full = join(at, name)
      const path = relative(root, full).split(sep).join('/')
      const info = await lstat(full)
      if (info.isSymbolicLink()) entries.push({ kind: 'symlink', path, target: await readlink(full), ...owner })
      else if (info.isDirectory()) {
        entries.push({ kind: 'folder', path, mode: info.mode & 0o777, ...owner })
        await add(full)
      } else if (info.isFile()) {
        bytes += info.size
        if (bytes > LARGEST_FOLDER) throw new PortError('refused', `copying ${folder} into a job: it holds more than ${LARGEST_FOLDER} bytes`)
        entries.push({ kind: 'file', path, bytes: await readFile(full), mode: info.mode & 0o777, ...owner })
      } else throw new PortError('refused', `copying ${folder} into a job: ${path} is neither file, folder nor link`)
    }
  }

  await add(root)
  return entries
}
