import { join } from 'node:path'
import { isRunId } from '../../domain/plan/run-name.ts'
import { exitCodeOf } from '../../domain/report/verdict.ts'
import { type Command, EXIT, UsageError } from '../command.ts'
import { summaryLines } from '../run/summary.ts'

export const runsShow: Command = {
  name: 'runs show',
  summary: 'one run: its verdict, its tiers, where its report is',
  usage: 'RUN',
  options: {},
  words: { least: 1, most: 1 },
  examples: ['cc-ci runs show note-1f2e3d'],
  async run(call) {
    const id = call.words[0]!
    if (!isRunId(id)) throw new UsageError(`"${id}" is no run: they look like note-1f2e3d. cc-ci runs list shows them.`)
    const stored = await call.services.records.read(id)
    for (const damage of stored.damaged) call.io.err(damage)
    const { results } = stored
    const running = results === null ? await call.services.locks.holder(`run:${id}`) : null
    if (call.json) call.io.out(JSON.stringify(results ?? { id, running: running !== null, header: stored.header, journal: stored.journal }, null, 2))
    else if (results) call.io.out(summaryLines(results, join(stored.folder, 'report.html'), call.io.outColour).join('\n'))
    else call.io.out(running ? `${id} is under way (process ${running.pid}).` : `${id} died before its end. ${call.services.programName} runs clean removes what it left.`)
    if (results) return exitCodeOf(results)
    return running ? EXIT.pass : EXIT.infra
  },
}
