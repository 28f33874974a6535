/** How bringing up, or taking down, one unit ended. Each is told apart by the exit code and in words. */
export type UnitEnd =
  /** Up, and its gate passed: `did` says whether anything had to be done for it. */
  | 'up'
  /** Nothing of it runs: the same for a unit that was to be taken down. */
  | 'down'
  /** It was to be left out: who comes after it takes it as it is. */
  | 'left-out'
  /** It cannot come up, or did not in its time. */
  | 'not-up'
  | 'not-down'
  /** What it needs cannot come up, so it was not begun (trap 14). */
  | 'needs-dead'
  /** Somebody ended the whole: it was not begun any more, or went back. */
  | 'ended'

/** What became of one unit of a boot. */
export interface UnitOutcome {
  unit: string
  is: UnitEnd
  /** For people, in one sentence. */
  says: string
  /** What there is to do about it; absent where there is nothing. */
  next?: string
  /** ms UTC; null: it was not begun. */
  beganAt: number | null
  endedAt: number | null
  /** Whether something was changed for it to be up; a look alone takes less time. */
  did: boolean
  /** How often it was begun, because its first try failed in a way that may pass. */
  tries: number
  /** Of a command that does this unit alone. */
  exit: number
  /** The unit that it all began with; absent where it is its own. */
  cause?: string
  isOptional: boolean
}

/** A boot as it went, kept in `<state>/boot`. */
export interface BootRecord {
  schema: 1
  does: 'up' | 'down'
  /** ms UTC */
  beganAt: number
  endedAt: number
  units: UnitOutcome[]
}
