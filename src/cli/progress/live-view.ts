import { after, lastingLines, liveLines } from '../../domain/report/progress.ts'
import { drawnLines } from './drawn-lines.ts'
import type { ProgressGiven, ProgressView } from './view.ts'

/** A run on a terminal: what is done, and below it what is under way. */
export function liveView({ clock, known, ...given }: Required<ProgressGiven>): ProgressView {
  let progress = known
  const drawn = drawnLines({ ...given, live: () => liveLines(progress, clock.now()) })
  return {
    event(event) {
      const lasting = lastingLines(event)
      progress = after(progress, event)
      if (progress.tier !== null) drawn.begin()
      drawn.keep(lasting)
    },
    stop: drawn.stop,
  }
}
