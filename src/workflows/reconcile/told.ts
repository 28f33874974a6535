import type { PauseReason, RecordTrouble } from '../../domain/model/journal.ts'
import type { LostRequests, OperationKind, Outcome } from '../../domain/model/platform.ts'
import type { Decision, Hold } from '../../domain/plan/reconcile.ts'
import type { Holder } from '../../ports/lock.ts'

/** What became of one app. Each is told apart by exit code, record and alert (invariant 4). */
export type Reconciled =
  | { is: 'done'; decision: Exclude<Decision['do'], 'recover' | 'hold' | 'wait'>; outcome: Outcome | null; at: string | null; held?: Hold; /** While the proxy was changed. */ lost?: LostRequests; before: Outcome[]; lastLines: string[] }
  | { is: 'held'; at: string | null; hold: Hold; before: Outcome[]; /** Of what went back before it was held. */ lastLines: string[] }
  /** It stands still in the middle of something; the next start goes on with it. */
  | { is: 'paused'; because: PauseReason; kind: OperationKind; to: string; from: string | null; why: string; next: string; down: Down; before: Outcome[]; lastLines: string[] }
  /** Nobody could look: neither this nor that. */
  | { is: 'unknown'; why: string; before: Outcome[]; /** It was cc-ci's own. */ isMistake?: true }
  | { is: 'busy'; holder: Holder }
  | { is: 'damaged'; trouble: RecordTrouble }

/** `may be`: nobody could say. */
export type Down = false | 'is' | 'may be'

export interface Told {
  result: Reconciled
  /** The recipe's repository did not answer: what is newer is not known. */
  sourceTrouble?: string | undefined
  /** An alert could not be written: nobody was told. */
  alertTrouble?: string
}
