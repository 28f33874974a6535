import { test } from 'node:test'
import assert from 'node:assert/strict'
import { converge, stillStands } from './converge.ts'
import type { AppState, Deployment, ServiceState, TaskState } from '../model/engine-state.ts'

const T0 = 1_000_000

function task(over: Partial<TaskState> = {}): TaskState {
  return { id: 't', service: 'app', template: 'new', desired: 'running', state: 'running', since: T0 + 2_000, image: 'sha256:new', ...over }
}

function service(name: string, tasks: TaskState[], over: Partial<ServiceState> = {}): ServiceState {
  return { name, template: 'new', wanted: 1, mode: 'replicated', restart: 'any', update: 'none', hasHealthcheck: true, tasks, ...over }
}

function ended(count: number, from = T0 + 5_000): TaskState[] {
  return Array.from({ length: count }, (_, i) => task({ id: `e${i}`, state: 'failed', desired: 'ended', exitCode: 1, since: from + (count - i) * 1_000 }))
}

const one: Deployment = { at: T0, services: [{ name: 'app', template: 'new', image: 'sha256:new', wanted: 1 }] }
const two: Deployment = { at: T0, services: [...one.services, { name: 'db', template: 'new', wanted: 1 }] }

function at(ms: number, ...services: ServiceState[]): AppState {
  return { at: T0 + ms, services }
}

const cases: Array<{ that: string; deployment: Deployment; state: AppState; then: string }> = [
  { that: 'a service that the engine does not list yet is waited for', deployment: one, state: at(100), then: 'waiting' },
  { that: 'a running task of the wanted spec is running', deployment: one, state: at(3_000, service('app', [task()])), then: 'running' },
  { that: 'T9: an old task that still runs is not the new version, though 1 of 1 is up', deployment: one, state: at(500, service('app', [task({ template: 'old' })])), then: 'waiting' },
  { that: 'T9: new beside old is not settled either', deployment: one, state: at(500, service('app', [task(), task({ id: 'o', template: 'old' })])), then: 'waiting' },
  { that: 'T7: an old task that was ended before it was placed anywhere stays pending for ever, and holds nothing up', deployment: one, state: at(500, service('app', [task(), task({ id: 'o', template: 'old', state: 'waiting', desired: 'ended' })])), then: 'running' },
  { that: 'an old task that is not placed yet and is still to run is not settled', deployment: one, state: at(500, service('app', [task(), task({ id: 'o', template: 'old', state: 'waiting' })])), then: 'waiting' },
  { that: 'a task that the engine is about to end does not count', deployment: one, state: at(500, service('app', [task({ desired: 'ended' })])), then: 'waiting' },
  { that: 'T10: a service scaled to 0 on purpose is settled', deployment: { at: T0, services: [{ name: 'app', template: 'new', wanted: 0 }] }, state: at(500, service('app', [], { wanted: 0 })), then: 'running' },
  { that: 'T10: a one-shot that ended well is settled', deployment: one, state: at(500, service('app', [task({ state: 'complete', exitCode: 0 })], { restart: 'none' })), then: 'running' },
  { that: 'a one-shot that ended badly is not started again: it failed', deployment: one, state: at(500, service('app', [task({ state: 'failed', exitCode: 3 })], { restart: 'none' })), then: 'exited' },
  { that: 'a rejected task fails at once', deployment: one, state: at(800, service('app', [task({ state: 'rejected', because: 'no-image', error: 'No such image' })])), then: 'rejected' },
  { that: 'T39: a task for which the engine has no room left is the host\'s trouble', deployment: one, state: at(800, service('app', [task({ state: 'rejected', because: 'disk-full', error: 'no space left on device' })])), then: 'host' },
  { that: 'a network that is not there yet is waited for', deployment: one, state: at(800, service('app', [task({ state: 'rejected', because: 'network-gone' })])), then: 'waiting' },
  { that: 'no address left is the host, not the recipe', deployment: one, state: at(800, service('app', [task({ state: 'waiting', because: 'no-address' })])), then: 'host' },
  { that: 'the engine went back by itself', deployment: one, state: at(9_000, service('app', [task({ template: 'old' })], { template: 'old', update: 'rollback-completed' })), then: 'engine-rolled-back' },
  { that: 'the wrong image runs', deployment: one, state: at(3_000, service('app', [task({ image: 'sha256:other' })])), then: 'wrong-image' },
  { that: 'one exit with nothing else around may be a race', deployment: one, state: at(9_000, service('app', ended(1))), then: 'waiting' },
  { that: 'T33: three exits with nothing else around are a loop, long before any limit', deployment: one, state: at(20_000, service('app', ended(3))), then: 'crash-loop' },
  { that: 'T61: five exits while the database is not healthy yet are no loop', deployment: two, state: at(20_000, service('app', ended(5)), service('db', [task({ state: 'starting' })])), then: 'waiting' },
  { that: 'T61: exits from before the database turned healthy do not count', deployment: two, state: at(20_000, service('app', ended(5)), service('db', [task({ since: T0 + 15_000 })])), then: 'waiting' },
  { that: 'T61: a database without a health check gets time to initialise', deployment: two, state: at(20_000, service('app', ended(5)), service('db', [task()], { hasHealthcheck: false })), then: 'waiting' },
  { that: 'exits after the database turned healthy do count', deployment: two, state: at(20_000, service('app', ended(3)), service('db', [task()])), then: 'crash-loop' },
  { that: 'two services that only pull each other down are a loop in the end', deployment: two, state: at(60_000, service('app', ended(5)), service('db', ended(5))), then: 'crash-loop' },
  { that: 'unhealthy with everything else calm is a verdict', deployment: one, state: at(9_000, service('app', [task({ state: 'starting' }), task({ id: 'e', state: 'failed', because: 'unhealthy', since: T0 + 6_000 })])), then: 'unhealthy' },
  { that: 'T8: paused with the wanted task running is no trouble', deployment: one, state: at(9_000, service('app', [task()], { update: 'paused' })), then: 'running' },
  { that: 'paused after a failed task is a verdict', deployment: one, state: at(9_000, service('app', ended(1), { update: 'paused', updateSays: 'update paused due to failure' })), then: 'update-paused' },
  { that: 'no node fits: waited for at first', deployment: one, state: at(9_000, service('app', [task({ state: 'waiting', because: 'no-node', since: T0 })])), then: 'waiting' },
  { that: 'T7: no node fits: said after the grace', deployment: one, state: at(40_000, service('app', [task({ state: 'waiting', because: 'no-node', since: T0 })])), then: 'unschedulable' },
  { that: 'no memory on any node is the host', deployment: one, state: at(40_000, service('app', [task({ state: 'waiting', because: 'no-resources', since: T0 })])), then: 'host' },
]

