import type { RunEvent } from '../../domain/model/run.ts'
import { after, NOTHING_YET } from '../../domain/report/progress.ts'
import type { Call } from '../command.ts'
import { progressFor } from '../progress/progress.ts'
import type { ProgressView } from '../progress/view.ts'

/**
 * Shows a run by what it tells in its event log. What was told before `from` (ms UTC) is not shown, but known: a view that comes late
 * says in which tier and step the run is.
 */
export function toldProgress({ services, io }: Call, given: { from: number }): ProgressView {
  /** While an event is shown, the time is the event's: old ones are told as they were told then. */
  let at: number | undefined
  let known = NOTHING_YET
  let view: ProgressView | undefined
  return {
    event(event: RunEvent) {
      if (event.at < given.from) {
        known = after(known, event)
        return
      }
      at = event.at
      view ??= progressFor({ stream: io.errStream, isTerminal: io.isTerminal, colour: io.colour, clock: { now: () => at ?? services.clock.now() }, columns: io.columns, known })
      view.event(event)
      at = undefined
    },
    stop: () => view?.stop(),
  }
}
