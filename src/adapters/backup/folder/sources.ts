import { lstat } from 'node:fs/promises'
import { innerPath, liesIn } from '../../../lib/inner-path.ts'
import type { BackupSource } from '../../../ports/backup.ts'
import { PortError } from '../../../ports/port-error.ts'
import { under, type RawPath } from './raw-path.ts'

/** The same paths, written plainly. `refused`: nothing at all, or a path that leaves its volume (trap 64). */
export function plainSources(sources: BackupSource[]): BackupSource[] {
  if (sources.length === 0) throw new PortError('refused', 'backup: nothing to save was named; a backup of nothing is none')
  return sources.map(({ volume, path }) => {
    const inner = innerPath(path)
    if (inner === undefined) throw new PortError('refused', `backup: the path ${JSON.stringify(path)} leaves the volume ${volume}; name one inside it`)
    return { volume, path: inner }
  })
}

/** Without those that lie in another one: everything once. */
export function outermost(sources: BackupSource[]): BackupSource[] {
  const covers = (other: BackupSource, source: BackupSource) => other.volume === source.volume && liesIn(source.path, other.path)
  return sources.filter((source, place) => !sources.some((other, index) => index !== place && covers(other, source) && (other.path !== source.path || index < place)))
}

/**
 * Goes from the volume's root to the folder that holds `path`, and refuses to pass through a link: an app could point one
 * anywhere. Missing folders are given to `missing`.
 */
export async function throughFolders(volume: RawPath, path: string, missing: (folder: RawPath) => Promise<void>): Promise<void> {
  let folder = volume
  for (const part of path.split('/').slice(0, -1)) {
    folder = under(folder, Buffer.from(part))
    const stat = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!stat) await missing(folder)
    else if (!stat.isDirectory())
      throw new PortError('refused', `backup: ${JSON.stringify(path)} leads through ${JSON.stringify(part)}, which is no folder but a link or file; name the real place`)
  }
}
