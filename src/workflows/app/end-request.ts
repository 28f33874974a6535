import type { Clock } from '../../ports/clock.ts'
import type { EndRequest } from '../../ports/end-request.ts'
import type { EndSignals } from './end-signals.ts'

/** ms between two looks: a file's absence costs next to nothing, and nobody cancels in a hurry of less than that. */
const PACE = 500

/**
 * The ear of a run for `runs cancel`, and of the server for `boot down`: a request ends it as Ctrl-C would. In the answer, `signals` stand for both.
 *
 * Why no signal is sent: a request reaches the one whom it is for, or nobody. Between finding a process by its number and signalling it, that
 * number can go to somebody else's process, whatever is compared before; and one in another container has no number here at all.
 */
export function hearEndRequest(given: { asked: EndRequest['asked']; clock: Clock; signals: EndSignals; onAsked(by: string): void }): { signals: EndSignals; stop(): Promise<void> } {
  const { clock, signals } = given
  const ended = new AbortController()
  const stopping = new AbortController()
  const listening = (async () => {
    while (!stopping.signal.aborted) {
      const by = await given.asked()
      if (by !== null) {
        if (!signals.cancel.aborted && !stopping.signal.aborted) given.onAsked(by)
        ended.abort(by)
        return
      }
      await clock.pause(PACE, stopping.signal)
    }
  })()
  return {
    signals: { cancel: AbortSignal.any([signals.cancel, ended.signal]), abandon: signals.abandon },
    async stop() {
      stopping.abort()
      await listening
    },
  }
}
