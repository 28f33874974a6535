import { closeSync, constants, readSync } from 'node:fs'
import { damaged } from './generation.ts'
import { frameHash, HASH, hashOf, type PackIndex } from './pack-index.ts'
import { longestRegion } from './pack-plan.ts'
import { openDirect } from './pack-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { alignedBuffer } from './system.ts'

/** The packs of a generation, to be read by several threads. */
export interface Packs {
  generation: string
  files: string[]
  indexes: PackIndex[]
}

/** Every byte of every pack, compared with its index. `next` counts regions over all packs; threads share it. */
export function verifyRegions({ generation, files, indexes }: Packs, next: Int32Array, stop: StopFlag): void {
  const memory = alignedBuffer(Math.max(0, ...indexes.map(({ regions }) => longestRegion(regions))))
  let before = 0
  let region = Atomics.add(next, 0, 1)
  for (const [pack, index] of indexes.entries()) {
    const count = index.regions.length - 1
    if (region < before + count) {
      const fd = openDirect(files[pack]!, constants.O_RDONLY)
      try {
        for (; region < before + count; region = Atomics.add(next, 0, 1)) {
          stop.check(`verifying snapshot ${generation}`)
          verifyRegion(fd, index, region - before, memory, generation)
        }
      } finally {
        closeSync(fd)
      }
    }
    before += count
  }
}

function verifyRegion(fd: number, index: PackIndex, region: number, memory: Buffer, generation: string): void {
  const from = index.regions[region]!
  const bytes = memory.subarray(0, index.regions[region + 1]! - from)
  readWhole(fd, bytes, from, generation)
  const pieces: { at: number; bytes: number }[] = []
  for (let piece = index.firstPieces[region]!; piece < index.firstPieces[region + 1]!; piece++) {
    const at = index.pieceAt[piece]!
    assertPiece(index, piece, bytes.subarray(at - from, at - from + index.pieceBytes[piece]!), generation)
    pieces.push({ at, bytes: index.pieceBytes[piece]! })
  }
  if (!isHash(index.frameHashes, region, frameHash(bytes, from, pieces))) throw damaged(generation, `what stands between the files has changed near byte ${from} of a pack`)
}

export function assertPiece(index: PackIndex, piece: number, bytes: Buffer, generation: string): void {
  if (!isHash(index.pieceHashes, piece, hashOf(bytes))) throw damaged(generation, `the bytes of a file have changed (at ${index.pieceAt[piece]} of a pack)`)
}

export function isPiece(index: PackIndex, piece: number, bytes: Buffer): boolean {
  return isHash(index.pieceHashes, piece, hashOf(bytes))
}

function isHash(hashes: Uint8Array, place: number, found: Buffer): boolean {
  return found.equals(hashes.subarray(HASH * place, HASH * (place + 1)))
}

export function readWhole(fd: number, bytes: Buffer, at: number, generation: string): void {
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(fd, bytes, done, bytes.length - done, at + done)
    if (read === 0) throw damaged(generation, 'a pack ends early')
    done += read
  }
}
