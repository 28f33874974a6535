import type { ChannelName, Delivery, Sending, SendFault, Telling } from '../../domain/model/alert.ts'
import { after, begun, channelAlertId, type Due, type Failure, isFinished, ofGoneChannels, takeIn, whatIsDue } from '../../domain/plan/relay.ts'
import { messageOf } from '../../domain/report/alert-message.ts'
import type { Alerts } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Deliveries } from '../../ports/deliveries.ts'
import type { Holder, Locks } from '../../ports/lock.ts'
import type { Notify } from '../../ports/notify.ts'
import { isPortError } from '../../ports/port-error.ts'

export interface RelayPorts {
  alerts: Alerts
  deliveries: Deliveries
  channels: Array<{ name: ChannelName; notify: Notify }>
  locks: Locks
  clock: Clock
  /** Which host speaks. */
  from: string
}

export interface Relayed {
  sent: Due[]
  failed: Array<Due & { says: string; fault: SendFault }>
  /** Not due yet, because an earlier try failed. `until`: ms UTC. */
  waiting: Array<Due & { until: number }>
  /** Files that cannot be read, in words. */
  damaged: string[]
  /** Another relay, to which this one left what is due. */
  underWay?: Holder
}

/**
 * Brings every alert to every channel, and the end of it to each that had got it.
 *
 *     look at the alerts ─► what is due (domain/plan/relay.ts) ─► to all channels at once, to each in order ─┐
 *            ▲                                                                                              │
 *            └──────── what happened meanwhile, until nothing more is due to a channel that answers ────────┘
 *
 * INVARIANTS
 * - One relay at a time: a lock that dies with its process. A second one leaves at once, because a channel that hangs may hold the first for long; the first
 *   looks once more after it let go, so that what was raised between its last look and that does not wait for the next relay.
 * - That a message is begun is on disk before it is sent, and what came of it right after: killed anywhere, it is sent again rather than lost.
 * - A channel that fails keeps no other one waiting; at its first failure of a round it is let go.
 */
export async function relay(ports: RelayPorts, given: { signal: AbortSignal; /** Also what waits for its next try. */ ignoreWaits?: boolean }): Promise<Relayed> {
  const relayed: Relayed = { sent: [], failed: [], waiting: [], damaged: [] }
  await forgetGoneChannels(ports)
  if (ports.channels.length === 0 || given.signal.aborted) return relayed
  const failed = new Set<ChannelName>()
  const dueNow = (records: readonly Delivery[]) => {
    const names = ports.channels.map(({ name }) => name).filter((name) => !failed.has(name))
    return whatIsDue(records, names, ports.clock.now(), { ignoreWaits: given.ignoreWaits ?? false }).due
  }
  for (;;) {
    const lock = await ports.locks.tryAcquire('alerts:relay', 'bringing alerts to their channels')
    if ('heldBy' in lock) return { ...relayed, underWay: lock.heldBy }
    try {
      await sendAll(ports, { relayed, failed, dueNow, signal: given.signal })
    } finally {
      await lock.release()
    }
    if (given.signal.aborted || dueNow((await look(ports, relayed)).records).length === 0) return relayed
  }
}

interface UnderWay {
  relayed: Relayed
  /** Let go until the next relay. */
  failed: Set<ChannelName>
  signal: AbortSignal
}

