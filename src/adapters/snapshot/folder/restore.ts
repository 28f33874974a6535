import { chmodSync, closeSync, constants, ftruncateSync, lchownSync, linkSync, lstatSync, mkdirSync, openSync, renameSync, rmdirSync, statfsSync, symlinkSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'
import { SnapshotError, type Restored, type SnapshotFolder } from '../../../ports/snapshots.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import { bytePath, fsPath, shown, type BytePath } from './byte-path.ts'
import { knownOf } from './compare.ts'
import { dataBytes, piecesOf, type Entry } from './entry.ts'
import { identitiesText, openIdentities, openIndexes, nameOf, openManifest, packFile, SEEN, writeDurably } from './generation.ts'
import type { Helpers } from './helpers.ts'
import type { Manifest } from './manifest.ts'
import type { Packs } from './pack-read.ts'
import { comparisonOf, planRestore, sameXattrs, settle, type RestorePlan } from './restore-plan.ts'
import { bringing, type Wanted } from './restore-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { makeNode, readXattrs, removeXattr, setModified, setXattr, syncFileSystem } from './system.ts'
import { lookAt, walk, type Walked } from './walk.ts'

export interface RestoreJob {
  job: 'restore'
  app: string
  generation: string
  folders: SnapshotFolder[]
  compare: 'bytes' | 'changed'
}

export interface DifferencesJob extends Omit<RestoreJob, 'job'> {
  job: 'differences'
}

const DEFAULT_ACL = 'system.posix_acl_default'
const MOST_DIFFERENCES = 100

/**
 * Makes folders what a snapshot says, by the difference: what is right stays as it is.
 *
 * INVARIANTS
 * - What will be used of the snapshot is compared with its hashes before the first live path is touched.
 * - Done again from its beginning after a kill at any instant it ends in the same state: it asks the folders, and remembers nothing.
 * - Nothing of the snapshot is linked into the folders (trap 59), and no link in them is followed.
 */
export async function restore(job: RestoreJob, helpers: Helpers, stop: StopFlag): Promise<Restored> {
  const { manifest, plan, pieces, packs } = await difference(job, helpers, stop)
  const full = fullPaths(job.folders)
  const wanted = manifest.entries.flatMap((entry, place): Wanted[] => {
    const need = plan.needs[place]!
    if (entry.stored === undefined || need === 'nothing' || need === 'metadata') return []
    const numbers = need === 'pieces' ? pieces.get(place)! : piecesOf(entry).map((_, number) => number)
    const isWhole = numbers.length === 1 && need !== 'pieces' && entry.extents === undefined
    return [{ full: full(entry.path), entry, pieces: numbers, made: !isWhole ? 'before' : need === 'anew' ? 'here' : 'again' }]
  })

  if (job.compare === 'changed' && plan.live.size > job.folders.length) await helpers.verifySpans(bringing(packs, wanted), stop)
  assertRoomInFolders(job, manifest, plan)

  const anew = manifest.entries.filter((_, place) => plan.needs[place] === 'anew')
  removeExtra(plan, new Set(anew.map(({ path }) => path)))
  makeFolders(anew, full, plan)
  const made = new Map(wanted.map((one) => [one.entry, one.made]))
  for (const [place, entry] of manifest.entries.entries()) {
    if (plan.needs[place] === 'content' || plan.needs[place] === 'pieces') openForWriting(full(entry.path), plan.live.get(entry.path)!.entry.mode, 0o200)
    if (entry.kind !== 'file' || entry.sameAs !== undefined || (made.get(entry) ?? 'before') !== 'before') continue
    if (plan.needs[place] === 'anew') makeFile(full(entry.path), entry.size, constants.O_CREAT | constants.O_EXCL)
    if (plan.needs[place] === 'content') makeFile(full(entry.path), entry.size, constants.O_TRUNC)
  }
  await helpers.writeSpans(bringing(packs, wanted.filter((one) => one.made !== 'here')), stop)
  await helpers.makeFiles(bringing(packs, wanted.filter((one) => one.made === 'here')), stop)
  for (const entry of anew) makeOther(entry, full)

  // Folders last, the inner ones first: what is made in them changes their times.
  for (const [place, entry] of manifest.entries.entries()) if (entry.kind !== 'folder' && plan.needs[place] !== 'nothing' && made.get(entry) !== 'here') dress(entry, full(entry.path))
  for (const entry of manifest.entries.toReversed()) if (entry.kind === 'folder') dress(entry, full(entry.path))

  if (plan.needs.some((need) => need !== 'nothing') || plan.extra.length > 0) syncFolders(job.folders)
  rememberIdentities(job, manifest, plan, full)
  return { written: plan.needs.filter((need) => need !== 'nothing').length, removed: plan.extra.length }
}

/** Paths that differ. */
export async function differences(job: DifferencesJob, helpers: Helpers, stop: StopFlag): Promise<string[]> {
  const { manifest, plan } = await difference(job, helpers, stop)
  const wrong = manifest.entries.filter((_, place) => plan.needs[place] !== 'nothing').map(({ path }) => path)
  const paths = new Set([...wrong, ...plan.extra.map(({ entry }) => entry.path)])
  return [...paths].slice(0, MOST_DIFFERENCES).map((path) => Buffer.from(path, 'latin1').toString('utf8'))
}

async function difference(job: RestoreJob | DifferencesJob, helpers: Helpers, stop: StopFlag) {
  const manifest = openManifest(job.generation)
  assertSameFolders(job, manifest)
  const indexes = openIndexes(job.generation, manifest)
  const packs: Packs = { generation: nameOf(job.generation), files: manifest.packs.map(({ name }) => packFile(job.generation, name)), indexes }
  if (job.compare === 'bytes') await helpers.verify(packs, stop)
  if (job.job === 'restore') for (const { path } of job.folders) mkdirSync(path, { recursive: true })
  const walked = walk(job.folders, stop)
  const known = job.compare === 'changed' ? knownOf(manifest, openIdentities(job.generation, manifest)) : new Map()
  const plan = planRestore(manifest, walked, job, known)
  const comparison = comparisonOf(plan, manifest, indexes)
  await helpers.compare(comparison, stop)
  const pieces = settle(plan, manifest, comparison)
  return { manifest, plan, pieces, packs }
}

function assertSameFolders(job: RestoreJob | DifferencesJob, manifest: Manifest): void {
  const asked = job.folders.map(({ name }) => name)
  if (asked.toSorted().join() === manifest.folders.toSorted().join()) return
  throw new PortError('refused', `restoring ${job.app}: the snapshot is of ${manifest.folders.join(', ')}, and asked for was ${asked.join(', ')}. Name a folder for each.`)
}

function fullPaths(folders: readonly SnapshotFolder[]): (path: BytePath) => BytePath {
  const roots = new Map(folders.map(({ name, path }) => [name, bytePath(path)]))
  return (path) => {
    const slash = path.indexOf('/')
    return slash < 0 ? roots.get(path)! : `${roots.get(path.slice(0, slash))}${path.slice(slash)}`
  }
}

/** What goes makes room for what comes; counted over all folders, because mostly they lie on one disk. */
function assertRoomInFolders(job: RestoreJob, manifest: Manifest, plan: RestorePlan): void {
  const isRewritten = (place: number) => plan.needs[place] === 'anew' || plan.needs[place] === 'content'
  const comes = manifest.entries.reduce((sum, entry, place) => sum + (isRewritten(place) && entry.sameAs === undefined ? dataBytes(entry) : 0), 0)
  const goes = [...plan.extra.map(({ entry }) => entry), ...manifest.entries.flatMap((entry, place) => (isRewritten(place) ? (plan.live.get(entry.path)?.entry ?? []) : []))]
  const freed = goes.reduce((sum, entry) => sum + (entry.sameAs === undefined ? entry.size : 0), 0)
  const folder = job.folders[0]?.path
  if (folder === undefined) return
  const { bavail, bsize } = statfsSync(folder)
  if (comes - freed > bavail * bsize) throw new SnapshotError('no-space', `restoring ${job.app}: ${Math.ceil((comes - freed) / 1e6)} MB more are needed in ${folder} than are free. Make room there; nothing was touched.`)
}

function removeExtra(plan: RestorePlan, anew: ReadonlySet<string>): void {
  const isFolder = (one: Walked) => one.entry.kind === 'folder'
  const goes = new Set(plan.extra)
  for (const path of anew) {
    const there = plan.live.get(path)
    if (there && !isFolder(there)) goes.add(there)
  }
  openFolders([...goes].map(({ full }) => dirname(full)))
  for (const one of goes) {
    if (isFolder(one)) continue
    unlinkSync(fsPath(one.full))
  }
  for (const one of goes) if (isFolder(one)) rmdirSync(fsPath(one.full))
}

/** What forbids writing forbids it to us, too, where we are not root. The modes come back at the end. */
function openForWriting(path: BytePath, mode: number, needed: number): void {
  if ((mode & needed) !== needed) chmodSync(fsPath(path), mode | needed)
}

function openFolders(paths: Iterable<BytePath>): void {
  for (const path of new Set(paths)) openForWriting(path, lstatSync(fsPath(path)).mode & 0o7777, 0o700)
}

/** A folder's default access list would be taken over by everything made in it: it is set at the end. */
function makeFolders(anew: readonly Entry[], full: (path: BytePath) => BytePath, plan: RestorePlan): void {
  const parents = new Set(anew.map(({ path }) => path.slice(0, path.lastIndexOf('/'))).filter((path) => plan.live.get(path)?.entry.kind === 'folder'))
  openFolders([...parents].map(full))
  for (const parent of parents) if (DEFAULT_ACL in (readXattrs(full(parent)) ?? {})) removeXattr(full(parent), DEFAULT_ACL)
  for (const { path, kind } of anew) if (kind === 'folder') mkdirSync(fsPath(full(path)), { mode: 0o700 })
}

/** A file of one hole, for pieces to be put into. */
function makeFile(path: BytePath, size: number, how: number): void {
  const fd = openSync(fsPath(path), constants.O_WRONLY | constants.O_NOFOLLOW | how, 0o600)
  try {
    ftruncateSync(fd, size)
  } finally {
    closeSync(fd)
  }
}

const NODE_KIND: Partial<Record<Entry['kind'], number>> = { pipe: constants.S_IFIFO, socket: constants.S_IFSOCK, 'character device': constants.S_IFCHR, 'block device': constants.S_IFBLK }

function makeOther(entry: Entry, full: (path: BytePath) => BytePath): void {
  const path = full(entry.path)
  if (entry.sameAs !== undefined) linkSync(fsPath(full(entry.sameAs)), fsPath(path))
  else if (entry.kind === 'link') symlinkSync(fsPath(entry.target!), fsPath(path))
  else {
    const kind = NODE_KIND[entry.kind]
    if (kind !== undefined) makeNode(path, kind | 0o600, BigInt(entry.device ?? 0))
  }
}

/** Owner, mode, attributes and time, where they are not right. Owner first: it takes setuid bits and file capabilities away. The time last. */
function dress(entry: Entry, full: BytePath): void {
  const path = fsPath(full)
  const stat = lstatSync(path, { bigint: true })
  if (Number(stat.uid) !== entry.uid || Number(stat.gid) !== entry.gid) lchownSync(path, entry.uid, entry.gid)
  const there = entry.kind === 'socket' ? {} : (readXattrs(full) ?? {})
  if (!sameXattrs(entry.xattrs, there)) {
    for (const name of Object.keys(there)) if (entry.xattrs?.[name] === undefined) removeXattr(full, name)
    for (const [name, value] of Object.entries(entry.xattrs ?? {})) if (there[name] !== value) setXattr(full, name, value)
  }
  if (entry.kind !== 'link' && Number(lstatSync(path).mode & 0o7777) !== entry.mode) chmodSync(path, entry.mode)
  if (lstatSync(path, { bigint: true }).mtimeNs !== entry.mtime) setModified(full, entry.mtime)
}

function syncFolders(folders: readonly SnapshotFolder[]): void {
  const done = new Set<number>()
  for (const { path } of folders) {
    const { dev } = lstatSync(path)
    if (done.has(dev)) continue
    done.add(dev)
    const fd = openSync(path, constants.O_RDONLY)
    try {
      syncFileSystem(fd)
    } finally {
      closeSync(fd)
    }
  }
}

/** Looks once more at what was touched, and writes down how everything can be known again without being read. */
function rememberIdentities(job: RestoreJob, manifest: Manifest, plan: RestorePlan, full: (path: BytePath) => BytePath): void {
  const identities = manifest.entries.map((entry, place) => {
    const before = plan.live.get(entry.path)
    // A folder's ctime changes with what is in it, and a further name is changed by what was done to the first.
    const mayHaveChanged = plan.needs[place] !== 'nothing' || entry.kind === 'folder' || entry.sameAs !== undefined
    const now = before === undefined || mayHaveChanged ? lookAt(entry.path, full(entry.path)) : before
    if (!isAsWanted(entry, now.entry)) throw new SnapshotError('changed', `restoring ${job.app}: ${shown(entry.path)} is not what was just written there, so something else writes. Find out what runs, stop it, and restore again.`)
    return now.isSettled ? now.identity : undefined
  })
  const temporary = join(job.generation, temporaryName(`.${SEEN}`))
  writeDurably(temporary, identitiesText(identities))
  renameSync(temporary, join(job.generation, SEEN))
}

function isAsWanted(wanted: Entry, live: Entry | undefined): boolean {
  return live !== undefined && live.kind === wanted.kind && live.size === wanted.size && live.target === wanted.target && live.mode === wanted.mode && live.uid === wanted.uid && live.gid === wanted.gid && live.mtime === wanted.mtime
}
