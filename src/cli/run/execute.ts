import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCodeOf } from '../../domain/report/verdict.ts'
import { junitOf } from '../../domain/report/junit.ts'
import type { RunResults } from '../../domain/model/run.ts'
import type { Engine } from '../../ports/engine.ts'
import type { RunRequest } from '../../workflows/run/context.ts'
import { runRecipe } from '../../workflows/run/run.ts'
import { type Call, endedBySignal, InfraError, UsageError } from '../command.ts'
import { type FilePlace, filePlace, type FolderPlace, folderPlace } from '../places.ts'
import { progressFor } from '../progress/progress.ts'
import { summaryLines } from './summary.ts'

/** What Ctrl-C means in a run. */
export const ENDING_RUN = {
  interrupted: 'ending, then tearing down. Once more stops the teardown, too.',
  abandoned: 'Stopped in the middle of the teardown. What is left is on record: cc-ci runs clean removes it.',
}

/** Where copies of a run's results go, beside its record. */
export interface Copies {
  out: FolderPlace | undefined
  junit: FilePlace | undefined
}

export function copiesAsked(call: Call): Copies {
  return { out: folderPlace(call, 'out'), junit: filePlace(call, 'junit') }
}

/** Runs, shows how it goes, and says how it went. Answers the exit code. */
export async function execute(call: Call, engine: Engine, request: RunRequest, copies: Copies): Promise<number> {
  const { services, io } = call
  const progress = progressFor({ stream: io.errStream, isTerminal: io.isTerminal, colour: io.colour, clock: services.clock, columns: io.columns })
  let outcome: Awaited<ReturnType<typeof runRecipe>>
  try {
    outcome = await runRecipe(services.runPorts(engine), request, services.signals, (event) => progress.event(event))
  } finally {
    progress.stop()
  }
  if (outcome.is === 'refused') throw new UsageError(outcome.message)
  const { results } = outcome
  if (call.json) io.out(JSON.stringify(results, null, 2))
  else io.out(summaryLines(results, outcome.reportPath, io.outColour).join('\n'))
  await handOut(call, [() => copies.out?.fill((out) => copyOut(outcome.folder, out)), () => copies.junit?.write(junitOf(results))], outcome.folder)
  if (request.keep && engine.kind === 'local') await keepUp(call, results)
  const { cancel } = services.signals
  // What was found of the recipe before the signal stands, and so does its exit code.
  const isFound = results.verdict === 'pass' || results.verdict === 'fail'
  return cancel.aborted && !isFound ? endedBySignal(cancel) : exitCodeOf(results)
}

/** A copy that cannot be written is said, and changes nothing: the verdict is the record's (invariant 12). */
async function handOut({ io }: Call, copies: ReadonlyArray<() => Promise<void> | undefined>, folder: string): Promise<void> {
  for (const copy of copies) {
    try {
      await copy()
    } catch (error) {
      if (!(error instanceof InfraError)) throw error
      io.err(`${error.message} The run is over and on record in ${folder}.`)
    }
  }
}

/** What people keep of a run: results, page, JUnit, evidence; not the checkouts. */
async function copyOut(folder: string, out: string): Promise<void> {
  for (const name of ['results.json', 'report.html', 'junit.xml', 'evidence']) {
    await cp(join(folder, name), join(out, name), { recursive: true, force: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}

/** What runs on `local` runs below us: it stays up for as long as we do. */
async function keepUp(call: Call, results: RunResults): Promise<void> {
  const { services, io } = call
  if (results.deploys.seen === 0 || services.signals.cancel.aborted) return
  io.err(`${results.domain} stays up until Ctrl-C. Its data stays after that, until: ${services.commandLine(`runs clean ${results.id}`)}`)
  await new Promise<void>((resolve) => services.signals.cancel.addEventListener('abort', () => resolve(), { once: true }))
}
