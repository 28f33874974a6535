import { closeSync, readSync } from 'node:fs'
import { unchanged, type Known } from './compare.ts'
import { piecesOf, type Entry } from './entry.ts'
import type { Manifest } from './manifest.ts'
import type { PackIndex } from './pack-index.ts'
import { isPiece } from './pack-read.ts'
import { openUnfollowed } from './pack-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { dataExtents, readXattrs } from './system.ts'
import type { Walked } from './walk.ts'

/** What has to be done with one entry. */
export type Need =
  | 'nothing'
  /** Its bytes are right; owner, mode, time or attributes are not. */
  | 'metadata'
  /** Some of its bytes are not right: those are written in place. */
  | 'pieces'
  /** A file of another size, or one that nobody wants to compare: all bytes are written anew, into the file that is there. */
  | 'content'
  /** It is not there, is something else, or shares its inode with the wrong names. */
  | 'anew'

export interface RestorePlan {
  needs: Need[]
  /** Live paths that have to go, each folder after what is in it. */
  extra: Walked[]
  /** Files whose bytes have to be read to know, with the place of their entry. */
  doubtful: { place: number; full: string }[]
  live: Map<string, Walked>
}

/** Says what differs as far as can be told without reading files. */
export function planRestore(manifest: Manifest, walked: readonly Walked[], { compare, job }: { compare: 'bytes' | 'changed'; job: 'restore' | 'differences' }, known: ReadonlyMap<string, Known>): RestorePlan {
  const live = new Map(walked.map((one) => [one.entry.path, one]))
  const wanted = new Map(manifest.entries.map((entry) => [entry.path, entry]))
  const needs: Need[] = []
  const doubtful: RestorePlan['doubtful'] = []
  const wantedGroups = groupsOf(manifest.entries)
  const liveGroups = groupsOf(walked.map(({ entry }) => entry))

  for (const [place, entry] of manifest.entries.entries()) {
    const there = live.get(entry.path)
    if (there === undefined || !isSameThing(entry, there.entry) || wantedGroups.get(entry.path) !== liveGroups.get(entry.path)) needs.push('anew')
    else if (compare === 'changed' && unchanged(there, known) !== undefined) needs.push('nothing')
    else if (entry.kind !== 'file' || entry.sameAs !== undefined || entry.size + there.entry.size === 0) needs.push(hasSameMetadata(entry, there) ? 'nothing' : 'metadata')
    else if (entry.size !== there.entry.size || (job === 'restore' && compare === 'changed' && !isWorthComparing(entry))) needs.push('content')
    else {
      needs.push(hasSameMetadata(entry, there) ? 'nothing' : 'metadata')
      doubtful.push({ place, full: there.full })
    }
  }
  const extra = walked.filter(({ entry }) => !isSameKind(wanted.get(entry.path), entry)).reverse()
  return { needs, extra, doubtful, live }
}

/** A small file that was touched is written anew; of a large one mostly little has changed, and reading is quicker than writing. */
function isWorthComparing(entry: Entry): boolean {
  return piecesOf(entry).length > 1
}

function isSameKind(wanted: Entry | undefined, live: Entry): boolean {
  return wanted?.kind === live.kind
}

/** The same but for its bytes and its metadata. */
function isSameThing(wanted: Entry, live: Entry): boolean {
  return isSameKind(wanted, live) && wanted.target === live.target && wanted.device === live.device
}

function hasSameMetadata(wanted: Entry, there: Walked): boolean {
  const { entry, full } = there
  if (wanted.mode !== entry.mode || wanted.uid !== entry.uid || wanted.gid !== entry.gid || wanted.mtime !== entry.mtime) return false
  return entry.kind === 'socket' || sameXattrs(wanted.xattrs, readXattrs(full))
}

export function sameXattrs(a: Record<string, string> = {}, b: Record<string, string> = {}): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

/** For each file with several names: the name that sorts first, by which the group is told. */
export function groupsOf(entries: readonly Entry[]): Map<string, string> {
  const smallest = new Map<string, string>()
  const members = entries.filter(({ sameAs }) => sameAs !== undefined)
  for (const { path, sameAs } of members) smallest.set(sameAs!, [smallest.get(sameAs!) ?? sameAs!, path].sort()[0]!)
  return new Map([...smallest, ...members.map(({ path, sameAs }) => [path, smallest.get(sameAs!)!] as const)])
}

