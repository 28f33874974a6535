import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BootSeen, type Claim, judgeAgain, judgeCold, judgeOld, judgeRollback, type Prediction } from './proof.ts'
import type { UnitSeen } from './units-seen.ts'

const unit = (name: string, state: UnitSeen['state']): UnitSeen => ({ unit: `cc-ci-${name}.service`, state, after: [], beganMs: 1_000, endedMs: state === 'up' ? 2_000 : null, result: 'success' })
const boot = (units: UnitSeen[], failed: string[] = []): BootSeen => ({ title: 'boot', units, lookedMs: 120_000, failed, journal: [] })
const refused: Prediction = { verdict: 'refused', deadlocked: ['cc-ci-traefik.service'], says: '' }
const sound: Prediction = { verdict: 'sound', deadlocked: [], says: '' }
const holds = (claims: Claim[]) => claims.map((claim) => claim.holds)
const old = { predicted: refused, boot: boot([unit('traefik', 'activating'), unit('dashboard', 'waiting')]), installed: { refused: true, says: '' }, proxyAnswers: '{"Version":"3.6.12"}' }

test('T1: the gate of old is shown only by a boot that stands still where it was said, for no other reason', () => {
  assert.deepEqual(holds(judgeOld(old)), [true, true, true, true, true])
  assert.deepEqual(holds(judgeOld({ ...old, predicted: sound })), [false, true, false, true, true])
  assert.deepEqual(holds(judgeOld({ ...old, predicted: { ...refused, deadlocked: ['cc-ci-dashboard.service'] } })), [true, true, false, true, true])
  assert.deepEqual(holds(judgeOld({ ...old, boot: boot([unit('traefik', 'up'), unit('dashboard', 'up')]) })), [true, true, false, true, false])
  assert.deepEqual(holds(judgeOld({ ...old, boot: boot([unit('traefik', 'failed'), unit('dashboard', 'off')]) })), [true, true, false, true, false])
  assert.deepEqual(holds(judgeOld({ ...old, proxyAnswers: 'curl: (7) Failed to connect' })), [true, true, true, false, true])
  assert.deepEqual(holds(judgeOld({ ...old, installed: { refused: false, says: '' } })), [true, false, true, true, true])
})

test('T2: a boot of which something failed, or is still under way, is not one that came up', () => {
  const up = boot([unit('traefik', 'up'), unit('dashboard', 'up'), unit('reconcile', 'off')])
  assert.deepEqual(holds(judgeCold(up, sound, true, [])), [true, true, true, true])
  assert.deepEqual(holds(judgeCold({ ...up, failed: ['cc-ci-x.service'] }, sound, true, [])), [true, true, true, false])
  assert.deepEqual(holds(judgeCold(up, sound, false, [])), [true, true, true, false])
  assert.deepEqual(holds(judgeCold(up, refused, true, [{ unit: 'b', before: 'a' }])), [false, true, false, true])
  for (const state of ['activating', 'waiting', 'failed'] as const) assert.equal(holds(judgeCold(boot([unit('traefik', 'up'), unit('dashboard', state)]), sound, true, []))[1], false, state)
  assert.equal(holds(judgeCold(boot([]), sound, true, []))[1], false)
})

test('a service with another id or spec, or an operation more, is a deploy', () => {
  const before = { services: ['a 1 {}', 'b 2 {}'], operations: ['install 1.0.0: committed'] }
  const again = (after: typeof before) => holds(judgeAgain('reboot', boot([unit('traefik', 'up')]), true, before, after))
  assert.deepEqual(again(before), [true, true])
  assert.deepEqual(again({ ...before, services: ['a 1 {}', 'b 3 {}'] }), [false, true])
  assert.deepEqual(again({ ...before, services: ['a 1 {}', 'b 2 {"ForceUpdate":1}'] }), [false, true])
  assert.deepEqual(again({ ...before, operations: [...before.operations, 'repair 1.0.0: committed'] }), [false, true])
  assert.equal(holds(judgeAgain('reboot', boot([]), true, { services: [], operations: [] }, { services: [], operations: [] }))[0], false)
})

test('a release that does not do has to be rolled back while the page answers', () => {
  const given = { ended: 'success', operation: 'upgrade 1.2.0: rolled-back', pageBefore: true, pageAfter: true, failed: [] as string[] }
  assert.deepEqual(holds(judgeRollback(given)), [true, true])
  assert.deepEqual(holds(judgeRollback({ ...given, operation: 'upgrade 1.2.0: committed' })), [false, true])
  for (const wrong of [{ ended: 'exit-code' }, { pageBefore: false }, { pageAfter: false }, { failed: ['x'] }]) assert.deepEqual(holds(judgeRollback({ ...given, ...wrong })), [true, false], JSON.stringify(wrong))
})
