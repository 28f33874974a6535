import type { ChannelName, Delivery, Sending } from '../../domain/model/alert.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import type { Relayed } from '../../workflows/alerts/relay.ts'

/** What a relay did, a line for each thing that somebody may want to know. */
export function sayRelayed({ sent, failed, waiting, damaged, underWay }: Relayed): string[] {
  return [
    ...damaged,
    ...counted(sent).map(([channel, count]) => `${channel}: ${count === 1 ? 'one message' : `${count} messages`} delivered`),
    ...failed.map(({ channel, says }) => `${channel}: not delivered: ${says}`),
    ...counted(waiting).map(([channel, count]) => `${channel}: ${count === 1 ? 'one message waits' : `${count} messages wait`}, tried again from ${sayMoment(Math.min(...waiting.filter((one) => one.channel === channel).map(({ until }) => until)))} UTC on`),
    ...(underWay ? [`another relay is under way (process ${underWay.pid}) and takes along what is due`] : []),
  ]
}

function counted(all: ReadonlyArray<{ channel: ChannelName }>): Array<[ChannelName, number]> {
  return [...Map.groupBy(all, ({ channel }) => channel)].map(([channel, ones]) => [channel, ones.length])
}

/** How far an alert has come on its way to one channel. */
export function sayChannel({ raised, resolved }: Delivery['channels'][ChannelName], over: boolean): string {
  if (over && !resolved && raised?.deliveredAt === undefined) return 'over before it was delivered'
  if (resolved) return `${sayOne(raised)}; its end: ${sayOne(resolved)}`
  return sayOne(raised)
}

function sayOne(sending: Sending | undefined): string {
  if (!sending) return 'not sent yet'
  const { deliveredAt, begunAt, tried, lastError, notBefore } = sending
  if (deliveredAt !== undefined) return `delivered ${sayMoment(deliveredAt)}${tried > 1 ? ` at try ${tried}` : ''}`
  if (begunAt !== undefined) return `begun ${sayMoment(begunAt)}, and nobody knows whether it arrived; it is sent again`
  return `not delivered, tried ${tried === 1 ? 'once' : `${tried} times`}${notBefore === undefined ? '' : `, again from ${sayMoment(notBefore)}`}: ${lastError?.says ?? ''}`
}
