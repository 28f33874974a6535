import type { BytePath } from './byte-path.ts'

/** What is at one path, all that has to come back. Shared by the walk, the manifest and the restore. */
export interface Entry {
  /** `<folder's name>/<path>`; the folder itself has no slash. */
  path: BytePath
  kind: EntryKind
  /** Permission bits, with setuid, setgid and sticky. */
  mode: number
  uid: number
  gid: number
  /** ns UTC */
  mtime: bigint
  /** Files: bytes, holes included. */
  size: number
  /** Links. */
  target?: BytePath
  /** Devices: as the kernel writes both numbers in one. */
  device?: number
  xattrs?: Record<string, string>
  /** A further name of the same file: the path of the first. Links, sockets and devices have no second names here. */
  sameAs?: BytePath
  /** Sparse files: where there is data. */
  extents?: [offset: number, length: number][]
  /** Files with data: where it lies. */
  stored?: Stored
}

export type EntryKind = 'file' | 'folder' | 'link' | 'pipe' | 'socket' | 'character device' | 'block device'

export interface Stored {
  /** Place in the manifest's list of packs. */
  pack: number
  /** The first of its pieces in that pack's index. How many there are follows from {@link piecesOf}. */
  piece: number
}

/** What tells, without reading it, that a file is still the one we saw: inode and ctime cannot be set back by anybody. */
export interface Identity {
  inode: bigint
  /** ns UTC */
  ctime: bigint
}

/** Bytes that are hashed as one. */
export const PIECE = 4 * 1024 * 1024

/**
 * How a file's data is cut: at the ends of its extents, and every {@link PIECE} bytes of data. Follows from the entry alone, so that neither
 * manifest nor index has to say it.
 */
export function piecesOf(entry: Entry): { offset: number; bytes: number }[] {
  const extents = entry.extents ?? (entry.size > 0 ? [[0, entry.size] as [number, number]] : [])
  if (extents.length === 1 && extents[0]![1] <= PIECE) return [{ offset: extents[0]![0], bytes: extents[0]![1] }]
  const pieces: { offset: number; bytes: number }[] = []
  let room = PIECE
  for (const [from, length] of extents) {
    for (let at = from; at < from + length; ) {
      const bytes = Math.min(room, from + length - at)
      pieces.push({ offset: at, bytes })
      at += bytes
      room -= bytes
      if (room === 0) room = PIECE
    }
  }
  return pieces
}

export function dataBytes(entry: Entry): number {
  return entry.extents ? entry.extents.reduce((sum, [, length]) => sum + length, 0) : entry.size
}
