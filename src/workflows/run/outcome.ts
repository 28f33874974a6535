import type { RunResults } from '../../domain/model/run.ts'

/** How a run ended, for whoever asked for it. */
export type RunOutcome =
  | { is: 'done'; results: RunResults; folder: string; reportPath: string }
  /** Bad usage: nothing was created, and there is no record. */
  | { is: 'refused'; message: string }
