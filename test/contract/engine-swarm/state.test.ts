// time limit: 400 s, because the engine's own time limits and rollbacks take tens of seconds each
import assert from 'node:assert/strict'
import { createServer, connect, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { converge } from '../../../src/domain/plan/converge.ts'
import type { EngineEvent } from '../../../src/domain/model/engine-state.ts'
import { shell, sleeper, swarm, untilRunning, untilState, up } from './support.ts'

const quickHealth = (test: string) => ({ test: ['CMD-SHELL', test], interval: '500ms', timeout: '5s', retries: 2 })

test('T5: a rollback by the engine is seen by the template, though the engine calls it a success', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const deploy = { update_config: { failure_action: 'rollback', monitor: '2s' }, restart_policy: { condition: 'none' as const } }
  await up(given, given.request({ services: { app: shell(sleeper, { deploy, healthcheck: quickHealth('true') }) } }))
  const bad = await engine.deploy(app, given.request({ services: { app: shell(sleeper, { deploy, healthcheck: quickHealth('false') }) } }))
  const state = await untilState(engine, app, ({ services }) => services[0]?.update === 'rollback-completed')
  assert.notEqual(state.services[0]?.template, bad.services[0]?.template)
  const verdict = converge(bad, state)
  assert.equal(verdict.is === 'failed' && verdict.why.reason, 'engine-rolled-back')
})

test('T7: a constraint that no node meets is told as waiting for a node', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await engine.deploy(app, given.request({ services: { app: shell(sleeper, { deploy: { placement: { constraints: ['node.labels.absent == yes'] } } }) } }))
  const state = await untilState(engine, app, ({ services }) => services[0]?.tasks[0]?.because !== undefined)
  assert.deepEqual([state.services[0]?.tasks[0]?.state, state.services[0]?.tasks[0]?.because], ['waiting', 'no-node'])
})

test('T10: a global service wants as many tasks as nodes take it', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const services = {
    everywhere: shell(sleeper, { deploy: { mode: 'global' } }),
    nowhere: shell(sleeper, { deploy: { mode: 'global', placement: { constraints: ['node.role == worker'] } } }),
  }
  const deployment = await engine.deploy(app, given.request({ services }))
  assert.deepEqual(deployment.services.map(({ name, wanted }) => [name, wanted]), [['everywhere', 1], ['nowhere', 0]])
  await untilRunning(engine, app, deployment)
  assert.deepEqual((await engine.observe(app)).services.map(({ mode }) => mode), ['global', 'global'])
})

test('T38: a network without a free address is named, though the engine says nothing', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const tiny = { driver: 'overlay', ipam: { driver: 'default', config: [{ subnet: '10.215.250.0/29' }] } }
  await engine.deploy(app, given.request({ services: { app: shell(sleeper, { networks: { tiny: null }, deploy: { replicas: 9 } }) }, networks: { tiny } }))
  const state = await untilState(engine, app, ({ services }) => services[0]?.tasks.some(({ because, state }) => because === 'no-address' && state === 'waiting') ?? false, 15_000)
  assert.match(state.services[0]?.tasks.find(({ because }) => because === 'no-address')?.error ?? '', /_tiny has no free address \(10\.215\.250\.0\/29/)
})

test('T67: an image that is missing and a mount that cannot be are rejected tasks with their cause, though the deploy went well', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const services = {
    image: shell(sleeper, { image: 'ccci/never-published:1' }),
    mount: shell(sleeper, { volumes: [{ type: 'bind', source: '/cc-ci-nothing-here', target: '/data' }] }),
  }
  await engine.deploy(app, given.request({ services }))
  const state = await untilState(engine, app, ({ services }) => services.every(({ tasks }) => tasks.some(({ state }) => state === 'rejected')), 15_000)
  assert.deepEqual(
    state.services.map(({ name, tasks }) => [name, tasks.find(({ state }) => state === 'rejected')?.because]).sort(),
    [['image', 'no-image'], ['mount', 'bad-mount']],
  )
})

