import assert from 'node:assert/strict'
import { test } from 'node:test'
import { virtualClock } from '../support/virtual-clock.ts'
import type { AppState, TaskState } from '../../src/domain/model/engine-state.ts'
import type { PlatformApp } from '../../src/domain/model/platform.ts'
import { letItStart } from '../../src/workflows/boot/let-it-start.ts'

const BEGAN = 1_700_000_000_000
const app = { name: 'keycloak', domain: 'keycloak.example.org', gate: { dwellMs: 10_000 }, limits: { deploy: 300_000, rollback: 360_000, start: 900_000 } } as PlatformApp

const task = (state: TaskState['state'], since: number, more: Partial<TaskState> = {}): TaskState => ({ id: `${state}${since}`, service: 'app' as TaskState['service'], template: 'one' as TaskState['template'], desired: 'running', state, since, ...more })
const service = (tasks: TaskState[]): AppState['services'] => [{ name: 'app', template: 'one', wanted: 1, mode: 'replicated', restart: 'any', update: 'none', hasHealthcheck: true, tasks } as AppState['services'][number]]
/** Three restarts of the host before: each left a task that ended. */
const OLD = [1, 2, 3].map((n) => task('failed', BEGAN - n * 1_000_000, { exitCode: 137, desired: 'ended' }))

/** How long it was let be, ms, where the engine answers so after that many ms. */
async function waited(services: (ms: number) => AppState['services'], cancelAfter?: number): Promise<number> {
  const clock = virtualClock(BEGAN)
  const engine = { observe: async () => ({ at: clock.now(), services: services(clock.monotonic()) }) }
  const cancel = cancelAfter === undefined ? new AbortController().signal : clock.deadline(cancelAfter).signal
  await clock.until(letItStart({ engine, clock }, app, { cancel, say: () => {} }))
  return clock.monotonic()
}

const cases: Array<[that: string, services: (ms: number) => AppState['services'], ms: number]> = [
  ['there is nothing to wait for where it was never deployed', () => [], 0],
  ['what runs is not waited for', () => service([task('running', BEGAN - 1), ...OLD]), 0],
  ['one that takes half a minute to be healthy is let be, however often the host was restarted before', (ms) => service([task(ms < 30_000 ? 'starting' : 'running', BEGAN), ...OLD]), 30_000],
  ['one that ends again and again is not waited for once that is plain', (ms) => service([task('starting', BEGAN + ms), ...[20_000, 10_000, 5_000].filter((at) => at <= ms).map((at) => task('failed', BEGAN + at, { exitCode: 1, desired: 'ended' })), ...OLD]), 20_000],
  ['one whose image is gone is not waited for', (ms) => service([task('rejected', BEGAN + ms, { because: 'no-image', error: 'no such image' })]), 0],
  ['one that never comes up is waited for until its deploy, gate and rollback need the time', () => service([task('starting', BEGAN)]), 230_000],
]
for (const [that, services, ms] of cases) test(that, async () => assert.equal(await waited(services), ms))

test('it ends with whoever ends it', async () => assert.equal(await waited(() => service([task('starting', BEGAN)]), 7_000), 7_000))
