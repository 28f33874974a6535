import { byWhom } from '../by-whom.ts'
import { type Command, EXIT } from '../command.ts'

export const alertsAck: Command = {
  name: 'alerts ack',
  summary: 'say that an alert was seen: it is not told again for as long as it is so',
  usage: 'ALERT [--by NAME]',
  options: { by: { type: 'string', value: 'NAME', says: 'who has seen it; default: the user who calls' } },
  words: { least: 1, most: 1 },
  examples: ['cc-ci alerts ack platform-traefik-failed-3.1.0+v3.7.0'],
  async run(call) {
    const [id] = call.words
    await call.services.alerts.acknowledge(id!, byWhom(call))
    if (call.json) call.io.out(JSON.stringify({ id, acknowledged: true }))
    else call.io.out(`${id}: seen.`)
    return EXIT.pass
  },
}
