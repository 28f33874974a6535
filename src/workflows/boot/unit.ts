import type { Waiting } from '../../domain/boot/supervise.ts'
import type { UnitOutcome } from '../../domain/model/boot.ts'

/** One unit, as the supervisor sees it. */
export interface UnitToStart extends Waiting {
  isOptional: boolean
  /** ms; then it is told to go back. */
  limitMs: number
  /** ms; it has so long for that. */
  graceMs: number
  /**
   * Brings it up, or sees that it is up and changes nothing. Called again after an answer that may pass. What the outside does is an answer; what is thrown is a
   * mistake of ours.
   */
  start(given: StartGiven): Promise<Started>
}

export interface StartGiven {
  /** Its limit has passed, or somebody ends the whole: what was begun goes back. */
  cancel: AbortSignal
  /** Stop even that: the next start goes on. */
  abandon: AbortSignal
  say(text: string): void
}

export type Started =
  | { is: 'up'; says: string; /** Something was changed for it. */ did: boolean; exit: number }
  /**
   * `mayPass`: another try may go better, because the host or a neighbour was not there yet; it is made as long as its limit allows. `isUntouched`: the try was
   * an operation of its own that ended before it touched anything.
   */
  | { is: 'not-up'; says: string; next?: string; exit: number; mayPass: boolean; isUntouched?: boolean }

/** What a boot tells as it goes. */
export type BootEvent =
  | { is: 'begins'; unit: string; at: number }
  | { is: 'says'; unit: string; text: string }
  /** So many tries of it failed, and it is tried again. */
  | { is: 'again'; unit: string; tries: number; says: string }
  | { is: 'over'; outcome: UnitOutcome }
