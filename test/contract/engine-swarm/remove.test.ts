// time limit: 400 s, because the engine's own time limits and rollbacks take tens of seconds each
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shell, sleeper, swarm, untilState, up } from './support.ts'

const ignoresTerm = 'trap "" TERM; while :; do sleep 0.1; done'
const onProxy = { networks: { internal: null, proxy: null } }
const networks = { internal: {}, proxy: { external: true, name: 'proxy' } }

test('T65: a stack is removed and deployed again at once, three times, also where its tasks ignore TERM', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  for (let round = 0; round < 3; round++) {
    const request = given.request({ services: { app: shell(sleeper, onProxy), stubborn: shell(ignoresTerm, onProxy) }, networks })
    await up(given, request)
    const state = await engine.observe(app)
    assert.deepEqual(state.services.flatMap(({ tasks }) => tasks.flatMap(({ error }) => error ?? [])), [], `round ${round}`)
    await engine.remove(app, { data: 'doomed' })
    assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [], `round ${round}`)
  }
})

test('T19: a stack that is removed while its tasks are just starting leaves nothing, not even later', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const services = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, shell(sleeper, { ...onProxy, volumes: [{ type: 'volume', source: 'data', target: '/data' }] })]))
  const watched = new AbortController()
  const later: string[] = []
  for (const afterMs of [0, 300, 900]) {
    await engine.deploy(app, given.request({ services, networks, volumes: { data: {} } }))
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await engine.remove(app, { data: 'doomed' })
    assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [], `removed ${afterMs} ms after the deploy`)
  }
  const listening = (async () => {
    for await (const event of engine.watch(app, watched.signal)) if (event.kind !== 'present') later.push(event.text)
  })()
  // The engine had its turn with all that it might still have to do: another stack of the same kind came up since.
  const other = given.newApp()
  await up(given, given.request({ services, networks, volumes: { data: {} } }), other)
  watched.abort()
  await listening
  assert.deepEqual(later, [])
  assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [])
})

test('T19: what is kept is stopped with TERM and its own grace, nothing is started in its place, and no task is left', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const goodbye = 'trap "sleep 1; echo bye >> /data/said; exit 0" TERM; echo up >> /data/said; while :; do sleep 0.1; done'
  const request = given.request({
    services: {
      polite: shell(goodbye, { stop_grace_period: '20s', volumes: [{ type: 'volume', source: 'data', target: '/data' }], deploy: { restart_policy: { condition: 'any', delay: '0s' } } }),
      stubborn: shell(ignoresTerm, { stop_grace_period: '3s' }),
    },
    volumes: { data: {} },
  })
  await up(given, request)
  await engine.createSecret(app, { name: `${app.stack}_s_v1`, value: 'x' })
  const from = performance.now()
  await engine.remove(app, { data: 'keep' })
  const took = performance.now() - from
  assert.ok(took > 2_900 && took < 12_000, `the grace of 3 s was given, and not much more: ${took}`)
  const left = (await engine.inventory()).filter(({ stack }) => stack === app.stack)
  assert.deepEqual(left.map(({ kind, name }) => `${kind} ${name}`).sort(), [`secret ${app.stack}_s_v1`, `volume ${app.stack}_data`])
  await up(given, request)
  assert.equal((await engine.exec(app, 'polite', { argv: ['cat', '/data/said'], timeoutMs: 10_000 })).stdout, 'up\nbye\nup\n')
})

test('T31: a service that left the stack is stopped with its grace, and its neighbour does not notice', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const goodbye = 'trap "echo bye >> /data/said; exit 0" TERM; while :; do sleep 0.1; done'
  const old = shell(goodbye, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] })
  await up(given, given.request({ services: { app: shell(sleeper, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }), old }, volumes: { data: {} } }))
  const before = (await engine.observe(app)).services.find(({ name }) => name === 'app')?.tasks.map(({ id }) => id)
  await engine.removeServices(app, ['old'])
  const state = await engine.observe(app)
  assert.deepEqual(state.services.map(({ name, tasks }) => [name, tasks.map(({ id }) => id)]), [['app', before]])
  assert.equal((await engine.exec(app, 'app', { argv: ['cat', '/data/said'], timeoutMs: 10_000 })).stdout, 'bye\n')
  await engine.removeServices(app, ['old', 'never-there'])
})

test('T42: removing what is in use by a stranger ends in time and names what is left', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await up(given, given.request({ services: { app: shell(sleeper, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }) }, volumes: { data: {} } }))
  const stranger = await given.docker('run', '-d', '-v', `${app.stack}_data:/data`, 'busybox:1.35', 'sleep', '600')
  try {
    const giveUp = AbortSignal.timeout(15_000)
    await assert.rejects(engine.remove(app, { data: 'doomed', signal: giveUp }), (error: Error & { kind: string }) => {
      assert.equal(error.kind, 'timeout')
      assert.match(error.message, new RegExp(`still there: volume ${app.stack}_data; the engine says: .*volume is in use`))
      return true
    })
  } finally {
    await given.docker('rm', '-f', stranger)
  }
  await engine.remove(app, { data: 'doomed' })
})

test('remove is safe to repeat and to call for what was never there', async (t) => {
  const { engine, app, newApp } = await swarm(t)
  await engine.remove(app, { data: 'doomed' })
  await engine.remove(newApp(), { data: 'keep' })
  await untilState(engine, app, ({ services }) => services.length === 0)
})
