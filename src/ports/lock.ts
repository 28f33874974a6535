/**
 * Locks that the kernel holds: they end with the process that holds them, however it dies, and never by age (trap 29).
 *
 * `tryAcquire` answers at once. `acquire` waits, paced, until free, `signal` aborts or `deadlineMs` passed (PortError `timeout`).
 * Names may hold any characters. A lock is not re-entrant.
 */
export interface Locks {
  tryAcquire(name: string, why: string): Promise<Held | { heldBy: Holder }>
  acquire(name: string, why: string, given: { deadlineMs: number; signal?: AbortSignal; onWait?: (holder: Holder) => void }): Promise<Held>
  /** Who holds it now, or null; takes nothing. */
  holder(name: string): Promise<Holder | null>
}

export interface Held {
  release(): Promise<void>
}

export interface Holder {
  pid: number
  why: string
  /** ms UTC */
  since: number
}
