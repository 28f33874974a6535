import type { Delivery } from '../../domain/model/alert.ts'
import { channelAlertId, eventOf, isOver } from '../../domain/plan/relay.ts'
import { sayVersions } from '../../domain/report/alert-versions.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import type { StoredAlert } from '../../ports/alerts.ts'
import { isPortError } from '../../ports/port-error.ts'
import { type Command, EXIT } from '../command.ts'
import { sayChannel } from './words.ts'

export const alertsList: Command = {
  name: 'alerts list',
  summary: 'what a person has to know now, newest first',
  usage: '[--all]',
  options: { all: { type: 'boolean', says: 'also those that were seen or are over' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci alerts list', 'cc-ci alerts list --all --json'],
  async run(call) {
    const { alerts, deliveries, settings } = call.services
    const { open, seen, damaged } = await alerts.list()
    // Alerts are shown also where nobody can say how far they have come.
    const said = await Promise.all([deliveries.pending(), ...(call.flag('all') ? [deliveries.archived()] : [])]).catch((error: unknown) => {
      if (!isPortError(error)) throw error
      return [{ records: [], damaged: [error.message] }]
    })
    const come = new Map(said.flatMap(({ records }) => records).map(({ event, channels }) => [event, channels]))
    const names = settings.alerts.map(({ name }) => name)
    const shown = (call.flag('all') ? [...open, ...seen] : open).map((alert): Shown => {
      const told = come.get(eventOf(alert)) ?? {}
      // One that is over needs no channel that had not got it.
      return { ...alert, channels: { ...(isOver(alert) ? {} : Object.fromEntries(names.filter((name) => alert.id !== channelAlertId(name)).map((name) => [name, {}]))), ...told } }
    })
    for (const one of [...damaged, ...said.flatMap((one) => one.damaged)]) call.io.err(one)
    if (call.json) call.io.out(JSON.stringify(shown, null, 2))
    else call.io.out(shown.length === 0 ? 'No alerts.' : shown.flatMap(linesOf).join('\n'))
    return EXIT.pass
  },
}

interface Shown extends StoredAlert {
  channels: Delivery['channels']
}

function linesOf(alert: Shown): string[] {
  const versions = sayVersions(alert)
  return [
    `${alert.id}  ${alert.kind}  ${sayMoment(alert.raisedAt)}`,
    `  ${alert.what}`,
    ...(versions === undefined ? [] : [`  ${versions}`]),
    ...alert.lastLines.slice(-5).map((line) => `  | ${line}`),
    `  ${alert.ended ? `${alert.ended.how} ${sayMoment(alert.ended.at)}: ${alert.ended.says}` : alert.next}`,
    ...Object.entries(alert.channels).map(([name, told]) => `  ${name}: ${sayChannel(told, isOver(alert))}`),
  ]
}