/** Which pieces of which files have to be compared; made of what threads can share. */
export interface Comparison {
  files: { full: string; size: number; extents?: [number, number][]; pack: number; firstPiece: number; pieces: { offset: number; bytes: number }[]; firstResult: number }[]
  indexes: PackIndex[]
  /** A byte for each piece, and one for a file without: 1 where the live bytes differ. */
  differs: Uint8Array
  next: Int32Array
}

export function comparisonOf(plan: RestorePlan, manifest: Manifest, indexes: PackIndex[]): Comparison {
  let results = 0
  const files = plan.doubtful.map(({ place, full }) => {
    const entry = manifest.entries[place]!
    const pieces = piecesOf(entry)
    const firstResult = results
    results += Math.max(1, pieces.length)
    return { full, size: entry.size, ...(entry.extents && { extents: entry.extents }), pack: entry.stored?.pack ?? 0, firstPiece: entry.stored?.piece ?? 0, pieces, firstResult }
  })
  return { files, indexes, differs: new Uint8Array(new SharedArrayBuffer(results)), next: new Int32Array(new SharedArrayBuffer(4)) }
}

/** Completes the plan with what the comparison found. Answers which pieces of files that stay in place have to be written. */
export function settle(plan: RestorePlan, manifest: Manifest, { files, differs }: Comparison): Map<number, number[]> {
  const piecesByPlace = new Map<number, number[]>()
  for (const [index, { place }] of plan.doubtful.entries()) {
    const { pieces, firstResult, extents } = files[index]!
    const wrong = Array.from({ length: Math.max(1, pieces.length) }, (_, piece) => piece).filter((piece) => differs[firstResult + piece] === 1)
    if (wrong.length === 0) continue
    // In a sparse file there may be data where a hole has to be: holes come from cutting it off first.
    plan.needs[place] = extents === undefined ? 'pieces' : 'content'
    if (extents === undefined) piecesByPlace.set(place, wrong)
  }
  // Further names go with the first: a file made anew has to be linked anew.
  const needOf = new Map(manifest.entries.map((entry, place) => [entry.path, plan.needs[place]!]))
  for (const [place, entry] of manifest.entries.entries()) {
    if (entry.sameAs !== undefined) plan.needs[place] = plan.needs[place] === 'anew' || needOf.get(entry.sameAs) === 'anew' ? 'anew' : 'nothing'
  }
  return piecesByPlace
}

const COMPARED_AT_ONCE = 32

export function comparePieces({ files, indexes, differs, next }: Comparison, memory: Buffer, stop: StopFlag): void {
  for (let first = Atomics.add(next, 0, COMPARED_AT_ONCE); first < files.length; first = Atomics.add(next, 0, COMPARED_AT_ONCE)) {
    for (const file of files.slice(first, first + COMPARED_AT_ONCE)) {
      stop.check('comparing a folder with a snapshot')
      const fd = openUnfollowed(file.full)
      try {
        const isElsewhere = file.extents !== undefined && !liesWithin(dataExtents(fd, file.size, file.full), file.extents)
        if (isElsewhere) differs[file.firstResult] = 1
        for (const [index, { offset, bytes }] of file.pieces.entries()) {
          const part = memory.subarray(0, bytes)
          let done = 0
          for (let read = -1; done < bytes && read !== 0; done += read) read = readSync(fd, part, done, bytes - done, offset + done)
          if (done < bytes || !isPiece(indexes[file.pack]!, file.firstPiece + index, part)) differs[file.firstResult + index] = 1
        }
      } finally {
        closeSync(fd)
      }
    }
  }
}

/** Nothing of `found` lies outside of `allowed`; both in order. */
function liesWithin(found: readonly [number, number][], allowed: readonly [number, number][]): boolean {
  return found.every(([from, length]) => allowed.some(([start, bytes]) => from >= start && from + length <= start + bytes))
}
