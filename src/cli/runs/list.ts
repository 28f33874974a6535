import { sayDuration } from '../../domain/report/duration.ts'
import { isKept } from '../../domain/report/run-ending.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import { runWord } from '../../domain/report/words.ts'
import { type Command, EXIT } from '../command.ts'

export const runsList: Command = {
  name: 'runs list',
  summary: 'the history, newest first',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci runs list', 'cc-ci runs list --json'],
  async run(call) {
    const { records, locks } = call.services
    const rows = await Promise.all(
      (await records.list()).map(async (summary) => {
        const running = (await locks.holder(`run:${summary.id}`)) !== null
        const state = running ? 'running' : summary.results ? runWord(summary.results) : summary.refused ? 'refused' : summary.mistaken ? 'cc-ci failed' : 'died'
        return { id: summary.id, state, recipe: summary.header?.recipe ?? '?', engine: summary.header?.engine ?? '?', startedAt: summary.header?.startedAt ?? 0, results: summary.results, gone: summary.gone, running, kept: !running && isKept(summary), controlOf: summary.header?.controlOf ?? null }
      }),
    )
    if (call.json) {
      call.io.out(JSON.stringify(rows.map(({ results, kept: _, ...row }) => ({ ...row, verdict: results?.verdict ?? null, level: results?.level ?? null })), null, 2))
      return EXIT.pass
    }
    if (rows.length === 0) call.io.out('No runs yet. To begin: cc-ci try')
    for (const row of rows) {
      const when = row.startedAt > 0 ? sayMoment(row.startedAt) : '?'
      const took = row.results ? sayDuration(row.results.endedAt - row.results.startedAt) : ''
      const control = row.controlOf === null ? '' : `  control run of ${row.controlOf}`
      const left = row.kept ? `  kept: cc-ci runs clean ${row.id}` : !row.gone && !row.running ? '  not torn down: cc-ci runs clean' : ''
      call.io.out(`${row.id.padEnd(12)} ${when}  ${row.recipe.padEnd(16)} ${row.engine.padEnd(7)} ${row.state.padEnd(14)} ${took}${control}${left}`.trimEnd())
    }
    return EXIT.pass
  },
}
