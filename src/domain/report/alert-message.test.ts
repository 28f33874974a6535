import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredAlert } from '../model/alert.ts'
import { eventOf } from '../plan/relay.ts'
import { messageOf } from './alert-message.ts'

const alert: StoredAlert = {
  id: 'platform-traefik-failed-1.1.0+2', kind: 'failed', what: 'traefik 1.1.0+2 does not do, and was rolled back to 1.0.0+1: it crashed', app: 'traefik',
  versionTried: '1.1.0+2', versionRunning: '1.0.0+1', lastLines: ['first', 'last'], next: 'Wait for a newer release.', raisedAt: Date.UTC(2026, 0, 31, 9, 5),
}
const told = (over: Partial<StoredAlert>, telling: 'raised' | 'resolved' = 'raised') => messageOf({ event: eventOf(alert), alert: { ...alert, ...over } }, telling, 'ci.example.org')

test('what people read: what happened, what was tried, what runs, the next move, the last lines, the host and the id', () => {
  const { title, text } = told({})
  assert.equal(title, 'traefik: failed')
  assert.equal(text, `traefik 1.1.0+2 does not do, and was rolled back to 1.0.0+1: it crashed

Tried: 1.1.0+2
Runs now: 1.0.0+1
Next: Wait for a newer release.

The last lines of its log:
| first
| last

ci.example.org, 2026-01-31 09:05 UTC
platform-traefik-failed-1.1.0+2`)
})

test('something that is down says that nothing is known to run', () => {
  const { title, text } = told({ kind: 'stuck', versionRunning: undefined, lastLines: [] })
  assert.deepEqual([title, text.split('\n').slice(2, 5)], ['traefik: STUCK', ['Tried: 1.1.0+2', 'Runs now: nothing that is known to be well', 'Next: Wait for a newer release.']])
})

test('what waits for a person was not tried', () => {
  const { versionTried: _, ...held } = { ...alert, kind: 'held' as const, versionHeld: '2.0.0+3', lastLines: [] }
  const { text } = messageOf({ event: eventOf(alert), alert: held }, 'raised', 'ci.example.org')
  assert.deepEqual(text.split('\n').slice(2, 5), ['Waits: 2.0.0+3', 'Runs now: 1.0.0+1', 'Next: Wait for a newer release.'])
})

test('the end of it says what it was, and what became of it', () => {
  const { title, text, at } = told({ ended: { at: Date.UTC(2026, 1, 1), how: 'resolved', says: 'traefik runs 1.2.0+3' } }, 'resolved')
  assert.deepEqual([title, at], ['traefik: over', Date.UTC(2026, 1, 1)])
  assert.equal(text, `No longer so: traefik 1.1.0+2 does not do, and was rolled back to 1.0.0+1: it crashed

traefik runs 1.2.0+3.

ci.example.org, 2026-02-01 00:00 UTC
platform-traefik-failed-1.1.0+2`)
})

test('both messages of an alert have its event, and each its own id, the same whenever it is made', () => {
  assert.deepEqual([told({}).event, told({}, 'resolved').event], [eventOf(alert), eventOf(alert)])
  assert.deepEqual([told({}).id, told({}).id, told({}, 'resolved').id], [`${eventOf(alert)}_raised`, `${eventOf(alert)}_raised`, `${eventOf(alert)}_resolved`])
})
