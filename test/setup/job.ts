/** One thing that the house's checks do: a command, or a file of tests. All of them can be run side by side. */

export interface Job {
  title: string
  /** ms; what it took the last time or a guess: long ones begin first. */
  expectedMs: number
  /** ms; after that it is ended and has failed. */
  limitMs: number
  /** Nothing else runs meanwhile. */
  alone: boolean
  run(signal: AbortSignal): Promise<JobResult>
}

export interface JobResult {
  title: string
  ms: number
  passed: number
  /** One sentence each, with the name of the test where there is one. Empty: the job passed. */
  failures: string[]
  /** All it printed; shown when it failed. */
  output: string
}
