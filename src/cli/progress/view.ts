import type { RunEvent } from '../../domain/model/run.ts'
import type { Progress } from '../../domain/report/progress.ts'
import type { Clock } from '../../ports/clock.ts'

/** Shows how a run goes. `stop` may be called twice, and events may come after it. */
export interface ProgressView {
  event(event: RunEvent): void
  stop(): void
}

export interface ProgressGiven {
  /** Standard error: the result alone goes to standard output. */
  stream: { write(text: string): unknown }
  isTerminal: boolean
  colour: boolean
  clock: Pick<Clock, 'now'>
  columns(): number
  /** What was told before the view came. Default: nothing. */
  known?: Progress
  /** Calls again and again until the answer is called; must not keep the process alive. Default: a timer. */
  every?: (ms: number, call: () => void) => () => void
}
