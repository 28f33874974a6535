import type { Blames, Found, PauseReason } from '../../domain/model/journal.ts'
import type { OpenOperation, Outcome } from '../../domain/model/platform.ts'

/**
 * One step of an operation.
 *
 * INVARIANTS
 * - Its intent is on disk before its effect begins, its outcome before the next intent.
 * - It may have happened not at all, half, or wholly when the next process does it again: it must cope with all three.
 */
export interface Step<Open = OpenOperation> {
  name: string
  /** What it answers is on disk for the steps after it, also in another process. */
  act(operation: Open): Promise<Found | undefined>
}

/** How an operation goes forward and, from wherever it is, back. Both are worked out anew by each process from what is on disk. */
export interface Ways<Open = OpenOperation, Result = Outcome> {
  forward: Step<Open>[]
  back(operation: Open): Step<Open>[]
  /** What it means that there is nothing more to do forward. */
  arrived(operation: Open): Result
  /** What it means that there is nothing more to do back. */
  takenBack(operation: Open): Result
  /** What it brings is on the record: from there on it never turns, for data that came since would be lost. */
  isCommitted(operation: Open): boolean
  /** What it brought ran on between two processes, and going back would lose what people did with it: a verdict does that, and no wish to end. Default: nothing is lost. */
  isInUse?(operation: Open): boolean
}

/** Thrown by a step: this version, or this host, does not do. From here on it goes back. */
export class TurnBack extends Error {
  override name = 'TurnBack'
  readonly blames: Blames

  constructor(why: string, blames: Blames) {
    super(why)
    this.blames = blames
  }
}

/** Thrown by a step that comes before anything was touched: it ends here, and nothing has changed. */
export class LeaveUntouched extends Error {
  override name = 'LeaveUntouched'
}

/** Thrown by a step that can go neither forward nor back now: the operation stays open, and the next start goes on with it. */
export class StandStill extends Error {
  override name = 'StandStill'
  readonly because: PauseReason
  readonly next: string

  constructor(because: PauseReason, why: string, next: string) {
    super(why)
    this.because = because
    this.next = next
  }
}
