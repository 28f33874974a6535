import type { Services } from './services.ts'

/** One command of the command line. */
export interface Command {
  /** As typed: `recipe check`. */
  name: string
  /** One line for the list. */
  summary: string
  /** Arguments after the name, as shown in help: `RECIPE [--ref REF]`. */
  usage: string
  options: Record<string, OptionSpec>
  /** How many words it takes after its name. */
  words: { least: number; most: number }
  examples: string[]
  /** Mistakes in the settings do not stop it: they are its subject, or it needs no settings. It sees the defaults then. */
  bearsMistakenSettings?: boolean
  /** What Ctrl-C means here, said when it comes. Default: what is under way ends. */
  interrupted?: Meaning
  /** The same for the second one, where the command leaves things where they are. Default: it is ended on the spot. */
  abandoned?: Meaning
  run(call: Call): Promise<number>
}

export type Meaning = string | ((flag: Call['flag']) => string)

/** What the first and the second signal mean in a command as it was asked for. */
export interface SignalMeanings {
  interrupted?: string | undefined
  abandoned?: string | undefined
}

export interface OptionSpec {
  type: 'boolean' | 'string' | 'list'
  /** Shown in help in place of the value: `DIR`. */
  value?: string
  says: string
}

export interface Call {
  words: string[]
  flag(name: string): boolean
  text(name: string): string | undefined
  list(name: string): string[]
  json: boolean
  io: Io
  services: Services
}

/** Where a command speaks. Results go to `out`, everything else to `err`. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** The error stream itself, for a live view. */
  errStream: NodeJS.WriteStream
  isTerminal: boolean
  /** Whether what goes to `err` may be coloured. */
  colour: boolean
  /** The same for `out`: a file or a pipe never gets colours. */
  outColour: boolean
  columns(): number
}

/** Bad usage: one sentence and exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** What this host or a neighbour cannot do, or what broke off: exit code 3. */
export class InfraError extends Error {
  override name = 'InfraError'
}

/** Exit codes, as in the design. */
export const EXIT = { pass: 0, fail: 1, usage: 2, infra: 3, stuck: 4 } as const

/** The exit code of a command that a signal ended: 130 for Ctrl-C, 143 for TERM. */
export function endedBySignal(cancel: AbortSignal): number {
  return endedBy(cancel.reason)
}

/** The same of the signal itself. */
export function endedBy(signal: NodeJS.Signals): number {
  return signal === 'SIGTERM' ? 143 : 130
}
