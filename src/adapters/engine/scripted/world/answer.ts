/**
 * The scripted world runs no programs: what a command answers is in a script. Texts may hold `{env:NAME}`, `{file:/path}` and
 * `{stdin:bytes}`, which are filled with what the command was given.
 */
export interface Answer {
  /** The first answer counts whose `match` is found in the command, its parts joined by blanks. */
  match: string
  /** Default 0. */
  exitCode?: number
  stdout?: string
  stderr?: string
  /** From what it prints to its end, ms. */
  takesMs?: number
  /** Never ends by itself. */
  hangs?: boolean
  /** What it leaves in volumes, by absolute path. */
  writes?: Record<string, string>
}
