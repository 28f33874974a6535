import { dataBytes, PIECE, piecesOf } from './entry.ts'
import { HASH, type PackIndex } from './pack-index.ts'
import { blocks, frameOf } from './tar-frame.ts'
import type { Walked } from './walk.ts'

/**
 * A pack laid out before a byte of it is written: sizes are known from the walk, so everything has its place, and several threads can fill regions in
 * any order. Made of shared memory, so that handing it to a thread copies nothing but the paths.
 */
export interface PackPlan {
  /** Where each region begins in the pack, and as last number where the pack ends. */
  regions: Float64Array
  firstFrames: Int32Array
  firstPieces: Int32Array
  /** All frames one after the other; `frameEnds` in this memory, `frameAt` in the pack. */
  frames: Uint8Array
  frameEnds: Float64Array
  frameAt: Float64Array
  pieceAt: Float64Array
  pieceBytes: Int32Array
  pieceFile: Int32Array
  pieceOffset: Float64Array
  files: { full: string; size: number; inode: bigint; ctime: bigint; mtime: bigint }[]
  /** Filled in by whoever writes. */
  pieceHashes: Uint8Array
  frameHashes: Uint8Array
  /** The next region that nobody has taken yet. */
  next: Int32Array
}

/** A region is closed when it has this many bytes; then it is less than twice that, but for a folder of very many names. */
const REGION = 4 * 1024 * 1024
const PAGE = 4096
/** Two blocks of zeros end a tar archive. */
const END = 1024

/** Lays out a pack and writes into each entry where its data will be. `children` of a folder: what is in it. */
export function planPack(members: readonly Walked[], given: { pack: number; children(path: string): { name: string; isFolder: boolean }[] }): PackPlan {
  const regions = [0]
  const firstFrames = [0]
  const firstPieces = [0]
  const frames: Buffer[] = []
  const frameAt: number[] = []
  const pieces: { at: number; bytes: number; file: number; offset: number }[] = []
  const files: PackPlan['files'] = []
  let at = 0

  const closeRegion = () => {
    regions.push(at)
    firstFrames.push(frames.length)
    firstPieces.push(pieces.length)
  }
  const addFrame = (frame: Buffer) => {
    frames.push(frame)
    frameAt.push(at)
    at += frame.length
  }

  for (const { entry, full, identity } of members) {
    if (entry.kind === 'socket') continue
    const data = entry.kind === 'file' && entry.sameAs === undefined ? dataBytes(entry) : 0
    const isLarge = data > PIECE
    const closes = isLarge || at - regions.at(-1)! >= REGION
    addFrame(frameOf(entry, { at, pageAligned: closes, ...(entry.kind === 'folder' && { children: given.children(entry.path) }) }))
    if (closes) closeRegion()
    if (data === 0) continue
    entry.stored = { pack: given.pack, piece: pieces.length }
    files.push({ full, size: entry.size, inode: identity.inode, ctime: identity.ctime, mtime: entry.mtime })
    for (const piece of piecesOf(entry)) {
      // Within a large file every region but the last is full of one PIECE, made of one or more pieces.
      if (isLarge && at - regions.at(-1)! >= PIECE) closeRegion()
      pieces.push({ at, bytes: piece.bytes, file: files.length - 1, offset: piece.offset })
      at += piece.bytes
    }
    at = blocks(at)
  }
  at = Math.ceil((at + END) / PAGE) * PAGE
  regions.push(at)

  const memory = shared(frames.reduce((sum, frame) => sum + frame.length, 0))
  const frameEnds = new Float64Array(new SharedArrayBuffer(8 * frames.length))
  let end = 0
  for (const [index, frame] of frames.entries()) {
    memory.set(frame, end)
    end += frame.length
    frameEnds[index] = end
  }
  return {
    regions: floats(regions),
    firstFrames: integers([...firstFrames, frames.length]),
    firstPieces: integers([...firstPieces, pieces.length]),
    frames: memory,
    frameEnds,
    frameAt: floats(frameAt),
    pieceAt: floats(pieces.map((piece) => piece.at)),
    pieceBytes: integers(pieces.map((piece) => piece.bytes)),
    pieceFile: integers(pieces.map((piece) => piece.file)),
    pieceOffset: floats(pieces.map((piece) => piece.offset)),
    files,
    pieceHashes: shared(HASH * pieces.length),
    frameHashes: shared(HASH * (regions.length - 1)),
    next: integers([0]),
  }
}

/** What is said of the pack for ever, once it is written. */
export function indexOf(plan: PackPlan): PackIndex {
  return {
    regions: [...plan.regions],
    firstPieces: [...plan.firstPieces],
    pieceAt: [...plan.pieceAt],
    pieceBytes: [...plan.pieceBytes],
    pieceHashes: Buffer.from(plan.pieceHashes),
    frameHashes: Buffer.from(plan.frameHashes),
  }
}

export function longestRegion(regions: ArrayLike<number>): number {
  let longest = 0
  for (let region = 0; region + 1 < regions.length; region++) longest = Math.max(longest, regions[region + 1]! - regions[region]!)
  return longest
}


function shared(bytes: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(bytes))
}

function floats(values: readonly number[]): Float64Array {
  const memory = new Float64Array(new SharedArrayBuffer(8 * values.length))
  memory.set(values)
  return memory
}

function integers(values: readonly number[]): Int32Array {
  const memory = new Int32Array(new SharedArrayBuffer(4 * values.length))
  memory.set(values)
  return memory
}
