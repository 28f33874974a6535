import { sayDuration } from '../../domain/report/duration.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EndSignals } from '../app/end-signals.ts'
import type { UnitToStart } from './unit.ts'

/** How long one that was told to leave everything may take for that, ms. */
const LEAVE_MS = 10_000

export interface Limit {
  /** Its own limit, or the end of the whole. */
  cancel: AbortSignal
  abandon: AbortSignal
  hasPassed(): boolean
  /** Resolves once it has not come to its end though it was told to: nobody waits for it any longer. */
  isStuck: Promise<void>
  stop(): void
}

/** Gives a unit its time: first its limit, then time to go back, then time to leave. */
export function watchLimit(clock: Clock, { limitMs, graceMs }: Pick<UnitToStart, 'limitMs' | 'graceMs'>, signals: EndSignals): Limit {
  const over = new AbortController()
  const cancel = new AbortController()
  const abandon = new AbortController()
  let passed = false
  const isStuck = (async () => {
    const times: Array<[ms: number, then: () => void]> = [
      [limitMs, () => {
        passed = true
        cancel.abort(`its limit of ${sayDuration(limitMs)}`)
      }],
      [graceMs, () => abandon.abort(`its time to go back, ${sayDuration(graceMs)}`)],
      [LEAVE_MS, () => {}],
    ]
    for (const [ms, then] of times) {
      await clock.pause(ms, over.signal)
      if (over.signal.aborted) return await new Promise<void>(() => {})
      then()
    }
  })()
  return { cancel: AbortSignal.any([signals.cancel, cancel.signal]), abandon: AbortSignal.any([signals.abandon, abandon.signal]), hasPassed: () => passed, isStuck, stop: () => over.abort() }
}
