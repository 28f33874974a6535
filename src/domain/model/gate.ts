import type { Reason } from './reason.ts'

/**
 * A gate decides from observations over a dwell time whether what was deployed may be committed: identity first (what we asked for is what runs),
 * then behaviour (it answers as it should), N passes, and once more at the commit.
 */
export interface GateRule {
  /** What is asked each time; empty: identity is all there is. */
  probes: GateProbe[]
  /** So many good observations in a row … */
  passes: number
  /** … over at least this time, ms. Longer than the 8 s after which some versions fall over (trap 6). */
  dwellMs: number
  /** The first good one must come within this, ms. */
  deadlineMs: number
  /** An app whose tasks all run and that gives the very same wrong answer for so long, ms, will not give another one. */
  sameAnswerMs: number
  /** Nothing is left to turn to where it fails, as on the way back: what may still mend itself is waited for until the deadline. */
  lastResort: boolean
  /** Asked through a proxy that is an app of its own: where that one takes no connection, nothing is known of this one. */
  behindProxy: boolean
}

export interface GateProbe {
  url: string
  /** For people and records: `HTTP 200 with "3.6.12" in it`. */
  says: string
  /** `route`: another app's, that answered before the deploy (trap 62); it has to be led somewhere, whatever it says there. */
  kind: 'own' | 'route'
  /** Empty: any below 400. A gate asks for something of ours: 401 is no good answer, unless it is named. */
  status: number[]
  contains?: string
  /** The same as the version before would say it: told apart, because it means that the old task still answers (trap 4). */
  oldContains?: string
}

/** What one probe met, named so that a reader knows where to look. */
export type Met =
  | { met: 'as-expected'; certificateDays?: number }
  | { met: 'wrong-status'; status: number; redirectsTo?: string }
  | { met: 'wrong-content'; wanted: string; got: string }
  | { met: 'old-version'; wanted: string; got: string }
  /** The proxy's own page for what it has no router for (trap 4). */
  | { met: 'fallback-page' }
  | { met: 'wrong-certificate'; says: string }
  | { met: 'refused'; says: string }
  | { met: 'timed-out'; after: string }
  | { met: 'broken'; says: string }
  /** The probe itself could not run: says nothing about the app. */
  | { met: 'no-probe'; says: string }

export interface Answer {
  probe: GateProbe
  met: Met
}

/** One look at everything. Answers are only asked for once the identity is right; before, they prove nothing. */
export interface Observation {
  /** ms since the gate began */
  atMs: number
  identity: Identity
  answers: Answer[]
}

export type Identity =
  | { is: 'running' }
  | { is: 'waiting'; for: string }
  | { is: 'failed'; why: Reason }
  /** The engine could not be asked. */
  | { is: 'unknown'; says: string }

export type GateVerdict =
  | { is: 'going-on'; for: string }
  | { is: 'pass'; passes: number; ms: number; certificateDays?: number }
  | { is: 'fail'; why: GateFailure }
  /** Neither commit nor roll back: nobody could look. */
  | { is: 'inconclusive'; says: string }

export type GateFailure =
  | { kind: 'identity'; reason: Reason }
  | { kind: 'behaviour'; answer: Answer }
  | { kind: 'routes'; lost: Answer[] }
  | { kind: 'deadline'; waitedFor: string; limitMs: number }

/** How a gate was passed: part of the known-good. */
export interface GatePassed {
  /** What was asked, in words. */
  asked: string[]
  passes: number
  ms: number
}
