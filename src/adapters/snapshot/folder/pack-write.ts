import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { SnapshotError } from '../../../ports/snapshots.ts'
import { fsPath, shown } from './byte-path.ts'
import { frameHash, HASH, hashOf } from './pack-index.ts'
import { longestRegion, type PackPlan } from './pack-plan.ts'
import type { StopFlag } from './stop-flag.ts'
import { alignedBuffer } from './system.ts'

/**
 * Fills and writes regions of a pack, one after the other, until no thread has any left to take. Past the page cache where the file system can do
 * that: what is copied once need not push out what other programs read again and again.
 */
export function writeRegions(plan: PackPlan, packFile: string, stop: StopFlag): void {
  const pack = openDirect(packFile, constants.O_WRONLY)
  const memory = alignedBuffer(longestRegion(plan.regions))
  const source = openSource(plan)
  try {
    for (let region = Atomics.add(plan.next, 0, 1); region + 1 < plan.regions.length; region = Atomics.add(plan.next, 0, 1)) {
      stop.check('writing a snapshot')
      const from = plan.regions[region]!
      const bytes = memory.subarray(0, plan.regions[region + 1]! - from)
      fill(plan, region, bytes, source)
      writeWhole(pack, bytes, from)
    }
  } finally {
    source.close()
    closeSync(pack)
  }
}

function fill(plan: PackPlan, region: number, bytes: Buffer, source: ReturnType<typeof openSource>): void {
  const from = plan.regions[region]!
  let end = 0
  /** The buffer still holds an earlier region. */
  const clearTo = (at: number) => {
    if (at > end) bytes.fill(0, end, at)
  }
  let frame = plan.firstFrames[region]!
  const lastFrame = plan.firstFrames[region + 1]!
  const putFramesBefore = (limit: number) => {
    for (; frame < lastFrame && plan.frameAt[frame]! < limit; frame++) {
      const at = plan.frameAt[frame]! - from
      const text = plan.frames.subarray(frame === 0 ? 0 : plan.frameEnds[frame - 1]!, plan.frameEnds[frame]!)
      clearTo(at)
      bytes.set(text, at)
      end = at + text.length
    }
  }
  const pieces: { at: number; bytes: number }[] = []
  for (let piece = plan.firstPieces[region]!; piece < plan.firstPieces[region + 1]!; piece++) {
    const at = plan.pieceAt[piece]!
    putFramesBefore(at)
    clearTo(at - from)
    const length = plan.pieceBytes[piece]!
    const part = bytes.subarray(at - from, at - from + length)
    source.read(plan.pieceFile[piece]!, part, plan.pieceOffset[piece]!)
    plan.pieceHashes.set(hashOf(part), HASH * piece)
    pieces.push({ at, bytes: length })
    end = at - from + length
  }
  putFramesBefore(Number.POSITIVE_INFINITY)
  clearTo(bytes.length)
  plan.frameHashes.set(frameHash(bytes, from, pieces), HASH * region)
}

/** Reads parts of the files of a plan, and says `changed` where a file is not the one that was laid out: before its first byte or after its last. */
function openSource(plan: PackPlan) {
  let open: { file: number; fd: number } | undefined

  function check(file: number, fd: number): void {
    const wanted = plan.files[file]!
    const stat = fstatSync(fd, { bigint: true })
    if (stat.ino !== wanted.inode || Number(stat.size) !== wanted.size || stat.mtimeNs !== wanted.mtime || stat.ctimeNs !== wanted.ctime) throw changedWhileCopied(wanted.full)
  }

  function close(): void {
    if (open === undefined) return
    const { file, fd } = open
    open = undefined
    try {
      check(file, fd)
    } finally {
      closeSync(fd)
    }
  }

  return {
    read(file: number, into: Buffer, offset: number): void {
      if (open?.file !== file) {
        close()
        open = { file, fd: openUnfollowed(plan.files[file]!.full) }
      }
      const { fd } = open!
      for (let done = 0; done < into.length; ) {
        const read = readSync(fd, into, done, into.length - done, offset + done)
        if (read === 0) throw changedWhileCopied(plan.files[file]!.full)
        done += read
      }
    },
    close,
  }
}

export function changedWhileCopied(full: string): SnapshotError {
  return new SnapshotError('changed', `saving ${shown(full)}: it changed while it was copied, so something still writes there. Find out what runs, stop it, and take the snapshot again.`)
}

/** Never waits (for the other end of a pipe that took the file's place) and never follows a link. */
export function openUnfollowed(full: string): number {
  return openSync(fsPath(full), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
}

/** Past the page cache; where the file system does not know that (EINVAL), through it. */
export function openDirect(path: string, flags: number): number {
  try {
    return openSync(path, flags | constants.O_DIRECT)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return openSync(path, flags)
    throw error
  }
}

function writeWhole(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}
