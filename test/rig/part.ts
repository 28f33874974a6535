import type { Places } from './places.ts'

/** What a part may use. */
export interface Rig {
  places: Places
  /** One line of progress, with the time since the part began. */
  says: (line: string) => void
}

export interface PartState {
  up: boolean
  version?: string
  /** A path, a socket or an address. */
  where?: string
  /** Why it is down, or what is missing. */
  note?: string
}

/**
 * One real thing that tests use.
 *
 * `up` is called when `state` says down, and what it needs is up; it copes with what an earlier, broken-off `up` left. `state` never
 * changes anything, and says up only of what this checkout would make. `down` stops only what `up` started, and keeps what was cached; a part without it has nothing to stop.
 */
export interface Part {
  name: string
  is: string
  needs: string[]
  /** Brought up when no part is named. */
  byDefault: boolean
  up(rig: Rig): Promise<void>
  state(rig: Rig): Promise<PartState>
  /** Brings what `up` would take from the network onto the machine and into `built`: a host of its own shares those and reaches nothing else. Needs no other part; safe to repeat. */
  fetch?(rig: Rig): Promise<void>
  down?(rig: Rig): Promise<void>
  /** It lives inside this part: when everything is stopped it ends with it, and comes back with it. */
  livesIn?: string
}
