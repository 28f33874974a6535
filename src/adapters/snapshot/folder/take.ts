import { closeSync, constants, fsyncSync, linkSync, lstatSync, openSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { SnapshotDocument, SnapshotFolder, Space } from '../../../ports/snapshots.ts'
import { SnapshotError } from '../../../ports/snapshots.ts'
import { fsPath } from './byte-path.ts'
import { knownOf, unchanged, type Known } from './compare.ts'
import { dataBytes, type Entry } from './entry.ts'
import { DOCUMENTS, generationName, generationNumber, generationsIn, identitiesText, indexFile, makeFolder, MANIFEST, openIdentities, openManifest, packFile, SEEN, sha256, syncFolder, writeDurably } from './generation.ts'
import type { Helpers } from './helpers.ts'
import { writtenManifest, type Manifest, type PackEntry } from './manifest.ts'
import { writtenIndex } from './pack-index.ts'
import { indexOf, planPack } from './pack-plan.ts'
import { changedWhileCopied, openUnfollowed } from './pack-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { dataExtents, readXattrs } from './system.ts'
import { walk, type Walked } from './walk.ts'

/** After so many packs, or when more than half of what they hold is needed no longer, everything is written anew. */
const MOST_PACKS = 8
/** Of what is written besides data, per entry: frames, index, manifest. */
const BYTES_PER_ENTRY = 2_400
/** Kept free, so that a snapshot does not take the last byte from everybody else. */
const SPARE_BYTES = 16 * 1024 * 1024

export interface TakeJob {
  job: 'take'
  app: string
  /** Where the app's generations lie. */
  shelf: string
  /** Is not there yet, and becomes the generation when the caller renames it. */
  temporary: string
  at: number
  folders: SnapshotFolder[]
  documents: SnapshotDocument[]
  anew: boolean
}

/** Writes a whole generation, durably, into a temporary folder. Answers the name it is to have. */
export async function take(job: TakeJob, helpers: Helpers, stop: StopFlag): Promise<string> {
  const plan = planTake(job, stop)
  const documentBytes = job.documents.reduce((sum, { bytes }) => sum + bytes.length, 0)
  assertRoom(job.shelf, plan.needsBytes + documentBytes, `taking a snapshot of ${job.app}`)
  makeFolder(job.temporary)
  for (const { name } of plan.shared) {
    linkSync(packFile(plan.previous!, name), packFile(job.temporary, name))
    linkSync(indexFile(plan.previous!, name), indexFile(job.temporary, name))
  }
  const packs = [...plan.shared]
  if (plan.members.length > 0) packs.push(await writePack(job, plan, helpers, stop))
  assertFoldersUnchanged(plan.walked)

  const documents = writeDocuments(job)
  const manifest: Manifest = { form: 1, app: job.app, at: job.at, folders: job.folders.map(({ name }) => name), documents, packs, entries: plan.entries }
  const text = writtenManifest(manifest)
  writeDurably(join(job.temporary, MANIFEST), text)
  writeDurably(join(job.temporary, SEEN), identitiesText(plan.walked.map(({ identity, isSettled }) => (isSettled ? identity : undefined))))
  syncFolder(job.temporary)
  return generationName(plan.number, text)
}

export interface SpaceJob {
  job: 'space'
  shelf: string
  folders: SnapshotFolder[]
}

/** What a take would need at most, from what is there now. */
export function space(job: SpaceJob, stop: StopFlag): Space {
  return { needsBytes: planTake({ ...job, anew: false }, stop).needsBytes, freeBytes: freeBytes(job.shelf) }
}

interface TakePlan {
  number: number
  previous: string | undefined
  walked: Walked[]
  entries: Entry[]
  /** Packs of the previous generation that are still of use. */
  shared: PackEntry[]
  /** What goes into the new pack. */
  members: Walked[]
  /** What was not known before. */
  fresh: Walked[]
  needsBytes: number
}

function planTake(job: Pick<TakeJob, 'shelf' | 'folders' | 'anew'>, stop: StopFlag): TakePlan {
  const walked = walk(job.folders, stop)
  const before = job.anew ? undefined : previousOf(job.shelf)
  const number = (generationNumber(generationsIn(job.shelf)[0] ?? '') ?? 0) + 1
  const old = before === undefined ? undefined : unchangedEntries(walked, before.known)
  const dataBytesOf = (entries: Iterable<Entry>) => [...entries].reduce((sum, entry) => sum + (entry.stored || entry.sameAs === undefined ? dataBytes(entry) : 0), 0)
  const isWorthIt = before !== undefined && old!.size > 0 && before.manifest.packs.length < MOST_PACKS && 2 * dataBytesOf(old!.values()) >= before.manifest.packs.reduce((sum, pack) => sum + pack.dataBytes, 0)
  const reused = isWorthIt ? old! : new Map<Walked, Entry>()
  const entries = walked.map((one) => reused.get(one) ?? one.entry)
  const isAllReused = before !== undefined && reused.size === walked.length && before.manifest.entries.length === walked.length
  const fresh = walked.filter((one) => !reused.has(one))
  // Every archive has all folders: tar removes by them what is gone when it extracts one archive over another.
  const folders = isAllReused ? [] : walked.filter(({ entry }) => entry.kind === 'folder').map((one) => ({ ...one, entry: reused.get(one) ?? one.entry }))
  const rest = fresh.filter(({ entry }) => entry.kind !== 'folder').sort((a, b) => (a.identity.inode < b.identity.inode ? -1 : a.identity.inode > b.identity.inode ? 1 : 0))
  const needsBytes = dataBytesOf(fresh.map(({ entry }) => entry)) + (folders.length + rest.length) * BYTES_PER_ENTRY + walked.length * 200 + SPARE_BYTES
  return { number, previous: before?.folder, walked, entries, shared: isWorthIt ? before.manifest.packs : [], members: [...folders, ...rest], fresh, needsBytes }
}

function previousOf(shelf: string): { folder: string; manifest: Manifest; known: Map<string, Known> } | undefined {
  const [newest] = generationsIn(shelf)
  if (newest === undefined) return undefined
  const folder = join(shelf, newest)
  try {
    const manifest = openManifest(folder)
    return { folder, manifest, known: knownOf(manifest, openIdentities(folder, manifest)) }
  } catch {
    // What is damaged is of no use to a new one; whoever asks for it is told.
    return undefined
  }
}

/** Several names of one file count only together: a name more or less changes the ctime of all, and the first name may be another now. */
function unchangedEntries(walked: readonly Walked[], known: ReadonlyMap<string, Known>): Map<Walked, Entry> {
  const old = new Map<Walked, Entry>()
  const changedFirst = new Set<string>()
  for (const one of walked) {
    const entry = unchanged(one, known)
    if (entry === undefined || entry.sameAs !== one.entry.sameAs) changedFirst.add(one.entry.sameAs ?? one.entry.path)
    else old.set(one, entry)
  }
  for (const one of old.keys()) if (changedFirst.has(one.entry.sameAs ?? one.entry.path)) old.delete(one)
  return old
}

async function writePack(job: TakeJob, plan: TakePlan, helpers: Helpers, stop: StopFlag): Promise<PackEntry> {
  for (const one of plan.fresh) lookCloser(one)
  const children = childrenOf(plan.entries)
  const pack = plan.shared.length
  const laidOut = planPack(plan.members, { pack, children: (path) => children.get(path) ?? [] })
  const name = String(plan.number).padStart(6, '0')
  const file = packFile(job.temporary, name)
  closeSync(openSync(file, 'wx', 0o600))
  await helpers.writePack(laidOut, file, stop)
  const fd = openSync(file, constants.O_RDWR)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  const index = writtenIndex(indexOf(laidOut))
  writeDurably(indexFile(job.temporary, name), index)
  return { name, bytes: laidOut.regions.at(-1)!, indexSha256: sha256(index), dataBytes: laidOut.pieceBytes.reduce((sum, bytes) => sum + bytes, 0) }
}

/** What the walk left out: only what is written anew needs it. */
function lookCloser({ entry, full, isSparse }: Walked): void {
  if (entry.kind !== 'socket') {
    const xattrs = readXattrs(full)
    if (xattrs) entry.xattrs = xattrs
  }
  if (!isSparse || entry.sameAs !== undefined) return
  const fd = openUnfollowed(full)
  try {
    entry.extents = dataExtents(fd, entry.size, full)
  } finally {
    closeSync(fd)
  }
}

function childrenOf(entries: readonly Entry[]): Map<string, { name: string; isFolder: boolean }[]> {
  const children = new Map<string, { name: string; isFolder: boolean }[]>()
  for (const { path, kind } of entries) {
    if (kind === 'folder') children.set(path, children.get(path) ?? [])
    const slash = path.lastIndexOf('/')
    if (slash < 0 || kind === 'socket') continue
    const parent = path.slice(0, slash)
    const list = children.get(parent)
    const child = { name: path.slice(slash + 1), isFolder: kind === 'folder' }
    if (list) list.push(child)
    else children.set(parent, [child])
  }
  // Tar searches the list by halving it.
  for (const list of children.values()) list.sort((a, b) => (a.name < b.name ? -1 : 1))
  return children
}

/** Files are looked at as they are copied; a new or removed name shows at its folder. */
function assertFoldersUnchanged(walked: readonly Walked[]): void {
  for (const { entry, full, identity } of walked) {
    if (entry.kind !== 'folder') continue
    const stat = lstatSync(fsPath(full), { bigint: true, throwIfNoEntry: false })
    if (stat?.ino !== identity.inode || stat.ctimeNs !== identity.ctime) throw changedWhileCopied(full)
  }
}

function writeDocuments({ temporary, documents }: TakeJob): Manifest['documents'] {
  const folder = join(temporary, DOCUMENTS)
  makeFolder(folder)
  const written = documents.map(({ name, mode, bytes }) => {
    writeDurably(join(folder, name), bytes)
    return { name, mode, bytes: bytes.length, sha256: sha256(bytes) }
  })
  syncFolder(folder)
  return written
}

function assertRoom(folder: string, needsBytes: number, tried: string): void {
  const free = freeBytes(folder)
  if (free < needsBytes) throw new SnapshotError('no-space', `${tried}: it needs up to ${megabytes(needsBytes)} in ${folder}, and ${megabytes(free)} are free. Make room there; nothing was changed.`)
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