test('a health check of the image counts where the recipe has none', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const services = { none: shell(sleeper), own: shell(sleeper, { healthcheck: quickHealth('true') }), off: shell(sleeper, { healthcheck: { disable: true } }) }
  await up(given, given.request({ services }))
  assert.deepEqual((await engine.observe(app)).services.map(({ name, hasHealthcheck }) => [name, hasHealthcheck]).sort(), [['none', false], ['off', false], ['own', true]])
})

test('facts: versions, and the ports and routers that others hold', async (t) => {
  const given = await swarm(t)
  const { engine } = given
  const theirs = given.also({ stateId: 'somebody-else' })
  const app = given.newApp()
  try {
    const port = 28_123
    await theirs.deploy(app, given.request({ services: { app: shell(sleeper, { ports: [{ target: 80, published: port, protocol: 'tcp', mode: 'host' }], deploy: { labels: { 'traefik.http.routers.taken-by-them.rule': 'Host(`x`)' } } }) } }))
    const facts = await engine.facts()
    assert.match(facts.says, /^Docker Swarm, engine \d+\.\d+\S*, client 28\.\S+, 1 node$/)
    assert.ok(facts.takenPorts.includes(port))
    assert.ok(facts.takenRouters.includes('taken-by-them'))
    const own = await theirs.facts()
    assert.ok(!own.takenPorts.includes(port) && !own.takenRouters.includes('taken-by-them'))
  } finally {
    await theirs.remove(app, { data: 'doomed' })
  }
})

test('watching goes on after the connection broke, says so, and says `present` again', async (t) => {
  const given = await swarm(t)
  const relay = await cuttableRelay(t, given.options.dockerHost)
  const { app } = given
  const engine = given.also({ dockerHost: `unix://${relay.path}` })
  const seen: EngineEvent[] = []
  const end = new AbortController()
  let wake = () => {}
  const listening = (async () => {
    for await (const event of engine.watch(app, end.signal)) {
      seen.push(event)
      wake()
    }
  })()
  const until = async (is: () => boolean) => {
    const deadline = AbortSignal.timeout(20_000)
    while (!is()) {
      deadline.throwIfAborted()
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 200)
      })
    }
  }
  await until(() => seen.length === 1)
  relay.cut()
  await until(() => seen.filter(({ kind }) => kind === 'present').length === 2)
  await up(given, given.request({ services: { app: shell(sleeper, { healthcheck: quickHealth('true') }) } }))
  await until(() => seen.some(({ kind }) => kind === 'healthy'))
  await engine.remove(app, { data: 'doomed' })
  await until(() => seen.some(({ kind }) => kind === 'exited'))
  end.abort()
  await listening
  assert.match(seen.filter(({ kind }) => kind === 'present')[1]?.text ?? '', /^watching again: /)
  const kinds = seen.filter(({ service }) => service === 'app').map(({ kind }) => kind)
  for (const kind of ['created', 'started', 'healthy', 'exited'] as const) assert.ok(kinds.includes(kind), `${kind} in ${kinds}`)
  assert.equal(seen.find(({ kind }) => kind === 'exited')?.exitCode, 137)
})

test('usage: memory of what runs and the size of its volumes, and of nobody else', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const fill = `dd if=/dev/zero of=/data/f bs=1M count=8 2>/dev/null; ${sleeper}`
  await up(given, given.request({ services: { app: shell(fill, { healthcheck: quickHealth('[ $(stat -c %s /data/f) = 8388608 ]'), volumes: [{ type: 'volume', source: 'data', target: '/data' }] }) }, volumes: { data: {} } }))
  const { memoryBytes, diskBytes } = await engine.usage(app)
  assert.ok(memoryBytes > 0 && memoryBytes < 512 * 1024 * 1024, String(memoryBytes))
  assert.equal(diskBytes, 8 * 1024 * 1024)
  assert.deepEqual(await engine.usage(given.newApp()), { memoryBytes: 0, diskBytes: 0 })
})

/** A socket before the engine's own whose connections can all be cut, as when the engine restarts. */
async function cuttableRelay(t: { after(done: () => void): void }, dockerHost: string): Promise<{ path: string; cut(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'relay-'))
  const path = join(folder, 'docker.sock')
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: dockerHost.slice('unix://'.length), allowHalfOpen: true })
    for (const [from, to] of [[near, far], [far, near]] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  t.after(() => {
    cut()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return { path, cut }
}
