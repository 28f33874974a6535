/** Programs that the engine runs for us beside an app or inside it: checks, and the tools that make backups. */

export interface Job {
  /** A word for labels, names and evidence: `restic`, `check-login`. */
  name: string
  /** Ignored by `local`. */
  image: string
  argv: [string, ...string[]]
  env: Record<string, string>
  /** Handed over so that no process argument and no engine record shows them: paths inside the job → bytes. */
  secretFiles?: Record<string, string>
  /** Volumes of the app by compose key, and scratch volumes of the run by a name of ours (`scratch:NAME`, made when absent, labelled). */
  mounts: Array<{ volume: string; target: string; readOnly: boolean }>
  /** A host folder copied to `target` before the start (never bind-mounted). */
  copyIn?: { from: string; target: string }
  workdir?: string
  /** The job must be able to reach the app as people do; it finds where in CCCI_CONNECT, set by the engine. */
  needsProxy: boolean
  /** What it runs is a pull request's: no capabilities, no privileges, read-only root where possible. */
  trusted: boolean
  timeoutMs: number
  signal?: AbortSignal
  onLine?: (line: string) => void
}

export interface JobResult extends ExecResult {
  ms: number
}

export interface ExecResult {
  /** null: did not end in time. */
  exitCode: number | null
  stdout: string
  stderr: string
  timedOut: boolean
}
