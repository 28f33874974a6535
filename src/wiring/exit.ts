import { endedBy, endedBySignal, InfraError, type Io, UsageError } from '../cli/command.ts'
import { type COMMON, EXIT, meaningsOf, perform, understand } from '../cli/main.ts'
import { hasErrors } from '../domain/model/problem.ts'
import { environment } from '../settings/environment.ts'
import { isPortError } from '../ports/port-error.ts'
import { type ErrorDocument, errorDocument, problemsDocument } from '../domain/report/error-document.ts'
import { renderProblems } from '../domain/report/problems.ts'
import { terminalIo } from './io.ts'
import { packageFolder, packageVersion, programFrom } from './package.ts'
import { listenToSignals } from './signals.ts'

/** Runs one command and answers the exit code. A result that could not be handed over was not given (trap 41). */
export async function exitCode(argv: string[]): Promise<number> {
  const io = terminalIo(process)
  const signals = listenToSignals(process, { err: io.err, endNow: (signal) => process.exit(endedBy(signal)) })
  const code = await codeOf(argv, { io, signals })
  signals.stop()
  const lost = await io.drain()
  if (lost === undefined) return code
  io.err(`The result could not be written to standard output: ${lost}.`)
  await io.drain()
  return EXIT.infra
}

/** The edge of the program: every mistake ends here, as one sentence and an exit code. */
async function codeOf(argv: string[], { io, signals }: { io: Io; signals: ReturnType<typeof listenToSignals> }): Promise<number> {
  let where = 'cc-ci'
  /** For people on standard error; for a program that asked for a document, one of those, too. */
  const refuse = (text: string, document: ErrorDocument) => {
    io.err(text)
    if (argv.includes('--json')) io.out(JSON.stringify(document, null, 2))
  }
  try {
    const asked = await understand(argv, packageVersion())
    if ('print' in asked) {
      io.out(asked.print)
      return EXIT.pass
    }
    where = `cc-ci ${asked.command.name}`
    signals.means(meaningsOf(asked))
    const text = (name: keyof typeof COMMON) => (typeof asked.values[name] === 'string' ? (asked.values[name] as string) : undefined)
    // Whoever asked for help, or in vain, needs none of these.
    const [{ loadSettings }, { stateFolderTrouble }, { openServices }] = await Promise.all([import('../settings/load.ts'), import('../settings/state-folder.ts'), import('./services.ts')])
    const loaded = await loadSettings({ environment: environment(), stateFolder: text('state'), settingsFile: text('settings'), packageFolder: packageFolder(), workingFolder: process.cwd() })
    if (hasErrors(loaded.problems) && !asked.command.bearsMistakenSettings) {
      refuse(renderProblems(loaded.problems), problemsDocument(loaded.problems))
      return EXIT.usage
    }
    const trouble = stateFolderTrouble(loaded.settings.stateFolder)
    if (trouble) throw new UsageError(trouble)
    const services = openServices({ loaded, signals: signals.given, program: programFrom(process.cwd()), stateGiven: text('state'), settingsGiven: text('settings'), says: io.err })
    try {
      return await perform(asked, io, services)
    } finally {
      await services.close()
    }
  } catch (error) {
    if (error instanceof UsageError || error instanceof InfraError || isPortError(error)) {
      refuse(error.message, errorDocument(error.message, where))
      // Whatever was being asked of others was given up because of the signal.
      if (isPortError(error) && signals.given.cancel.aborted) return endedBySignal(signals.given.cancel)
      return error instanceof UsageError || isPortError(error, 'not-found') || isPortError(error, 'refused') ? EXIT.usage : EXIT.infra
    }
    const says = error instanceof Error ? error.message : String(error)
    refuse(`This is a mistake in cc-ci, please report it: ${error instanceof Error ? (error.stack ?? says) : says}`, { error: { what: `A mistake in cc-ci: ${says}`, where, mend: 'Please report it, with what stands on standard error.' } })
    return EXIT.infra
  }
}
