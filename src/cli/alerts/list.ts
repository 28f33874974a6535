import { sayMoment } from '../../domain/report/moment.ts'
import type { StoredAlert } from '../../ports/alerts.ts'
import { type Command, EXIT } from '../command.ts'

export const alertsList: Command = {
  name: 'alerts list',
  summary: 'what a person has to know now, newest first',
  usage: '[--all]',
  options: { all: { type: 'boolean', says: 'also those that were seen or are over' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci alerts list', 'cc-ci alerts list --all --json'],
  async run(call) {
    const { open, seen, damaged } = await call.services.alerts.list()
    const shown = call.flag('all') ? [...open, ...seen] : open
    for (const one of damaged) call.io.err(one)
    if (call.json) call.io.out(JSON.stringify(shown, null, 2))
    else call.io.out(shown.length === 0 ? 'No alerts.' : shown.flatMap(linesOf).join('\n'))
    return EXIT.pass
  },
}

function linesOf(alert: StoredAlert): string[] {
  return [
    `${alert.id}  ${alert.kind}  ${sayMoment(alert.raisedAt)}`,
    `  ${alert.what}`,
    ...(alert.versionTried === undefined ? [] : [`  tried ${alert.versionTried}; runs: ${alert.versionRunning ?? 'nothing that is known to be well'}`]),
    ...alert.lastLines.slice(-5).map((line) => `  | ${line}`),
    `  ${alert.ended ? `${alert.ended.how} ${sayMoment(alert.ended.at)}: ${alert.ended.says}` : alert.next}`,
  ]
}
