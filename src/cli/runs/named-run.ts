import { join } from 'node:path'
import { isRunId } from '../../domain/plan/run-name.ts'
import { nearest } from '../../lib/nearest.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { StoredRun } from '../../ports/run-records.ts'
import { type Call, UsageError } from '../command.ts'

/** The record of the run that was named on the command line. */
export async function namedRun(call: Call, named: string): Promise<StoredRun> {
  if (!isRunId(named)) throw await notARun(call, named)
  try {
    return await call.services.records.read(named)
  } catch (error) {
    if (!isPortError(error, 'not-found')) throw error
    throw await unknownRun(call, named, ` in ${join(call.services.stateFolder, 'runs')}`)
  }
}

export async function notARun(call: Call, named: string): Promise<UsageError> {
  return new UsageError(`"${named}" is no run: they look like note-1f2e3d.${await suggestion(call, named)}`)
}

/** `more` goes on with the sentence that there is no such run. */
export async function unknownRun(call: Call, named: string, more: string): Promise<UsageError> {
  return new UsageError(`There is no run ${named}${more}.${await suggestion(call, named)}`)
}

async function suggestion(call: Call, named: string): Promise<string> {
  const near = nearest(named, (await call.services.records.list()).map(({ id }) => id))
  return near === undefined ? ' cc-ci runs list shows those that are there.' : ` Did you mean ${near}? cc-ci runs list shows all.`
}
