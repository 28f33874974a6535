/** What is wrong with a version, or with the host: only the first marks the version as failed. */
export type Blames = 'version' | 'host'

/** Why an operation that has begun stands still: the next start goes on with it. */
export type PauseReason = 'inconclusive' | 'host' | 'stuck'

/** What a step found out that later ones need. */
export type Found = Record<string, unknown>

/** Lines of any journal: intent before effect, and what came of it. `Result`: how such an operation may end. */
export type StepEntry<Result> =
  | { entry: 'intend'; step: string }
  | { entry: 'done'; step: string; found?: Found }
  /** From here on it goes back. */
  | { entry: 'turned'; why: string; blames: Blames }
  | { entry: 'paused'; because: PauseReason; why: string; next: string }
  | { entry: 'resumed'; pid: number }
  | { entry: 'ended'; outcome: Result }

/** `n` counts up by one: a line that is missing shows. `v` grows when a reader of the old form would be misled. */
export type Numbered<Entry> = Entry & { v: 1; n: number; /** ms UTC */ at: number }

/** How far an operation that has not ended has come. */
export interface StepsTaken {
  /** Undefined: it goes forward. */
  turned: { why: string; blames: Blames } | undefined
  /** Steps whose intent is on disk, in order. */
  intended: string[]
  /** Steps that were done, with what they found. */
  done: Record<string, Found>
  /** Times that a later process went on with it. */
  resumed: number
  /** How many of those before ended without a word: killed, perhaps by what the operation does. */
  deaths: number
  /** What had been begun, forward, when the last of them took it up: what it brought may have been in use since. */
  inherited: string[]
  paused: { because: PauseReason; why: string; next: string } | undefined
}

/** A record that cannot be used: it stops what it is the record of, and nothing of it is lost. */
export interface RecordTrouble {
  trouble: 'torn' | 'future' | 'unreadable'
  file: string
  says: string
  mend: string
}

export function isRecordTrouble(value: unknown): value is RecordTrouble {
  return typeof value === 'object' && value !== null && 'trouble' in value && 'mend' in value
}
