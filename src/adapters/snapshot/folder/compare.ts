import type { Entry } from './entry.ts'
import type { Identities, Manifest } from './manifest.ts'
import type { Walked } from './walk.ts'

/** What an earlier snapshot knows of live files. */
export interface Known {
  entry: Entry
  inode: bigint
  ctime: bigint
}

export function knownOf(manifest: Manifest, identities: Identities): Map<string, Known> {
  const known = new Map<string, Known>()
  for (const [place, entry] of manifest.entries.entries()) {
    const identity = identities[place]
    if (identity !== undefined) known.set(entry.path, { entry, ...identity })
  }
  return known
}

/**
 * The entry that an earlier snapshot has for a live file that has not changed since, as told by inode and ctime; size, time and mode are compared
 * besides. A new size or content under the old time has another ctime: nobody can set that back. Extended attributes, access lists, owner
 * and the number of names have part in it as well.
 */
export function unchanged(walked: Walked, known: ReadonlyMap<string, Known>): Entry | undefined {
  const before = known.get(walked.entry.path)
  if (before === undefined) return undefined
  const { entry } = walked
  const isSame =
    before.ctime === walked.identity.ctime &&
    before.inode === walked.identity.inode &&
    before.entry.kind === entry.kind &&
    before.entry.size === entry.size &&
    before.entry.mtime === entry.mtime &&
    before.entry.mode === entry.mode
  return isSame ? before.entry : undefined
}
