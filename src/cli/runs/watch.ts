import type { RunId } from '../../domain/model/run.ts'
import { endingOf, followRun, isUnderWay } from '../../workflows/run/follow.ts'
import { type Call, type Command, endedBySignal, UsageError } from '../command.ts'
import { namedRun } from './named-run.ts'
import { showEnding } from './show-ending.ts'
import { toldProgress } from './told-progress.ts'

export const runsWatch: Command = {
  name: 'runs watch',
  summary: 'follow a run of another process to its end',
  usage: '[RUN]',
  options: {},
  words: { least: 0, most: 1 },
  examples: ['cc-ci runs watch', 'cc-ci runs watch note-1f2e3d'],
  interrupted: 'no longer watching. The run goes on.',
  async run(call) {
    const { services, io } = call
    const run = call.words[0] === undefined ? await theOneUnderWay(call) : (await namedRun(call, call.words[0])).header.app.run
    const given = { records: services.records, locks: services.locks, clock: services.clock, run }
    if (!(await isUnderWay(given))) {
      const ending = await endingOf(given)
      if (ending.is === 'ended') io.err(`${run} has ended already.`)
      return showEnding(call, run, ending)
    }
    const progress = toldProgress(call, { from: 0 })
    try {
      const ending = await followRun({ ...given, signal: services.signals.cancel, onEvent: (event) => progress.event(event) })
      progress.stop()
      return ending ? showEnding(call, run, ending) : endedBySignal(services.signals.cancel)
    } finally {
      progress.stop()
    }
  },
}

/** A control run belongs to the run that it was made for, and is not asked for by itself. */
async function theOneUnderWay(call: Call): Promise<RunId> {
  const { records, locks, commandLine, clock } = call.services
  const unended = (await records.list()).filter(({ results }) => results === null)
  const alive = await Promise.all(unended.map(({ id }) => isUnderWay({ records, locks, clock, run: id })))
  const underWay = unended.filter((_run, index) => alive[index])
  const asked = underWay.filter(({ header }) => !underWay.some(({ id }) => id === header?.controlOf))
  if (asked.length === 1) return asked[0]!.id
  if (asked.length === 0) throw new UsageError(`No run is under way. ${commandLine('runs list')} shows those that ended.`)
  throw new UsageError(`${asked.length} runs are under way: ${asked.map(({ id, header }) => `${id} (${header?.recipe ?? '?'})`).join(', ')}. Say which, for example: ${commandLine(`runs watch ${asked[0]!.id}`)}`)
}
