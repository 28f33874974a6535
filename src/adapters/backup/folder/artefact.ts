import { createHash } from 'node:crypto'
import { open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupEntry, BackupSource } from '../../../ports/backup.ts'
import { PortError } from '../../../ports/port-error.ts'
import { stopIfAborted } from './errors.ts'
import { readPath, type RawPath, type WrittenPath } from './raw-path.ts'

/**
 * What a backup looks like on disk: a folder named by its id, with
 *
 *     manifest.json   what was saved: every file with place, size and sha256, owner, mode and time
 *     pack            the files' bytes, one after the other
 *
 * The id is the hash of the manifest, so a manifest that was changed is another backup's. One file for all bytes,
 * because making thousands of files is what costs, and because names that a file system barely takes need not be made twice.
 */

export const MANIFEST = 'manifest.json'
export const PACK = 'pack'

export interface Manifest {
  form: 1
  /** ms UTC */
  at: number
  sources: BackupSource[]
  entries: SavedEntry[]
}

export interface SavedEntry {
  volume: string
  path: WrittenPath
  kind: BackupEntry['kind']
  mode: number
  uid: number
  gid: number
  /** Seconds; what `utimes` takes. */
  mtime: number
  /** Files: how many bytes, from where in the pack, and their sha256. */
  bytes: number
  from?: number
  sha256?: string
  /** Links. */
  target?: WrittenPath
  /** A further name of the same file: the path of the first. */
  sameAs?: WrittenPath
}

export function idOf(manifest: string): string {
  return createHash('sha256').update(manifest).digest('hex').slice(0, 32)
}

/**
 * Reads a backup whole and compares every byte with its manifest. Nothing else may look into a backup: what was cut short or changed
 * after it was written is `unexpected`, never a smaller backup (trap 20).
 */
export async function verified(folder: string, id: string, signal: AbortSignal): Promise<Manifest> {
  const tried = `reading backup ${id}`
  const text = await readFile(join(folder, MANIFEST), 'utf8')
  if (idOf(text) !== id) throw damaged(tried, `${MANIFEST} is not the one that was written`)
  const manifest: Manifest = JSON.parse(text)
  const pack = await open(join(folder, PACK))
  try {
    const size = (await pack.stat()).size
    const expected = manifest.entries.reduce((sum, entry) => sum + (entry.from === undefined ? 0 : entry.bytes), 0)
    if (size !== expected) throw damaged(tried, `${PACK} has ${size} bytes instead of ${expected}`)
    for (const entry of manifest.entries) {
      if (entry.from === undefined) continue
      const hash = createHash('sha256')
      for await (const chunk of slice(pack, entry.from, entry.bytes)) {
        stopIfAborted(signal, tried)
        hash.update(chunk)
      }
      if (hash.digest('hex') !== entry.sha256) throw damaged(tried, `the bytes of ${showPath(readPath(entry.path))} have changed`)
    }
  } finally {
    await pack.close()
  }
  return manifest
}

/** A part of the pack, chunk by chunk. A chunk is only valid until the next one is asked for. */
export async function* slice(pack: FileHandle, from: number, bytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(bytes, CHUNK))
  let at = from
  while (at < from + bytes) {
    const { bytesRead } = await pack.read(buffer, 0, Math.min(buffer.length, from + bytes - at), at)
    if (bytesRead === 0) throw damaged('reading a backup', `${PACK} ends early`)
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

export const CHUNK = 1024 * 1024

function damaged(tried: string, what: string): PortError {
  return new PortError('unexpected', `${tried}: it is damaged: ${what}. It cannot be used; look at the disk, and save again.`, { says: what })
}

export function showPath(path: RawPath): string {
  return JSON.stringify(path.toString())
}

