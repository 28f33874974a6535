import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Deployment, ServiceState, TaskState } from '../../domain/model/engine-state.ts'
import type { ReadRecipe } from '../../domain/model/read-recipe.ts'
import type { RunContext } from './context.ts'
import { waitUntilReady } from './ready.ts'
import { Stopped } from './stopped.ts'
import type { Step, Tier } from './tier.ts'

const LIMIT = 60_000
const deployment: Deployment = { at: 0, services: ['app', 'worker'].map((name) => ({ name, template: 'new', wanted: 1 })) }

function task(service: string, state: TaskState['state'], since: number): TaskState {
  return { id: `${service} ${since}`, service, template: 'new', desired: state === 'failed' ? 'ended' : 'running', state, since, ...(state === 'failed' && { exitCode: 1 }) }
}

function service(name: string, ...tasks: TaskState[]): ServiceState {
  return { name, template: 'new', wanted: 1, mode: 'replicated', restart: 'any', update: 'none', hasHealthcheck: true, tasks }
}

/**
 * An app that answers well whenever it is asked, and a worker of which `tasks` are listed at each look, counted from one. Time passes at every look, 1 s, and
 * where it is waited.
 */
async function waits(tasks: (look: number, now: number) => TaskState[], given: { limitMs?: number; answer?: (now: number) => { status: number; body: string } } = {}) {
  const answer = given.answer ?? (() => ({ status: 200, body: '' }))
  const [time, looks, attached] = [{ now: 0 }, { count: 0 }, [] as string[]]
  const pass = async (ms: number) => {
    time.now += ms
  }
  const context = {
    app: { domain: 'app.test' },
    reach: { scheme: 'http', address: '127.0.0.1', port: 80 },
    watch: { count: () => 0, next: async (_seen: number, ms: number) => pass(ms).then(() => 0) },
    record: { redact: (text: string) => text },
    ports: {
      clock: { now: () => time.now, monotonic: () => time.now, pause: pass },
      engine: {
        logs: async () => [],
        async observe() {
          looks.count += 1
          await pass(1_000)
          return { at: time.now, services: [service('app', task('app', 'running', 500)), service('worker', ...tasks(looks.count, time.now))] }
        },
      },
      probes: { http: async () => ({ kind: 'answered', headers: {}, ms: 1, ...answer(time.now) }) },
    },
  } as unknown as RunContext
  const tier = { name: 'install', signal: new AbortController().signal, reason: () => undefined } as unknown as Tier
  const step = { waits: () => {}, note: () => {}, attach: async (name: string) => void attached.push(name) } as unknown as Step
  const recipe = { config: { ready: { http: true, path: '/', status: [] } }, routers: [{ protocol: 'http' }] } as unknown as ReadRecipe
  const reason = await waitUntilReady(context, tier, step, { deployment, recipe, limitMs: given.limitMs ?? LIMIT }).then(
    () => undefined,
    (error: unknown) => (error instanceof Stopped ? error.reason : assert.fail(String(error))),
  )
  return { reason, readyAt: context.readyAt, now: time.now, attached }
}

test('what is not up at the moment of the good answer is waited for', async () => {
  const { reason, readyAt, attached } = await waits((look) => [task('worker', look === 2 ? 'starting' : 'running', 700)])
  assert.equal(reason, undefined)
  // Runs, is starting, runs, still runs.
  assert.equal(readyAt, 4_000)
  assert.deepEqual(attached, ['answer-install.txt', 'state-install.json'])
})

test('T61: an early exit that is seen at the moment of the good answer is borne, as at any other', async () => {
  const { reason, readyAt } = await waits((look) => (look === 1 ? [task('worker', 'running', 700)] : [task('worker', look === 2 ? 'starting' : 'running', 1_300), task('worker', 'failed', 900)]))
  assert.equal(reason, undefined)
  assert.equal(readyAt, 4_000)
})

test('what does not come back is a deadline once the time is up, and never before', async () => {
  const { reason, now } = await waits((look) => [task('worker', look === 1 ? 'running' : 'starting', 700)])
  assert.deepEqual(reason, { reason: 'deadline', waitedFor: 'the app to run and be healthy', limitMs: LIMIT, lastSeen: 'service worker (0 of 1 running, starting, not healthy yet)', lastLines: [] })
  assert.ok(now > LIMIT, `${now} ms`)
})

test('T6: what ended after the first good answer and does not come back has crashed', async () => {
  const { reason, now } = await waits((look) => (look === 1 ? [task('worker', 'running', 700)] : [task('worker', 'starting', 1_800), task('worker', 'failed', 1_500)]))
  assert.deepEqual(reason, { reason: 'crashed-after-ready', service: 'worker', afterMs: 500, exitCode: 1, lastLines: [] })
  assert.ok(now > LIMIT, `${now} ms`)
})

test('T4: the proxy\'s own page is borne while it may still learn the route, and says that there is none long before the deadline', async () => {
  const page = { status: 404, body: '404 page not found\n' }
  const running = () => [task('worker', 'running', 700)]
  const later = await waits(running, { limitMs: 600_000, answer: (now) => (now < 100_000 ? page : { status: 200, body: '' }) })
  assert.equal(later.reason, undefined)
  const never = await waits(running, { limitMs: 600_000, answer: () => page })
  assert.equal(never.reason?.reason === 'behaviour' && never.reason.noRouter !== undefined, true)
  assert.ok(never.now > 100_000 && never.now < 200_000, `${never.now} ms`)
})
