import { closeSync, constants, fchmodSync, fchownSync, openSync, writeSync } from 'node:fs'
import { damaged } from './generation.ts'
import { fsPath } from './byte-path.ts'
import { piecesOf, type Entry } from './entry.ts'
import { assertPiece, readWhole, type Packs } from './pack-read.ts'
import { openDirect } from './pack-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { alignedBuffer, setModified, setXattr } from './system.ts'

/**
 * Brings files' data from packs into folders. What lies close together in a pack is read as one span; every piece is compared with its hash before it is
 * used. Small files are made whole here, with owner, mode and times; larger ones exist already, and get their pieces only.
 */
export interface Bringing {
  packs: Packs
  spans: Span[]
  files: Pick<Wanted, 'full' | 'entry' | 'made'>[]
  next: Int32Array
}

export interface Wanted {
  full: string
  entry: Entry
  /** Which of its pieces, by number within the file. */
  pieces: number[]
  /** Who opens it how. `here`: made whole, with owner, mode and times. `again`: there already, and written whole. `before`: there already, in its size. */
  made: 'here' | 'again' | 'before'
}

export interface Span {
  pack: number
  /** Page-aligned. */
  at: number
  bytes: number
  pieces: { file: number; piece: number; offset: number }[]
}

const HOW: Record<Wanted['made'], number> = { here: constants.O_CREAT | constants.O_EXCL, again: constants.O_TRUNC, before: 0 }

const PAGE = 4096
const SPAN = 4 * 1024 * 1024
/** Reading this much in vain is quicker than asking twice. */
const GAP = 128 * 1024

export function bringing(packs: Packs, wanted: readonly Wanted[]): Bringing {
  const pieces = wanted.flatMap(({ entry, pieces: numbers }, file) => {
    const cut = piecesOf(entry)
    return numbers.map((number) => {
      const piece = entry.stored!.piece + number
      const index = packs.indexes[entry.stored!.pack]
      const at = index?.pieceAt[piece]
      if (index === undefined || at === undefined || index.pieceBytes[piece] !== cut[number]!.bytes) throw damaged(packs.generation, 'its manifest names bytes that no pack has')
      return { file, piece, offset: cut[number]!.offset, pack: entry.stored!.pack, at, end: at + cut[number]!.bytes }
    })
  })
  pieces.sort((a, b) => a.pack - b.pack || a.at - b.at)
  const spans: Span[] = []
  let end = 0
  for (const { file, piece, offset, pack, at, end: pieceEnd } of pieces) {
    const last = spans.at(-1)
    if (last?.pack === pack && at - end <= GAP && pieceEnd - last.at <= 2 * SPAN && end - last.at < SPAN) last.pieces.push({ file, piece, offset })
    else spans.push({ pack, at: at - (at % PAGE), bytes: 0, pieces: [{ file, piece, offset }] })
    end = pieceEnd
    const span = spans.at(-1)!
    span.bytes = Math.ceil((end - span.at) / PAGE) * PAGE
  }
  return { packs, spans, files: wanted.map(({ full, entry, made }) => ({ full, entry, made })), next: new Int32Array(new SharedArrayBuffer(4)) }
}

/** Compares all that will be used, and writes nothing. */
export function verifySpans(given: Bringing, stop: StopFlag): void {
  eachSpan(given, stop, () => {})
}

export function writeSpans(given: Bringing, stop: StopFlag): void {
  eachSpan(given, stop, (file, offset, bytes) => {
    const { full, entry, made } = given.files[file]!
    const fd = openSync(fsPath(full), constants.O_WRONLY | constants.O_NOFOLLOW | HOW[made], 0o600)
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, offset + done)
      if (made === 'here') dress(fd, full, entry)
    } finally {
      closeSync(fd)
    }
  })
}

/** Owner first: it takes setuid bits and file capabilities away. The time last: the others change it. */
function dress(fd: number, full: string, entry: Entry): void {
  fchownSync(fd, entry.uid, entry.gid)
  fchmodSync(fd, entry.mode)
  for (const [name, value] of Object.entries(entry.xattrs ?? {})) setXattr(full, name, value)
  setModified(fd, entry.mtime)
}

function eachSpan({ packs, spans, next }: Bringing, stop: StopFlag, use: (file: number, offset: number, bytes: Buffer) => void): void {
  const memory = alignedBuffer(Math.max(0, ...spans.map(({ bytes }) => bytes)))
  let open: { pack: number; fd: number } | undefined
  try {
    for (let at = Atomics.add(next, 0, 1); at < spans.length; at = Atomics.add(next, 0, 1)) {
      stop.check(`reading snapshot ${packs.generation}`)
      const span = spans[at]!
      if (open?.pack !== span.pack) {
        if (open) closeSync(open.fd)
        open = { pack: span.pack, fd: openDirect(packs.files[span.pack]!, constants.O_RDONLY) }
      }
      const bytes = memory.subarray(0, span.bytes)
      readWhole(open.fd, bytes, span.at, packs.generation)
      const index = packs.indexes[span.pack]!
      for (const { file, piece, offset } of span.pieces) {
        const from = index.pieceAt[piece]! - span.at
        const part = bytes.subarray(from, from + index.pieceBytes[piece]!)
        assertPiece(index, piece, part, packs.generation)
        use(file, offset, part)
      }
    }
  } finally {
    if (open) closeSync(open.fd)
  }
}
