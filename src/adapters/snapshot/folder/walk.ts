import { lstatSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs'
import { PortError } from '../../../ports/port-error.ts'
import type { SnapshotFolder } from '../../../ports/snapshots.ts'
import { bytePath, fsPath, shown, type BytePath } from './byte-path.ts'
import type { Entry, EntryKind, Identity } from './entry.ts'
import type { StopFlag } from './stop-flag.ts'

/** What a walk finds at one path. The entry has neither extended attributes nor extents yet: they are asked for only where something changed. */
export interface Walked {
  entry: Entry
  /** On this machine. */
  full: BytePath
  identity: Identity
  /** Changed long enough ago that its next state will show another ctime. */
  isSettled: boolean
  /** Has fewer blocks than its size needs: has holes. */
  isSparse: boolean
}

/**
 * How long after its last change a file is believed to be told from its next state by its ctime, ns: the kernel's clock for them ticks every 1 to 10 ms, and
 * what changes twice within a tick shows one time.
 */
const TICK = 100_000_000n

/** Everything below the folders, each folder before what is in it. Links are not followed. */
export function walk(folders: readonly SnapshotFolder[], stop: StopFlag): Walked[] {
  const found: Walked[] = []
  for (const folder of folders) walkFolder(folder, found, stop)
  return found
}

function walkFolder(folder: SnapshotFolder, found: Walked[], stop: StopFlag): void {
  const tried = `reading the folder ${folder.name}`
  const root = bytePath(folder.path)
  const device = lstatSync(fsPath(root), { bigint: true })
  if (!device.isDirectory()) throw new PortError('refused', `${tried}: ${folder.path} is no folder`)
  const firstNames = new Map<bigint, BytePath>()
  const pending: { path: BytePath; full: BytePath }[] = [{ path: folder.name, full: root }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    stop.check(tried)
    found.push(walked(next.path, next.full, lstatSync(fsPath(next.full), { bigint: true }), firstNames))
    for (const name of readdirSync(fsPath(next.full), { encoding: 'latin1' })) {
      const path = `${next.path}/${name}`
      const full = `${next.full}/${name}`
      const stat = lstatSync(fsPath(full), { bigint: true })
      if (stat.isDirectory()) {
        if (stat.dev !== device.dev) throw new PortError('refused', `${tried}: another file system is mounted at ${shown(path)}; only plain folders are saved. Unmount it, or make it a volume of its own.`)
        pending.push({ path, full })
      } else found.push(walked(path, full, stat, firstNames))
    }
  }
}

/** One path alone: nothing is known of further names. */
export function lookAt(path: BytePath, full: BytePath): Walked {
  return walked(path, full, lstatSync(fsPath(full), { bigint: true }), new Map())
}

function walked(path: BytePath, full: BytePath, stat: BigIntStats, firstNames: Map<bigint, BytePath>): Walked {
  const kind = kindOf(stat)
  const entry: Entry = { path, kind, mode: Number(stat.mode & 0o7777n), uid: Number(stat.uid), gid: Number(stat.gid), mtime: stat.mtimeNs, size: kind === 'file' ? Number(stat.size) : 0 }
  if (kind === 'link') entry.target = readlinkSync(fsPath(full), { encoding: 'latin1' })
  if (kind.endsWith('device')) entry.device = Number(stat.rdev)
  if (kind === 'file' && stat.nlink > 1n) {
    const first = firstNames.get(stat.ino)
    if (first !== undefined) entry.sameAs = first
    else firstNames.set(stat.ino, path)
  }
  const isSettled = stat.ctimeNs + TICK < BigInt(Date.now()) * 1_000_000n
  return { entry, full, identity: { inode: stat.ino, ctime: stat.ctimeNs }, isSettled, isSparse: kind === 'file' && stat.blocks * 512n < stat.size }
}

function kindOf(stat: BigIntStats): EntryKind {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  if (stat.isSymbolicLink()) return 'link'
  if (stat.isFIFO()) return 'pipe'
  if (stat.isSocket()) return 'socket'
  return stat.isBlockDevice() ? 'block device' : 'character device'
}
