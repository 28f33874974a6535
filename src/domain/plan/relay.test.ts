import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Delivery, Sending, StoredAlert } from '../model/alert.ts'
import { after, begun, eventOf, isFinished, ofGoneChannels, takeIn, whatIsDue } from './relay.ts'

const NOW = Date.UTC(2026, 0, 10)
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const alert = (over: Partial<StoredAlert> = {}): StoredAlert => ({ id: 'a', kind: 'failed', what: 'a does not do.', app: 'a', lastLines: [], next: 'Wait.', raisedAt: NOW - HOUR, ...over })
const ended = (how: 'seen' | 'resolved') => alert({ ended: { at: NOW - MINUTE, how, says: 'a runs 2' } })

function record(channels: Delivery['channels'], of: StoredAlert = alert()): Delivery {
  return { schema: 1, event: eventOf(of), alert: of, channels }
}

const got: Sending = { tried: 1, deliveredAt: NOW - MINUTE }
const dying: Sending = { tried: 1, begunAt: NOW - MINUTE }
const failed = (over: Partial<Sending> = {}): Sending => ({ tried: 1, notBefore: NOW + MINUTE, lastError: { at: NOW, says: 'nobody listens', fault: 'passing' }, ...over })

/** `mail raised`, in order; what waits as `mail raised in 60 s`. */
function told(records: Delivery[], channels = ['mail', 'room'], given: Parameters<typeof whatIsDue>[3] = {}): string[] {
  const { due, waiting } = whatIsDue(records, channels, NOW, given)
  const of = (event: string) => (new Set(records.map(({ alert }) => alert.id)).size > 1 ? ` of ${records.find((one) => one.event === event)!.alert.id}` : '')
  return [...due.map((one) => `${one.channel} ${one.telling}${of(one.event)}`), ...waiting.map((one) => `${one.channel} ${one.telling}${of(one.event)} in ${(one.until - NOW) / 1000} s`)]
}

const cases: Array<{ that: string; given: Delivery[]; channels?: string[]; how?: Parameters<typeof whatIsDue>[3]; then: string[] }> = [
  { that: 'a new alert is due to every channel', given: [record({})], then: ['mail raised', 'room raised'] },
  { that: 'with no channel nothing is due', given: [record({})], channels: [], then: [] },
  { that: 'what was delivered is not due again', given: [record({ mail: { raised: got } })], then: ['room raised'] },
  { that: 'where all have it nothing is due', given: [record({ mail: { raised: got }, room: { raised: got } })], then: [] },
  { that: 'a channel that is new in the settings gets what is still so', given: [record({ mail: { raised: got } })], channels: ['mail', 'phone'], then: ['phone raised'] },
  { that: 'a channel that is no longer in the settings gets nothing', given: [record({ mail: { raised: failed({ notBefore: NOW - 1 }) } })], channels: ['room'], then: ['room raised'] },
  { that: 'one that a person has seen before it got everywhere still goes everywhere, once', given: [record({ mail: { raised: got } }, ended('seen'))], then: ['room raised'] },
  { that: 'what failed waits for its next try', given: [record({ mail: { raised: failed() } })], channels: ['mail'], then: ['mail raised in 60 s'] },
  { that: 'and is due once that has come', given: [record({ mail: { raised: failed({ notBefore: NOW }) } })], channels: ['mail'], then: ['mail raised'] },
  { that: 'a person who mended the cause waits for nothing', given: [record({ mail: { raised: failed() } })], channels: ['mail'], how: { ignoreWaits: true }, then: ['mail raised'] },
  { that: 'a clock that was set back by days makes nobody wait for days', given: [record({ mail: { raised: failed({ notBefore: NOW + 25 * HOUR }) } })], channels: ['mail'], then: ['mail raised'] },
  { that: 'T23: what was begun and never noted is due at once: whoever sent it died', given: [record({ mail: { raised: { ...failed(), ...dying } } })], channels: ['mail'], then: ['mail raised'] },
  { that: 'a channel that failed rests, for everything else too', given: [record({ mail: { raised: failed() } }), record({}, alert({ id: 'b', raisedAt: NOW }))], channels: ['mail'], then: ['mail raised of a in 60 s', 'mail raised of b in 60 s'] },
  { that: 'a message that it did not take keeps no other one waiting', given: [record({ mail: { raised: failed({ lastError: { at: NOW, says: 'too long', fault: 'message' } }) } }), record({}, alert({ id: 'b', raisedAt: NOW }))], channels: ['mail'], then: ['mail raised of b', 'mail raised of a in 60 s'] },
  { that: 'a channel that rests keeps no other one waiting', given: [record({ mail: { raised: failed() } })], then: ['room raised', 'mail raised in 60 s'] },
  { that: 'that a channel does not take us is not told to itself', given: [record({}, alert({ id: 'channel-mail' }))], then: ['room raised'] },
  { that: 'over before anybody had it: nothing to anybody', given: [record({}, ended('resolved'))], then: [] },
  { that: 'over: the end of it goes to whom had got it, and to nobody else', given: [record({ mail: { raised: got }, room: { raised: failed({ notBefore: NOW - 1 }) } }, ended('resolved'))], then: ['mail resolved'] },
  { that: 'T23: over: a channel that may have got it hears the end, too', given: [record({ mail: { raised: dying }, room: { raised: failed({ mayHaveArrived: true, notBefore: NOW - 1 }) } }, ended('resolved'))], then: ['mail resolved', 'room resolved'] },
  { that: 'the end is sent once', given: [record({ mail: { raised: got, resolved: got } }, ended('resolved'))], then: [] },
  { that: 'an end that failed waits for its next try', given: [record({ mail: { raised: got, resolved: failed() } }, ended('resolved'))], channels: ['mail'], then: ['mail resolved in 60 s'] },
]

