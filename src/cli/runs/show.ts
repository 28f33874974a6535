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
    if (call.json) {
      call.io.out(JSON.stringify(stored.results ?? { id, header: stored.header, journal: stored.journal }, null, 2))
    } else if (stored.results) call.io.out(summaryLines(stored.results, join(stored.folder, 'report.html'), call.io.outColour).join('\n'))
    else {
      const running = await call.services.locks.holder(`run:${id}`)
      call.io.out(running ? `${id} is under way (process ${running.pid}).` : `${id} died before its end. cc-ci runs clean removes what it left.`)
    }
    return stored.results ? exitCodeOf(stored.results) : EXIT.pass
  },
}
