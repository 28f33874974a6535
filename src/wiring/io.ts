import { environment } from '../settings/environment.ts'
import type { Io } from '../cli/command.ts'

export interface TerminalIo extends Io {
  /** Returns once everything is written; answers what could not be, in words. */
  drain(): Promise<string | undefined>
}

/** Standard output for results, standard error for everything else. A reader that went away is no mistake of anybody; a full disk is. */
export function terminalIo(process: NodeJS.Process): TerminalIo {
  const { stdout, stderr } = process
  let trouble: string | undefined
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') trouble ??= error.message
  })
  // Whoever closed this cannot be told.
  stderr.on('error', () => {})
  const colours = !environment().NO_COLOR
  return {
    out: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    err: (text) => void stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    errStream: stderr,
    isTerminal: stderr.isTTY === true,
    colour: colours && stderr.isTTY === true,
    outColour: colours && stdout.isTTY === true,
    columns: () => stderr.columns ?? 100,
    drain: async () => {
      for (const stream of [stdout, stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()))
      // A failed write says so in an event of its own, which comes after its callback.
      await new Promise<void>((resolve) => setImmediate(resolve))
      return trouble
    },
  }
}