/** Rounds, until nothing more is due to a channel that answers. */
async function sendAll(ports: RelayPorts, given: UnderWay & { dueNow(records: readonly Delivery[]): Due[] }): Promise<void> {
  const { relayed, signal } = given
  const all = ports.channels.map(({ name }) => name)
  for (;;) {
    const round = await look(ports, relayed)
    const due = given.dueNow(round.records)
    if (due.length === 0 || signal.aborted) {
      for (const record of round.records) if (isFinished(record, all)) await ports.deliveries.archive(record)
      relayed.waiting = whatIsDue(round.records, all, ports.clock.now()).waiting
      return
    }
    const before = { sent: relayed.sent.length, failed: relayed.failed.length }
    const ends = await Promise.allSettled(all.map((name) => sendInOrder(ports, round, due.filter(({ channel }) => channel === name), given)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    await tellOfChannels(ports, { sent: relayed.sent.slice(before.sent), failed: relayed.failed.slice(before.failed) })
  }
}

/** The records of one round: changed in memory, and written one after the other. */
interface Round {
  records: Delivery[]
  put(event: string, channel: ChannelName, telling: Telling, change: (sending: Sending | undefined) => Sending): Promise<void>
}

async function look(ports: RelayPorts, relayed: Relayed): Promise<Round> {
  const { open, seen, damaged } = await ports.alerts.list()
  const pending = await ports.deliveries.pending()
  relayed.damaged = [...new Set([...relayed.damaged, ...damaged, ...pending.damaged])]
  const records = takeIn(pending.records, { alerts: [...open, ...seen], complete: damaged.length === 0 }, ports.clock.now())
  let writing: Promise<void> = Promise.resolve()
  return {
    records,
    async put(event, channel, telling, change) {
      const record = records.find((one) => one.event === event)!
      const tellings = record.channels[channel] ?? {}
      record.channels[channel] = { ...tellings, [telling]: change(tellings[telling]) }
      const written = writing.then(() => ports.deliveries.write(record))
      writing = written.catch(() => {})
      await written
    },
  }
}

async function sendInOrder(ports: RelayPorts, round: Round, due: Due[], given: UnderWay): Promise<void> {
  for (const one of due) {
    if (given.signal.aborted) return
    const failure = await sendOne(ports, round, one, given.signal)
    if (!failure) {
      given.relayed.sent.push(one)
      continue
    }
    given.relayed.failed.push({ ...one, says: failure.says, fault: failure.fault })
    given.failed.add(one.channel)
    if (failure.fault !== 'message') return
  }
}

async function sendOne({ channels, clock, from }: RelayPorts, round: Round, { event, channel, telling }: Due, signal: AbortSignal): Promise<Failure | undefined> {
  const { notify } = channels.find(({ name }) => name === channel)!
  const record = round.records.find((one) => one.event === event)!
  await round.put(event, channel, telling, (sending) => begun(sending, clock.now()))
  const failure = await notify.send(messageOf(record, telling, from), signal).then(() => undefined, failureOf)
  await round.put(event, channel, telling, (sending) => after(sending!, failure, clock.now()))
  return failure
}

function failureOf(error: unknown): Failure {
  if (!isPortError(error)) throw error
  const { kind, message, retryAfterMs } = error
  const fault = kind === 'refused' || kind === 'not-found' ? 'settings' : kind === 'unsupported' ? 'message' : 'passing'
  return { fault, says: message, mayHaveArrived: kind === 'timeout' || kind === 'unexpected', retryAfterMs }
}

/** A channel that does not take us is itself something that a person has to know: it is told once, by the others, and so is that it works again. */
async function tellOfChannels({ alerts }: RelayPorts, { sent, failed }: Pick<Relayed, 'sent' | 'failed'>): Promise<void> {
  for (const { channel, says } of failed.filter(({ fault }) => fault === 'settings')) {
    await alerts.raise({ id: channelAlertId(channel), kind: 'trouble', what: `Alerts do not reach the channel ${channel}: ${says}`, app: 'alerts', lastLines: [], next: `Mend alerts.${channel} in the settings, then: cc-ci alerts relay --now` })
  }
  const working = new Set(sent.map(({ channel }) => channel))
  for (const { channel } of failed) working.delete(channel)
  for (const channel of working) await alerts.resolve(channelAlertId(channel), `the channel ${channel} takes alerts again`)
}

/** A channel that was taken out of the settings will never work again, and nobody needs to mend it. */
async function forgetGoneChannels({ alerts, channels }: RelayPorts): Promise<void> {
  const { open, seen } = await alerts.list()
  const gone = ofGoneChannels([...open, ...seen], channels.map(({ name }) => name))
  for (const { id } of gone) await alerts.resolve(id, 'the channel is no longer in the settings')
}
