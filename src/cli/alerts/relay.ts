import { relay } from '../../workflows/alerts/relay.ts'
import { type Command, EXIT, endedBySignal } from '../command.ts'
import { sayRelayed } from './words.ts'

export const alertsRelay: Command = {
  name: 'alerts relay',
  summary: 'bring what is due to the channels of the settings',
  usage: '[--now]',
  options: { now: { type: 'boolean', says: 'also what still waits after a failure: for when its cause was mended' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci alerts relay', 'cc-ci alerts relay --now --json'],
  interrupted: 'ending after the message that is under way.',
  async run({ io, json, services, flag }) {
    const { cancel } = services.signals
    const relayed = await relay(services.relayPorts, { signal: cancel, ignoreWaits: flag('now') })
    const { sent, failed, waiting, underWay } = relayed
    const isIdle = sent.length + failed.length + waiting.length === 0 && !underWay
    const idle = services.relayPorts.channels.length === 0 ? 'The settings name no channel under "alerts": cc-ci alerts list is the only place where alerts are told.' : 'Nothing is due.'
    if (json) io.out(JSON.stringify(relayed, null, 2))
    else io.out([...sayRelayed(relayed), ...(isIdle ? [idle] : [])].join('\n'))
    if (cancel.aborted) return endedBySignal(cancel)
    return failed.length > 0 || relayed.damaged.length > 0 ? EXIT.infra : EXIT.pass
  },
}
