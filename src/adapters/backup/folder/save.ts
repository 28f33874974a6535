import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readlink, type FileHandle } from 'node:fs/promises'
import type { BackupSource } from '../../../ports/backup.ts'
import { CHUNK, type SavedEntry } from './artefact.ts'
import { stopIfAborted } from './errors.ts'
import { writtenPath, type RawPath, type WrittenPath } from './raw-path.ts'
import { kindOf, walk, type Seen } from './walk.ts'

/** Writes the bytes of one source to the end of the pack and says what there is. What the running app removes meanwhile is left out. */
export async function packSource(given: { source: BackupSource; volumeFolder: RawPath; pack: FileHandle; from: number; signal: AbortSignal }): Promise<SavedEntry[]> {
  const { source, volumeFolder, pack, signal } = given
  const entries: SavedEntry[] = []
  const firstNames = new Map<string, WrittenPath>()
  let from = given.from
  for await (const seen of walk(volumeFolder, Buffer.from(source.path))) {
    stopIfAborted(signal, `saving ${source.volume}`)
    const { stat } = seen
    const entry: SavedEntry = {
      volume: source.volume,
      path: writtenPath(seen.path),
      kind: kindOf(stat),
      mode: Number(stat.mode & 0o7777n),
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      mtime: Number(stat.mtimeNs) / 1e9,
      bytes: 0,
    }
    try {
      if (entry.kind === 'link') entry.target = writtenPath(await readlink(seen.full, { encoding: 'buffer' }))
      if (entry.kind === 'file') {
        const same = `${stat.dev}:${stat.ino}`
        const first = firstNames.get(same)
        if (first !== undefined) entry.sameAs = first
        else {
          Object.assign(entry, await packFile(seen, { pack, from, signal }))
          from += entry.bytes
          if (stat.nlink > 1n) firstNames.set(same, entry.path)
        }
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    entries.push(entry)
  }
  return entries
}

/** The app may be writing: what counts is what was read, not what the size said before. */
async function packFile({ full }: Seen, { pack, from, signal }: { pack: FileHandle; from: number; signal: AbortSignal }): Promise<Pick<SavedEntry, 'bytes' | 'from' | 'sha256'>> {
  const hash = createHash('sha256')
  const buffer = new Uint8Array(CHUNK)
  const file = await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  let bytes = 0
  try {
    for (;;) {
      stopIfAborted(signal, 'saving')
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes)
      if (bytesRead === 0) break
      const chunk = buffer.subarray(0, bytesRead)
      hash.update(chunk)
      await writeAll(pack, chunk, from + bytes)
      bytes += bytesRead
    }
  } finally {
    await file.close()
  }
  return { bytes, from, sha256: hash.digest('hex') }
}

export async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
}