for (const { that, given, channels, how, then } of cases) test(that, () => assert.deepEqual(told(given, channels, how), then))

test('alerts are taken in once each, oldest first, and those that were over before anybody was told never', () => {
  const known = record({ mail: { raised: got } })
  const later = alert({ id: 'b', raisedAt: NOW })
  const over = { ...ended('resolved'), id: 'c' }
  assert.deepEqual(takeIn([known], { alerts: [later, known.alert, over], complete: true }, NOW), [known, record({}, later)])
})

test('an alert that was raised anew is another one, and the one before it is over, though its file is gone', () => {
  const before = record({ mail: { raised: got } })
  const anew = alert({ raisedAt: NOW })
  const records = takeIn([before], { alerts: [anew], complete: true }, NOW)
  assert.deepEqual(records.map(({ event, alert: { ended: end } }) => [event, end?.says]), [[before.event, 'there is newer news of it'], [eventOf(anew), undefined]])
  assert.deepEqual(whatIsDue(records, ['mail'], NOW).due.map(({ event, telling }) => [event === before.event, telling]), [[true, 'resolved'], [false, 'raised']])
})

test('while a file of an alert cannot be read, one that is not found is not over: it may be that one', () => {
  const known = record({ mail: { raised: got } })
  assert.deepEqual(takeIn([known], { alerts: [], complete: false }, NOW), [known])
  assert.equal(takeIn([known], { alerts: [ended('resolved')], complete: false }, NOW)[0]?.alert.ended?.says, 'a runs 2')
})

test('that a channel does not take us is of no matter once it is not in the settings', () => {
  const ids = ['channel-mail', 'channel-room', 'a', 'channel-old']
  const alerts = [...ids.map((id) => alert({ id })), { ...ended('resolved'), id: 'channel-older' }, { ...ended('seen'), id: 'channel-seen' }]
  assert.deepEqual(ofGoneChannels(alerts, ['mail', 'room']).map(({ id }) => id), ['channel-old', 'channel-seen'])
})

test('the words of its end are those of the alert', () => {
  assert.equal(takeIn([record({ mail: { raised: got } })], { alerts: [ended('resolved')], complete: true }, NOW)[0]?.alert.ended?.says, 'a runs 2')
})

test('it is finished once it is over and whoever had to hear of that has', () => {
  const names = ['mail', 'room']
  assert.deepEqual(
    [record({ mail: { raised: got }, room: { raised: got } }), record({ mail: { raised: got } }, ended('resolved')), record({ mail: { raised: got, resolved: got } }, ended('resolved')), record({}, ended('resolved'))].map((one) => isFinished(one, names)),
    [false, false, true, true],
  )
})

test('each failure doubles the wait, up to an hour; one that only a person can mend begins with an hour, up to a day', () => {
  const waits = (fault: 'passing' | 'settings') =>
    [1, 2, 3, 7, 12].map((tried) => (after({ tried, begunAt: NOW }, { fault, says: 'no', mayHaveArrived: false }, NOW).notBefore! - NOW) / MINUTE)
  assert.deepEqual([waits('passing'), waits('settings')], [[1, 2, 4, 60, 60], [60, 120, 240, 1440, 1440]])
})

test('a channel that says how long it wants to be left alone is left alone for so long, a day at most', () => {
  const wait = (retryAfterMs: number) => (after({ tried: 1 }, { fault: 'passing', says: 'no', mayHaveArrived: false, retryAfterMs }, NOW).notBefore! - NOW) / MINUTE
  assert.deepEqual([wait(5_000), wait(10 * MINUTE), wait(72 * HOUR)], [1, 10, 24 * 60])
})

test('what is noted: begun before it is sent, then what came of it; that it may have arrived is never forgotten before it did', () => {
  const first = begun(undefined, NOW)
  assert.deepEqual(first, { tried: 1, begunAt: NOW })
  const lost = after(first, { fault: 'passing', says: 'no answer', mayHaveArrived: true }, NOW)
  assert.deepEqual(lost, { tried: 1, notBefore: NOW + MINUTE, mayHaveArrived: true, lastError: { at: NOW, says: 'no answer', fault: 'passing' } })
  const refused = after(begun(lost, NOW), { fault: 'settings', says: 'wrong token', mayHaveArrived: false }, NOW)
  assert.deepEqual([refused.tried, refused.mayHaveArrived, refused.begunAt], [2, true, undefined])
  assert.deepEqual(after(begun(refused, NOW), undefined, NOW + 1), { tried: 3, deliveredAt: NOW + 1 })
})
