import { environment } from '../settings/environment.ts'
import type { Io } from '../cli/command.ts'

/** Standard output for results, standard error for everything else; a reader that went away is no mistake of ours. */
export function terminalIo(process: NodeJS.Process): Io & { drain(): Promise<void> } {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  const colour = stderr.isTTY === true && !environment().NO_COLOR
  return {
    out: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    err: (text) => void stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    errStream: stderr,
    isTerminal: stderr.isTTY === true,
    colour,
    columns: () => stderr.columns ?? 100,
    drain: async () => {
      for (const stream of [stdout, stderr]) {
        if (stream.writableLength > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()))
      }
    },
  }
}
