import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ApiTask } from '../../../src/adapters/engine/swarm/api.ts'
import { newsOf, type News } from '../../../src/adapters/engine/swarm/container-news.ts'
import type { TaskPhase } from '../../../src/domain/model/engine-state.ts'
import { shell, sleeper, swarm, untilState } from './support.ts'

const cases: Array<{ that: string; told: TaskPhase; desired?: string; container: { State: string; Status: string }; died?: number; then: News | undefined }> = [
  { that: 'a healthy container is a running task', told: 'starting', container: { State: 'running', Status: 'Up 3 seconds (healthy)' }, then: { phase: 'running' } },
  { that: 'one whose check has not spoken yet is none', told: 'starting', container: { State: 'running', Status: 'Up 1 second (health: starting)' }, then: undefined },
  { that: 'one without a check waits for its manager', told: 'starting', container: { State: 'running', Status: 'Up 1 second' }, then: undefined },
  { that: 'an unhealthy one has failed while it starts', told: 'starting', container: { State: 'running', Status: 'Up 9 seconds (unhealthy)' }, then: { phase: 'failed' } },
  { that: 'an unhealthy one has failed later, too', told: 'running', container: { State: 'running', Status: 'Up 2 minutes (unhealthy)' }, then: { phase: 'failed' } },
  { that: 'a healthy one that is called running is no news', told: 'running', container: { State: 'running', Status: 'Up 2 minutes (healthy)' }, then: undefined },
  { that: 'one that exited does not run, whatever its manager still says', told: 'running', container: { State: 'exited', Status: 'Exited (5) Less than a second ago' }, then: { phase: 'failed', exitCode: 5 } },
  { that: 'one that exited with 0 is complete', told: 'starting', container: { State: 'exited', Status: 'Exited (0) 1 second ago' }, then: { phase: 'complete', exitCode: 0 } },
  { that: 'one that was made and not started is no news', told: 'starting', container: { State: 'created', Status: 'Created' }, then: undefined },
  { that: 'one that is being replaced may end as it likes', told: 'running', desired: 'shutdown', container: { State: 'exited', Status: 'Exited (137) 1 second ago' }, then: undefined },
  { that: 'an end that was heard comes before the list', told: 'running', container: { State: 'running', Status: 'Up 8 seconds' }, died: 5, then: { phase: 'failed', exitCode: 5, heard: true } },
  { that: 'one that was heard to end with 0 is complete', told: 'running', container: { State: 'running', Status: 'Up 8 seconds (healthy)' }, died: 0, then: { phase: 'complete', exitCode: 0, heard: true } },
  { that: 'a stop for failing its check is that, whatever it exits with', told: 'running', container: { State: 'running', Status: 'Up 8 seconds (unhealthy)' }, died: 0, then: { phase: 'failed' } },
  { that: 'whether 137 was for memory only the engine knows', told: 'running', container: { State: 'running', Status: 'Up 8 seconds' }, died: 137, then: undefined },
  { that: 'what its manager has ended is told by its manager', told: 'failed', container: { State: 'exited', Status: 'Exited (3) 1 second ago' }, then: undefined },
]

for (const { that, told, desired = 'running', container, died, then } of cases) {
  test(that, () => assert.deepEqual(newsOf({ DesiredState: desired } as ApiTask, told, container, died), then))
}

test('a program that is unhealthy and ignores TERM is said to be so at once, not after its grace', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const check = { test: ['CMD-SHELL', 'echo broken inside; exit 1'], interval: '500ms', timeout: '5s', retries: 2 }
  const at = { unhealthy: 0, exited: 0 }
  const end = new AbortController()
  const listening = (async () => {
    for await (const { kind, at: when } of engine.watch(app, end.signal)) if (kind === 'unhealthy' || kind === 'exited') at[kind] ||= when
  })()
  await engine.deploy(app, given.request({ services: { app: shell('trap "" TERM; while :; do sleep 0.1; done', { healthcheck: check, stop_grace_period: '6s' }) } }))
  const failed = await untilState(engine, app, ({ services }) => services[0]?.tasks.some(({ because }) => because === 'unhealthy') ?? false)
  const task = failed.services[0]!.tasks.find(({ because }) => because === 'unhealthy')!
  assert.equal(task.state, 'failed')
  assert.match(task.error ?? '', /broken inside/)
  assert.ok(at.unhealthy > 0 && at.exited === 0, `its program still runs: ${JSON.stringify(at)}`)
  end.abort()
  await listening
})

test('an exit is in the state as soon as it is an event', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await engine.deploy(app, given.request({ services: { app: shell('sleep 2; exit 5') } }))
  const end = new AbortController()
  for await (const { kind } of engine.watch(app, end.signal)) {
    if (kind !== 'exited') continue
    const state = await engine.observe(app)
    const task = state.services[0]?.tasks.find(({ exitCode }) => exitCode !== undefined)
    assert.deepEqual([task?.state, task?.exitCode], ['failed', 5], JSON.stringify(state))
    end.abort()
  }
})

test('a healthy service runs as soon as that is an event', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await given.engine.deploy(app, given.request({ services: { app: shell(sleeper, { healthcheck: { test: ['CMD', 'true'], interval: '1s', timeout: '5s', retries: 3 } }) } }))
  const end = new AbortController()
  for await (const { kind } of engine.watch(app, end.signal)) {
    if (kind !== 'healthy') continue
    const state = await engine.observe(app)
    assert.deepEqual(state.services[0]?.tasks.map((task) => task.state), ['running'], JSON.stringify(state))
    end.abort()
  }
})
