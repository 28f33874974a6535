import { NOTHING_YET } from '../../domain/report/progress.ts'
import { everyMs } from './every.ts'
import { liveView } from './live-view.ts'
import { plainLog } from './plain-log.ts'
import type { ProgressGiven, ProgressView } from './view.ts'

/** A live view on a terminal, plain lines elsewhere. */
export function progressFor(given: ProgressGiven): ProgressView {
  const all = { every: everyMs, known: NOTHING_YET, ...given }
  return given.isTerminal ? liveView(all) : plainLog(all)
}
