/**
 * Time. Workflows never read the machine's clock: tests drive this one.
 * `now` is UTC and may jump; deadlines use `monotonic`, which never does.
 */
export interface Clock {
  /** ms UTC */
  now(): number
  /** ms since an arbitrary start; only differences mean something. */
  monotonic(): number
  /** By how many ms the time of day has moved against the monotonic clock since this clock was made: somebody set it, or the machine slept. */
  jumpedMs(): number
  /** Resolves after `ms`, or at once when `signal` aborts (it never rejects): the pace of a probe, never a wait for luck. */
  pause(ms: number, signal?: AbortSignal): Promise<void>
  /** An abort signal that fires after `ms`; `cancel` frees the timer. */
  deadline(ms: number): { signal: AbortSignal; cancel(): void }
}
