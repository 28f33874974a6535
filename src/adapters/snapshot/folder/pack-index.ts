import { createHash, hash } from 'node:crypto'

/**
 * What lies where in a pack, and its hashes. A pack is a tar archive; it is cut into regions that begin at pages and are written and read as one. In
 * a region lie pieces (data of files, hashed one by one) and between them the frames (tar's headers and filling, hashed together).
 */
export interface PackIndex {
  /** Where each region begins, and as last number where the pack ends. */
  regions: number[]
  /** The first piece of each region, and as last number how many pieces there are. */
  firstPieces: number[]
  pieceAt: number[]
  pieceBytes: number[]
  pieceHashes: Buffer
  frameHashes: Buffer
}

export const HASH = 32

export function writtenIndex(index: PackIndex): string {
  return JSON.stringify({ ...index, pieceHashes: index.pieceHashes.toString('base64'), frameHashes: index.frameHashes.toString('base64') })
}

export function readIndex(text: string): PackIndex {
  const read = JSON.parse(text)
  return { ...read, pieceHashes: Buffer.from(read.pieceHashes, 'base64'), frameHashes: Buffer.from(read.frameHashes, 'base64') }
}

export function hashOf(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** Of everything in a region that is no piece. */
export function frameHash(region: Buffer, at: number, pieces: Iterable<{ at: number; bytes: number }>): Buffer {
  const sum = createHash('sha256')
  let done = 0
  for (const piece of pieces) {
    sum.update(region.subarray(done, piece.at - at))
    done = piece.at - at + piece.bytes
  }
  return sum.update(region.subarray(done)).digest()
}
