import { join } from 'node:path'
import { sayDied, sayMistaken, sayRefused } from '../../domain/report/run-ending.ts'
import { exitCodeOf } from '../../domain/report/verdict.ts'
import { type Command, EXIT } from '../command.ts'
import { summaryLines } from '../run/summary.ts'
import { namedRun } from './named-run.ts'

export const runsShow: Command = {
  name: 'runs show',
  summary: 'one run: its verdict, its tiers, where its report is',
  usage: 'RUN',
  options: {},
  words: { least: 1, most: 1 },
  examples: ['cc-ci runs show note-1f2e3d'],
  async run(call) {
    const id = call.words[0]!
    const stored = await namedRun(call, id)
    for (const damage of stored.damaged) call.io.err(damage)
    const { results } = stored
    const running = results === null ? await call.services.locks.holder(`run:${id}`) : null
    if (call.json) call.io.out(JSON.stringify(results ?? { id, running: running !== null, header: stored.header, journal: stored.journal }, null, 2))
    else if (results) call.io.out(summaryLines(results, join(stored.folder, 'report.html'), call.io.outColour).join('\n'))
    else call.io.out(running ? `${id} is under way (process ${running.pid}).` : stored.refused ? sayRefused(id) : stored.mistaken ? sayMistaken(id) : sayDied(id, { clean: stored.gone, commandLine: call.services.commandLine }))
    if (results) return exitCodeOf(results)
    if (stored.refused) return EXIT.usage
    return running ? EXIT.pass : EXIT.infra
  },
}
