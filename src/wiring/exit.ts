import { type Io, UsageError } from '../cli/command.ts'
import { type COMMON, EXIT, perform, understand } from '../cli/main.ts'
import { hasErrors } from '../domain/model/problem.ts'
import { environment } from '../settings/environment.ts'
import { loadSettings } from '../settings/load.ts'
import { stateFolderTrouble } from '../settings/state-folder.ts'
import { isPortError } from '../ports/port-error.ts'
import type { RunSignals } from '../workflows/run/outcome.ts'
import { renderProblems } from '../domain/report/problems.ts'
import { terminalIo } from './io.ts'
import { isCheckout, packageFolder, packageVersion } from './package.ts'
import { openServices } from './services.ts'
import { listenToSignals } from './signals.ts'

/** Runs one command and answers the exit code. A result that could not be handed over was not given (trap 41). */
export async function exitCode(argv: string[]): Promise<number> {
  const io = terminalIo(process)
  const signals = listenToSignals(process, io)
  const code = await codeOf(argv, { io, signals: signals.given })
  signals.stop()
  const lost = await io.drain()
  if (lost === undefined) return code
  io.err(`The result could not be written to standard output: ${lost}.`)
  await io.drain()
  return EXIT.infra
}

/** The edge of the program: every mistake ends here, as one sentence and an exit code. */
async function codeOf(argv: string[], { io, signals }: { io: Io; signals: RunSignals }): Promise<number> {
  try {
    const asked = understand(argv, packageVersion())
    if ('print' in asked) {
      io.out(asked.print)
      return EXIT.pass
    }
    const text = (name: keyof typeof COMMON) => (typeof asked.values[name] === 'string' ? (asked.values[name] as string) : undefined)
    const loaded = await loadSettings({ environment: environment(), stateFolder: text('state'), settingsFile: text('settings'), packageFolder: packageFolder(), workingFolder: process.cwd() })
    if (hasErrors(loaded.problems) && !asked.command.name.startsWith('settings ')) {
      io.err(renderProblems(loaded.problems))
      return EXIT.usage
    }
    const trouble = stateFolderTrouble(loaded.settings.stateFolder)
    if (trouble) throw new UsageError(trouble)
    const services = openServices({ loaded, signals, programName: isCheckout() ? './cc-ci' : 'cc-ci' })
    try {
      return await perform(asked, io, services)
    } finally {
      await services.close()
    }
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(error.message)
      return EXIT.usage
    }
    if (isPortError(error)) {
      io.err(error.message)
      return error.kind === 'not-found' || error.kind === 'refused' ? EXIT.usage : EXIT.infra
    }
    io.err(`This is a mistake in cc-ci, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return EXIT.infra
  }
}
