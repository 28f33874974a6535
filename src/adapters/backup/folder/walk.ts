import type { BigIntStats } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import type { BackupEntry } from '../../../ports/backup.ts'
import { below, under, type RawPath } from './raw-path.ts'

export interface Seen {
  /** Relative to the volume's root. */
  path: RawPath
  full: RawPath
  stat: BigIntStats
}

/** A path of a volume and all below it, parents first, names in the order of their bytes. Links are not followed. */
export async function* walk(volume: RawPath, path: RawPath): AsyncGenerator<Seen> {
  const full = below(volume, path)
  const stat = await lstat(full, { bigint: true })
  yield { path, full, stat }
  if (!stat.isDirectory()) return
  for (const name of await namesIn(full)) {
    try {
      yield* walk(volume, path.toString() === '.' ? name : under(path, name))
    } catch (error) {
      // The app is running: what it removed since we listed the folder is not part of the backup.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
}

export async function namesIn(folder: RawPath): Promise<RawPath[]> {
  return (await readdir(folder, { encoding: 'buffer' })).sort(Buffer.compare)
}

export function kindOf(stat: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): BackupEntry['kind'] {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  if (stat.isSymbolicLink()) return 'link'
  return 'other'
}