for (const { that, deployment, state, then } of cases) {
  test(that, () => {
    const verdict = converge(deployment, state)
    assert.equal(verdict.is === 'failed' ? verdict.why.reason : verdict.is, then)
  })
}

test('what it waits for is said with counts and causes', () => {
  const verdict = converge(two, at(9_000, service('app', [task({ state: 'starting' }), ...ended(2)]), service('db', [task({ template: 'old' })])))
  assert.deepEqual(verdict, { is: 'waiting', for: 'service app (0 of 1 running, 2 exits, starting, not healthy yet); service db (0 of 1 running, 1 of the old version still up)' })
})

test('T6: a crash 8 seconds after ready withdraws the verdict', () => {
  const readyAt = T0 + 3_000
  const state = at(12_000, service('app', [task({ state: 'starting', since: T0 + 11_500 }), task({ id: 'e', state: 'failed', exitCode: 7, since: T0 + 11_000 })]))
  assert.deepEqual(stillStands(one, state, readyAt), { reason: 'crashed-after-ready', service: 'app', afterMs: 8_000, exitCode: 7, lastLines: [] })
})

test('a task that ended before ready, and one that we stopped, withdraw nothing', () => {
  const state = at(12_000, service('app', [task(), task({ id: 'e', state: 'failed', since: T0 + 1_000 }), task({ id: 's', state: 'stopped', since: T0 + 9_000 })]))
  assert.equal(stillStands(one, state, T0 + 3_000), undefined)
})

test('T5: an engine that rolls back after ready withdraws the verdict', () => {
  const state = at(12_000, service('app', [task({ template: 'old' })], { template: 'old', update: 'rollback-completed', updateSays: 'rollback completed' }))
  assert.equal(stillStands(one, state, T0 + 3_000)?.reason, 'engine-rolled-back')
})

test('a task whose health check fails after a while is told with what the check said, not with what another task did', () => {
  const sick = task({ id: 'e', state: 'failed', because: 'unhealthy', error: 'its health check failed: timeout', since: T0 + 9_000 })
  const said = { reason: 'unhealthy', service: 'app', lastLines: [], checkSays: 'its health check failed: timeout' }
  assert.deepEqual(stillStands(one, at(9_500, service('app', [task({ state: 'starting' }), sick])), T0 + 3_000), said)
  const other = task({ id: 'f', state: 'failed', exitCode: 1, since: T0 + 8_000 })
  assert.deepEqual(converge(one, at(12_000, service('app', [task({ state: 'starting' }), other, sick]))), { is: 'failed', why: said })
})

test('T5: where the engine went back, what befell the new version is told first', () => {
  const tasks = [task({ template: 'old' }), task({ state: 'rejected', error: 'invalid mount' })]
  const verdict = converge(one, at(9_000, service('app', tasks, { template: 'old', update: 'rollback-completed', updateSays: 'rollback completed' })))
  assert.equal(verdict.is === 'failed' && verdict.why.reason === 'engine-rolled-back' && verdict.why.engineSays, 'invalid mount; rollback completed')
})
