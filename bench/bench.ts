import type { Row } from './row.ts'
import type { Workbench } from './workbench.ts'

/** One piece of work that is measured against a peer. */
export interface Bench {
  name: string
  /** One line for the list. */
  about: string
  /** How often each side is measured where nobody says. */
  times: number
  run(given: Given): Promise<Row[]>
}

export interface Given {
  bench: Workbench
  times: number
  signal: AbortSignal
  /** Progress, one line. */
  says(line: string): void
}
