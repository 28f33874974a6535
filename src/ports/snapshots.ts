import { PortError, type PortErrorKind } from './port-error.ts'

/**
 * Verified copies of an undeployed app's volumes, with the small documents that belong to them (env, configs, image digests, encrypted secrets): all that
 * is needed to go back (invariant 15). What the documents mean is the caller's business, and so is how a volume's folder is found.
 *
 * Order of calls: `space` while the app still runs, then undeploy, `take`, `verify`; the snapshot is believed only then. `restore` puts it back.
 * Callers hold the app's lock: calls for one app never overlap. Calls for different apps may.
 * Quiet: `take` and `restore` call `assertQuiet` before the first byte and after the last. It is the caller's word that no task of the stack exists (trap
 * 19); it throws to refuse, and what it throws comes out as it is. A file that changes while it is copied is found besides: `changed`.
 * Generations: `take` adds one and then drops the oldest beyond two, but never one of `keep`: name there what the record of last-good points to.
 * A snapshot's id holds the hash of its manifest, which holds the hashes of everything else: whoever wrote down the id notices any later change.
 *
 * Safe to call twice: all. `take` makes a further generation that shares what did not change with the one before; `restore` of what is restored changes
 * nothing. Safe after a kill at any instant: whole generations only are listed, at least as many as before; the next `take` and `sweep` remove the rest.
 * A killed `restore` leaves folders that are neither: call it again, it goes on where it was, and start nothing on them until it has returned (trap 16).
 *
 * Errors: PortError, and where a caller decides on it a {@link SnapshotError} with a `reason`. `not-found`: no such folder or snapshot; `refused`: a
 * name, or a folder that is none; `timeout`: `signal` was aborted; `unsupported`: this machine or file system lacks what is needed. After an error of
 * `take` or `verify` everything is as before; after one of `restore` see above.
 */
export interface Snapshots {
  /**
   * What the next `take` will need at most, looked up without stopping anything. A running app's figures may change until it is down. Where a `take` could
   * not write at all, it fails as that would, and leaves nothing.
   */
  space(app: string, folders: readonly SnapshotFolder[], signal: AbortSignal): Promise<Space>
  take(app: string, asked: Taking): Promise<Snapshot>
  /** Reads back every byte and compares it with the manifest. `damaged` where it differs. */
  verify(app: string, id: SnapshotId, signal: AbortSignal): Promise<Snapshot>
  /** Whole generations, newest first. Reads manifests only: see `verify`. One that cannot be read is left out here and kept on disk. */
  list(app: string): Promise<Snapshot[]>
  /** The documents, compared with the manifest. */
  documents(app: string, id: SnapshotId): Promise<SnapshotDocument[]>
  /**
   * Makes each folder exactly what it was: what came later is gone (trap 17). What is needed of the snapshot is compared with the manifest before anything
   * is touched, and what is written is looked at again at the end. `folders` are those of the snapshot, by name; they may lie elsewhere now, or be empty.
   */
  restore(app: string, id: SnapshotId, asked: Restoring): Promise<Restored>
  /** Compares folders with a snapshot and changes nothing: paths that differ, `<folder>/<path>`, at most a hundred. */
  differences(app: string, id: SnapshotId, asked: Comparing): Promise<string[]>
  /** Removes one generation, or all of an app where none is named. */
  drop(app: string, id?: SnapshotId): Promise<void>
  /** Removes what killed processes left, of all apps. */
  sweep(): Promise<void>
}

/** `<number>-<hash of the manifest>`; later ones sort after earlier ones. */
export type SnapshotId = string

export interface SnapshotFolder {
  /** The volume: letters, digits and `_.-`. */
  name: string
  /** On this machine. */
  path: string
}

export interface SnapshotDocument {
  /** One path segment: letters, digits and `_.-`. */
  name: string
  /** Permission bits. */
  mode: number
  bytes: Uint8Array
}

export interface Taking {
  folders: readonly SnapshotFolder[]
  documents: readonly SnapshotDocument[]
  assertQuiet: () => Promise<void>
  /** Snapshots that must not be dropped, however old. */
  keep?: readonly SnapshotId[]
  /** Shares nothing with the one before, which may be what is damaged. */
  anew?: boolean
  signal: AbortSignal
}

export interface Comparing {
  folders: readonly SnapshotFolder[]
  /**
   * `bytes` (default): every byte of the folders is read and compared, and every byte of the snapshot before that. `changed`: a file that has the inode,
   * change time (ctime), time, size and mode it had when we last saw it equal is taken as equal, and only what is needed of the snapshot is read.
   */
  compare?: 'bytes' | 'changed'
  signal: AbortSignal
}

export interface Restoring extends Comparing {
  assertQuiet: () => Promise<void>
}

export interface Snapshot {
  id: SnapshotId
  app: string
  /** ms UTC */
  at: number
  /** Names. */
  folders: string[]
  documents: string[]
  /** Files, folders, links and all else. */
  entries: number
  /** Bytes of all files. */
  bytes: number
  /** Bytes on disk, shared ones included. */
  storedBytes: number
}

export interface Restored {
  /** Entries made or changed. */
  written: number
  removed: number
}

export interface Space {
  needsBytes: number
  freeBytes: number
}

export type SnapshotReason =
  /** The disk has too little room, or became full: nothing was changed by `take`; nothing was touched by a `restore` that says it at its beginning. */
  | 'no-space'
  /** A file changed while it was copied: something still runs. */
  | 'changed'
  /** The snapshot is not what was written. It stays where it is; use another generation. */
  | 'damaged'

export class SnapshotError extends PortError {
  override name = 'SnapshotError'
  readonly reason: SnapshotReason

  constructor(reason: SnapshotReason, message: string, given: { cause?: unknown; says?: string } = {}) {
    super(KIND_OF[reason], message, { ...given, againCanHelp: reason === 'changed' })
    this.reason = reason
  }
}

const KIND_OF: Record<SnapshotReason, PortErrorKind> = { 'no-space': 'refused', changed: 'conflict', damaged: 'unexpected' }

export function isSnapshotError(error: unknown, reason?: SnapshotReason): error is SnapshotError {
  return error instanceof SnapshotError && (reason === undefined || error.reason === reason)
}
