import type { RecordTrouble } from '../domain/model/journal.ts'
import type { JournalEntry, KeptVersion, LastGood, PlatformAppName, PlatformHistory, VersionAt } from '../domain/model/platform.ts'
import type { Commit } from '../domain/model/recipe.ts'

/**
 * What we know of a platform app: `platform/<app>/journal.jsonl` and `last_good.json`.
 *
 * Order: `open` while the app's lock is held, `close` before it is let go. Reading alone needs no lock.
 *
 * INVARIANTS
 * - `append` returns once the line is on disk and would survive a power cut; the effect it announces begins after that.
 * - `last_good.json` is written whole or not at all, and stands beside the snapshots, never in a folder that is swapped (trap 18).
 * - A record that cannot be read is answered as trouble, by file and mend; it is never overwritten, moved or passed over. Nor is a
 *   known-good of which the journal does not know.
 *
 * Errors: `refused` (this user may not write there), `unexpected` (the disk is full).
 */
export interface PlatformRecords {
  /** As they are now, without opening anything for writing. An app that was never touched has an empty history. */
  read(app: PlatformAppName): Promise<KnownApp | RecordTrouble>
  /** As {@link PlatformRecord.kept} answers it, for whoever only looks. */
  kept(app: PlatformAppName, at: VersionAt): Promise<KeptVersion | null>
  open(app: PlatformAppName): Promise<PlatformRecord | RecordTrouble>
}

export interface KnownApp {
  lastGood: LastGood | null
  history: PlatformHistory
}

export interface PlatformRecord extends KnownApp {
  /** The history with every line that was appended meanwhile. */
  readonly history: PlatformHistory
  append(entry: JournalEntry): Promise<void>
  /** Null: there is no known-good any more (an install was taken back). */
  commit(lastGood: LastGood | null): Promise<void>
  /** The folder for the recipe's files at a commit. Not made here; what a killed process began there is removed by `clearCheckout`. */
  checkout(commit: Commit): string
  /** A version whose files are all in its checkout: written last, and whole. Null: there is none. */
  kept(at: VersionAt): Promise<KeptVersion | null>
  keep(version: KeptVersion): Promise<void>
  clearCheckout(commit: Commit): Promise<void>
  /** Removes all versions but these. */
  dropVersions(but: VersionAt[]): Promise<void>
  close(): Promise<void>
}
