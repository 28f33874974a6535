import type { Clock } from '../../ports/clock.ts'
import type { RunRecord } from '../../ports/run-records.ts'
import type { RunSignals } from './outcome.ts'

/** ms between two looks: a file's absence costs next to nothing, and nobody cancels in a hurry of less than that. */
const PACE = 500

/**
 * The run's ear for `runs cancel`: a request in its own folder ends it as Ctrl-C would. In the answer, `signals` stand for both.
 *
 * Why no signal is sent: a request reaches the run that it names, or nobody. Between finding a process by its number and signalling it, that
 * number can go to somebody else's process, whatever is compared before; and a run in another container has no number here at all.
 */
export function hearEndRequest(given: { record: RunRecord; clock: Clock; signals: RunSignals; onAsked(by: string): void }): { signals: RunSignals; stop(): Promise<void> } {
  const { record, clock, signals } = given
  const asked = new AbortController()
  const stopping = new AbortController()
  const listening = (async () => {
    while (!stopping.signal.aborted) {
      const by = await record.askedToEnd()
      if (by !== null) {
        if (!signals.cancel.aborted && !stopping.signal.aborted) given.onAsked(by)
        asked.abort(by)
        return
      }
      await clock.pause(PACE, stopping.signal)
    }
  })()
  return {
    signals: { cancel: AbortSignal.any([signals.cancel, asked.signal]), abandon: signals.abandon },
    async stop() {
      stopping.abort()
      await listening
    },
  }
}
