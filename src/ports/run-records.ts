import type { RunEvent, RunId, RunResults } from '../domain/model/run.ts'
import type { Resource } from '../domain/model/engine-state.ts'
import type { App } from '../domain/model/app.ts'

/**
 * The folder of a run: its journal, its evidence, its results.
 *
 * INVARIANTS
 * - `intend` returns once the line is on disk; the effect begins after that (invariant 6).
 * - Files are written whole or not at all (temporary name, then rename), except the journal and the event log, which only grow.
 * - Everything written passes the run's redactor: no secret reaches a file (invariant 13).
 */
export interface RunRecords {
  /** Makes the run's folder; `conflict` where it exists. */
  create(id: RunId, header: RunHeader): Promise<RunRecord>
  /** The record of a run that died, to write down its cleaning; the caller holds the run's lock. `not-found` where there is none. */
  reopen(id: RunId): Promise<RunRecord>
  /** Newest first. A folder that cannot be read is listed with what can be said of it. */
  list(): Promise<RunSummary[]>
  /** `not-found` where there is none, `refused` where it is another user's. */
  read(id: RunId): Promise<StoredRun>
  /** Reads along what a run tells, from its first event on, while it is told or afterwards. `not-found` where there is no such run. */
  follow(id: RunId): Promise<EventReader>
  /** What a run's evidence and checkouts take on the disk; bytes. */
  evidenceBytes(id: RunId): Promise<number>
  /** They go; what the run found stays on record. Safe to repeat. The caller holds the run's lock. */
  dropEvidence(id: RunId): Promise<void>
  /** Leaves a request to end in the run's folder, where the run finds it ({@link RunRecord.askedToEnd}). Safe to repeat. `by`: who asks, in words. */
  askToEnd(id: RunId, by: string): Promise<void>
}

export interface EventReader {
  /** What was told since the last call, oldest first; empty where nothing was. A line that is still being written comes, whole, with a later call. */
  next(): Promise<RunEvent[]>
  close(): Promise<void>
}

export interface RunHeader {
  app: App
  recipe: string
  source: string
  engine: string
  /** ms UTC */
  startedAt: number
  pid: number
  /** The run for which this one is the control run. */
  controlOf?: RunId
}

export interface RunRecord {
  readonly folder: string
  /** The folder for the recipe's files, as each version has them. Not made here. */
  readonly checkouts: string
  /** One line in the journal: what is about to be made. */
  intend(entry: JournalEntry): Promise<void>
  event(event: RunEvent): Promise<void>
  /** Writes `evidence/<name>` and answers its path relative to the run's folder. */
  evidence(name: string, content: string | Uint8Array): Promise<string>
  /** Writes `<name>` beside the results: the report page, JUnit. */
  file(name: string, content: string): Promise<string>
  /** What stands at a path that `evidence` answered, as text; null where it is absent. */
  readBack(path: string): Promise<string | null>
  results(results: RunResults): Promise<void>
  /** Who asked this run to end, in words; null while nobody did. Cheap: made to be asked again and again. */
  askedToEnd(): Promise<string | null>
  /** From now on these values appear in nothing that is written. What is already on disk is not written again: hide first. */
  hide(secrets: Iterable<string>): void
  redact(text: string): string
  /** The recipe's files go: nobody works with them once the app is gone. Safe to repeat. */
  dropCheckouts(): Promise<void>
  /** Everything is on disk and no file is held open any more. Safe to call twice. */
  close(): Promise<void>
}

export type JournalEntry =
  | { do: 'make'; resource: Pick<Resource, 'kind' | 'name'> }
  | { do: 'deploy'; stack: string; what: string }
  | { do: 'tear-down'; stack: string }
  /** It was never begun, `refused`: because what was asked for cannot be done; `mistaken`: by a mistake in cc-ci. */
  | { do: 'gone'; stack: string; refused?: true; mistaken?: true }

export interface StoredRun {
  header: RunHeader
  journal: JournalEntry[]
  /** Null: the run did not get to its end. */
  results: RunResults | null
  /** The journal says that it was torn down and verified. */
  gone: boolean
  /** It was never begun: what was asked for could not be done. */
  refused?: true
  /** It was never begun, by a mistake in cc-ci. */
  mistaken?: true
  /** What could not be read, named; the rest is there. */
  damaged: string[]
  folder: string
}

export interface RunSummary {
  id: RunId
  header: RunHeader | null
  /** `running` where its lock is held; `dead` where it is not and there are no results or something is left. */
  results: RunResults | null
  /** The journal says that it was torn down and verified. */
  gone: boolean
  /** It was never begun: what was asked for could not be done. */
  refused?: true
  /** It was never begun, by a mistake in cc-ci. */
  mistaken?: true
}
