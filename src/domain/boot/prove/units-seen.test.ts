import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSettled, outOfOrder, readUnitsSeen } from './units-seen.ts'

/** As systemd 252 answers, in µs of a clock that began long before this boot. */
const block = (unit: string, given: { active: string; began?: number; up?: number; down?: number; after?: string; result?: string }) => `Result=${given.result ?? 'success'}
Id=${unit}
After=docker.service ${given.after ?? ''} basic.target
ActiveState=${given.active}
InactiveExitTimestampMonotonic=${given.began ?? 0}
ActiveEnterTimestampMonotonic=${given.up ?? 0}
InactiveEnterTimestampMonotonic=${given.down ?? 0}
`
const boot = 'UserspaceTimestampMonotonic=70000000\n'
const read = (blocks: string[], jobs = '') => readUnitsSeen({ units: blocks.join('\n'), boot, jobs })

test('units that came up, with the ms since the boot began, in the order of their beginning', () => {
  const units = read([
    block('cc-ci-dashboard.service', { active: 'active', began: 83_000_000, up: 90_500_000, after: 'cc-ci-traefik.service' }),
    block('cc-ci-traefik.service', { active: 'active', began: 72_000_000, up: 82_900_000 }),
    block('docker.service', { active: 'active', began: 70_100_000, up: 71_000_000 }),
  ])
  assert.deepEqual(units, [
    { unit: 'cc-ci-traefik.service', state: 'up', after: [], beganMs: 2_000, endedMs: 12_900, result: 'success' },
    { unit: 'cc-ci-dashboard.service', state: 'up', after: ['cc-ci-traefik.service'], beganMs: 13_000, endedMs: 20_500, result: 'success' },
  ])
  assert.deepEqual([isSettled(units), outOfOrder(units)], [true, []])
})

test('T1: one that stands still and one that waits for it are no boot that is over', () => {
  const units = read(
    [block('cc-ci-traefik.service', { active: 'activating', began: 72_000_000 }), block('cc-ci-dashboard.service', { active: 'inactive', after: 'cc-ci-traefik.service' }), block('cc-ci-reconcile.service', { active: 'inactive' })],
    ' 80 cc-ci-traefik.service start running\n 81 cc-ci-dashboard.service start waiting\n',
  )
  assert.deepEqual(units.map(({ unit, state }) => `${unit} ${state}`), ['cc-ci-traefik.service activating', 'cc-ci-dashboard.service waiting', 'cc-ci-reconcile.service off'])
  assert.equal(isSettled(units), false)
  assert.equal(isSettled(units.filter(({ state }) => state !== 'activating')), false)
  assert.equal(isSettled([]), false)
})

test('one that failed says when and why; one that began too early is told', () => {
  const units = read([
    block('cc-ci-traefik.service', { active: 'failed', began: 72_000_000, down: 75_000_000, result: 'timeout' }),
    block('cc-ci-dashboard.service', { active: 'active', began: 74_000_000, up: 76_000_000, after: 'cc-ci-traefik.service' }),
  ])
  assert.deepEqual(units[0], { unit: 'cc-ci-traefik.service', state: 'failed', after: [], beganMs: 2_000, endedMs: 5_000, result: 'timeout' })
  assert.deepEqual([isSettled(units), outOfOrder(units)], [true, [{ unit: 'cc-ci-dashboard.service', before: 'cc-ci-traefik.service' }]])
})
