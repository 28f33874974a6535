/**
 * Other programs. The one place that spawns.
 *
 * `run` waits for the end and never throws on an exit code: a caller that swallows a failed command has to do it in the
 * open (trap 41). A child gets exactly `env`, nothing of ours. Secrets go through `stdin` or `env`, never `argv`.
 * The child leads its own process group; abort or time-out ends the whole group (TERM, then KILL after `graceMs`).
 */
export interface Processes {
  run(command: Command): Promise<Finished>
  start(command: Command): RunningProcess
  /** Starts a program that goes on when we are gone. What it writes is added to the file `log`, which is made where it is not. */
  launch(command: Pick<Command, 'argv' | 'cwd' | 'env'> & { log: string }): Launched
  /**
   * The environment that programs need to start at all: PATH, HOME, LANG … of ours, nothing else. PATH holds absolute folders only, the
   * usual ones among them, and HOME is there: a tool that is found from a shell is found from a timer (trap 40).
   */
  baseEnv(): Record<string, string>
}

export interface Command {
  argv: [string, ...string[]]
  cwd?: string
  /** Default: {@link Processes.baseEnv}. */
  env?: Record<string, string>
  stdin?: string | Uint8Array
  /** ms; default none. */
  timeoutMs?: number
  graceMs?: number
  signal?: AbortSignal
  /** Bytes of each stream kept; the head and the tail are kept, the middle is dropped and said. Default 1 MiB. */
  keepBytes?: number
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void
}

export interface Finished {
  /** null: ended by a signal. */
  exitCode: number | null
  signal: string | null
  stdout: string
  stderr: string
  timedOut: boolean
  ms: number
}

/** What a program can be asked to end with; KILL does not ask. */
export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2' | 'SIGWINCH'

export interface RunningProcess {
  readonly pid: number
  readonly finished: Promise<Finished>
  /**
   * Asks the whole group to end with `ask` (default TERM), kills what is left after `graceMs` (0: without asking), and answers when it is over.
   * May be called again, with less patience or another signal; once it is over nobody is signalled, for the id may be somebody else's by then.
   */
  stop(graceMs?: number, ask?: StopSignal): Promise<Finished>
}

export interface Launched {
  readonly pid: number
  /** Whether it has ended already, and how: `exit code 3`; null while it runs. */
  ended(): string | null
  /** Asks it to end in order (TERM). One that has ended already hears nothing. */
  askToEnd(): void
}
