import type { ChannelName, Delivery, SendFault, Sending, StoredAlert, Telling } from '../model/alert.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The first wait after a failure, and the longest; each failure doubles it. What only a person can mend is asked seldom. */
const WAITS: Record<SendFault, { first: number; longest: number }> = {
  passing: { first: MINUTE, longest: HOUR },
  settings: { first: HOUR, longest: 24 * HOUR },
  message: { first: HOUR, longest: 24 * HOUR },
}
const LONGEST_WAIT = 24 * HOUR

export interface Due {
  event: string
  channel: ChannelName
  telling: Telling
}

interface WhatIsDue {
  /** Oldest alert first: to one channel they go in this order. */
  due: Due[]
  /** What waits for its next try. */
  waiting: Array<Due & { until: number }>
}

/** An alert from raised to over; it is a file's name, and ids have no `_`. */
export function eventOf({ id, raisedAt }: Pick<StoredAlert, 'id' | 'raisedAt'>): string {
  return `${id}_${raisedAt.toString(36)}`
}

/** What became of an alert whose place another one of its id took: what it is about is not over. */
export const NEWER = 'there is newer news of it'

/** The id of a message, the same however often it is sent. */
export function messageIdOf({ event, telling }: Pick<Due, 'event' | 'telling'>): string {
  return `${event}_${telling}`
}

/** The alert that says that a channel does not take us. */
export function channelAlertId(channel: ChannelName): string {
  return `channel-${channel}`
}

/** Of the alerts, those that say that a channel does not take us which is not in the settings any more: nothing will ever be sent there again. */
export function ofGoneChannels(alerts: readonly StoredAlert[], channels: readonly ChannelName[]): StoredAlert[] {
  const kept = new Set(channels.map(channelAlertId))
  return alerts.filter((alert) => alert.id.startsWith(channelAlertId('')) && !kept.has(alert.id) && !isOver(alert))
}

/**
 * The records after a look at the alerts. One that was over before anybody was told needs none; a record whose alert's file was taken by the next event of
 * the same id is over, too. `complete`: every alert's file could be read. With one that could not, an alert that is not found may be that one, and nobody is
 * told that it is over.
 */
export function takeIn(records: readonly Delivery[], { alerts, complete }: { alerts: readonly StoredAlert[]; complete: boolean }, now: number): Delivery[] {
  const found = new Map(alerts.map((alert) => [eventOf(alert), alert]))
  const ids = new Set(alerts.map(({ id }) => id))
  const known = new Set(records.map(({ event }) => event))
  const followed = records.map((record): Delivery => {
    const alert = found.get(record.event) ?? (isOver(record.alert) || !complete ? record.alert : { ...record.alert, ended: { at: now, how: 'resolved', says: ids.has(record.alert.id) ? NEWER : 'it is no longer so' } })
    return { ...record, alert }
  })
  const fresh = [...found].filter(([event, alert]) => !known.has(event) && !isOver(alert)).map(([event, alert]): Delivery => ({ schema: 1, event, alert, channels: {} }))
  return [...followed, ...fresh].sort((a, b) => a.alert.raisedAt - b.alert.raisedAt || a.event.localeCompare(b.event, 'en'))
}

/**
 * What is to be sent to which channel now.
 *
 *     raised ──► to every channel ──(over)──► the end of it, to each channel that had got it, or may have
 *        └───────────(over before a channel had got it)──► nothing to that channel
 *
 * INVARIANTS
 * - What was delivered is never due again.
 * - What was begun and never noted is due at once: its process died, and nobody knows whether it arrived.
 * - A channel that failed rests: nothing else is sent to it either until its next try, unless it was that one message that it did not take.
 */
export function whatIsDue(records: readonly Delivery[], channels: readonly ChannelName[], now: number, given: { ignoreWaits?: boolean } = {}): WhatIsDue {
  const what: WhatIsDue = { due: [], waiting: [] }
  for (const channel of channels) {
    const open = records.flatMap((record) => nextFor(record, channel))
    const rest = given.ignoreWaits ? now : restOf(open, now)
    for (const { sending, ...one } of open) {
      const until = given.ignoreWaits ? now : Math.max(rest, notBefore(sending, now))
      if (until > now) what.waiting.push({ ...one, until })
      else what.due.push(one)
    }
  }
  return what
}

interface Next extends Due {
  sending: Sending | undefined
}

/** The one message that this channel lacks of this alert; none where it has all, or needs none. */
function nextFor({ event, alert, channels }: Delivery, channel: ChannelName): Next[] {
  // It could not hear that it cannot hear.
  if (alert.id === channelAlertId(channel)) return []
  const { raised, resolved } = channels[channel] ?? {}
  if (!isOver(alert)) return raised?.deliveredAt === undefined ? [{ event, channel, telling: 'raised', sending: raised }] : []
  if (!raised || !mayHave(raised) || resolved?.deliveredAt !== undefined) return []
  return [{ event, channel, telling: 'resolved', sending: resolved }]
}

function restOf(open: readonly Next[], now: number): number {
  return Math.max(now, ...open.map(({ sending }) => (sending?.lastError?.fault === 'message' ? now : notBefore(sending, now))))
}

/** A wait that is longer than any we give comes of a clock that was set back: then it is over. */
function notBefore(sending: Sending | undefined, now: number): number {
  if (sending?.notBefore === undefined || sending.begunAt !== undefined) return now
  return sending.notBefore - now > LONGEST_WAIT ? now : sending.notBefore
}

function mayHave({ deliveredAt, begunAt, mayHaveArrived }: Sending): boolean {
  return deliveredAt !== undefined || begunAt !== undefined || mayHaveArrived === true
}

export function isOver({ ended }: Pick<StoredAlert, 'ended'>): boolean {
  return ended?.how === 'resolved'
}

/** It is over, and whoever had to hear of that has, of the channels that there are: one that was taken out of the settings hears no end. */
export function isFinished(record: Delivery, channels: readonly ChannelName[]): boolean {
  return isOver(record.alert) && channels.every((channel) => nextFor(record, channel).length === 0)
}

/** To be on disk before it is sent. */
export function begun(sending: Sending | undefined, now: number): Sending {
  return { ...sending, tried: (sending?.tried ?? 0) + 1, begunAt: now }
}

/** What came of it: undefined says that it was delivered. */
export interface Failure {
  fault: SendFault
  says: string
  /** Nobody said no: it may have arrived. */
  mayHaveArrived: boolean
  retryAfterMs?: number | undefined
}

export function after(sending: Sending, failure: Failure | undefined, now: number): Sending {
  const { tried, mayHaveArrived } = sending
  if (!failure) return { tried, deliveredAt: now }
  const { first, longest } = WAITS[failure.fault]
  const wait = Math.max(Math.min(longest, first * 2 ** (tried - 1)), Math.min(LONGEST_WAIT, failure.retryAfterMs ?? 0))
  return {
    tried,
    notBefore: now + wait,
    ...(mayHaveArrived || failure.mayHaveArrived ? { mayHaveArrived: true } : {}),
    lastError: { at: now, says: failure.says, fault: failure.fault },
  }
}
