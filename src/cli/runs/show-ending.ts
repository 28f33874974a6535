import { join } from 'node:path'
import type { RunId } from '../../domain/model/run.ts'
import { sayDied } from '../../domain/report/run-ending.ts'
import { exitCodeOf } from '../../domain/report/verdict.ts'
import type { RunEnding } from '../../workflows/run/follow.ts'
import { type Call, InfraError } from '../command.ts'
import { summaryLines } from '../run/summary.ts'

/** The end of a run as its own command line shows it, with its exit code. */
export function showEnding(call: Call, run: RunId, ending: RunEnding): number {
  if (ending.is === 'died') throw new InfraError(sayDied(run, { clean: ending.clean, commandLine: call.services.commandLine }))
  const { results, folder } = ending
  call.io.out(call.json ? JSON.stringify(results, null, 2) : summaryLines(results, join(folder, 'report.html'), call.io.outColour).join('\n'))
  return exitCodeOf(results)
}
