import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mkdirSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { swarmEngine } from '../../../src/adapters/engine/swarm/engine.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { App } from '../../../src/domain/model/app.ts'
import type { AppState, Deployment } from '../../../src/domain/model/engine-state.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import { converge } from '../../../src/domain/plan/converge.ts'
import type { DeployRequest, Engine } from '../../../src/ports/engine.ts'
import { rigEnv } from '../../rig/index.ts'

export const busybox = 'busybox:1.35'

type EngineOptions = Parameters<typeof swarmEngine>[0]

/** What one test has: an engine under a state id of its own, and an app that is removed after it. */
export interface Swarm {
  engine: Engine
  app: App
  stateId: string
  options: EngineOptions
  /** Another cc-ci, or ours with other options. Closed after the test. */
  also(over: Partial<EngineOptions>): Engine
  newApp(): App
  request(stack: Partial<Stack>, files?: Record<string, string>): DeployRequest
  /** The Docker command line on the rig's engine, with nothing of ours around it. */
  docker(...args: string[]): Promise<string>
}

export async function swarm(t: TestContext, over: Partial<EngineOptions> = {}): Promise<Swarm> {
  const rig = await rigEnv()
  const clientPath = rig.clients.v28
  assert.ok(clientPath, 'the rig has no Docker client 28: npm run rig -- up')
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-swarm-'))
  const stateId = `test-${randomBytes(4).toString('hex')}`
  const processes = nodeProcesses(process.env)
  const options: EngineOptions = {
    dockerHost: rig.dockerHost,
    clientPath,
    processes,
    clock: systemClock(),
    stateId,
    configFolder: join(folder, 'docker'),
    reach: { scheme: 'https', address: '127.0.0.1', port: rig.proxyPort, domain: rig.domain },
    proxyNetwork: rig.proxyNetwork,
    registries: [],
    ...over,
  }
  const engines: Engine[] = []
  const also = (more: Partial<EngineOptions>) => {
    const engine = swarmEngine({ ...options, ...more })
    engines.push(engine)
    return engine
  }
  const engine = also({})
  const apps: App[] = []
  const newApp = () => {
    const run = `test-${randomBytes(3).toString('hex')}`
    const app = { domain: `${run}.${rig.domain}`, stack: `${run}_${rig.domain.replaceAll('.', '_')}`, run }
    apps.push(app)
    return app
  }
  const docker = async (...args: string[]) => {
    const ended = await processes.run({ argv: [clientPath, ...args], env: { ...processes.baseEnv(), DOCKER_HOST: rig.dockerHost } })
    assert.equal(ended.exitCode, 0, `docker ${args.join(' ')}: ${ended.stderr}`)
    return ended.stdout.trim()
  }
  t.after(async () => {
    try {
      for (const app of apps) await engine.remove(app, { data: 'doomed' })
      const left = (await engine.inventory()).filter(({ run }) => run !== undefined)
      assert.deepEqual(left, [], 'the test left something behind')
    } finally {
      for (const each of engines) await each.close()
      await sweep(docker, stateId)
      rmSync(folder, { recursive: true })
    }
  })
  return {
    engine,
    app: newApp(),
    stateId,
    options,
    also,
    newApp,
    request(stack, files = {}) {
      const recipe = mkdtempSync(join(folder, 'recipe-'))
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(recipe, name)), { recursive: true })
        writeFileSync(join(recipe, name), content)
      }
      return { folder: recipe, digests: {}, stack: { services: {}, networks: {}, volumes: {}, secrets: {}, configs: {}, ...stack } }
    },
    docker,
  }
}

/** Takes away what a test left because the adapter failed it: by Docker's own means, since the adapter's are what is tested. */
async function sweep(docker: Swarm['docker'], stateId: string): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    let found = 0
    for (const kind of ['service', 'container', 'network', 'volume', 'secret', 'config']) {
      const list = kind === 'container' ? ['ps', '-aq'] : [kind, 'ls', '-q']
      const ids = (await docker(...list, '--filter', `label=cc-ci.state=${stateId}`)).split('\n').filter(Boolean)
      found += ids.length
      const remove = kind === 'container' ? ['rm', '-fv'] : [kind, 'rm']
      if (ids.length > 0) await docker(...remove, ...ids).catch(() => {})
    }
    if (found === 0) return
    assert.ok(performance.now() < deadline, 'what the test left behind does not go away')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** A service of busybox that runs `script`. */
export function shell(script: string, more: Partial<StackService> = {}): StackService {
  return { image: busybox, command: ['sh', '-c', script], stop_grace_period: '2s', ...more, deploy: { endpoint_mode: 'dnsrr', ...more.deploy } }
}

/** Ends at once on TERM, as busybox's `sleep` as PID 1 would not. */
export const sleeper = 'trap "exit 0" TERM; while :; do sleep 0.1; done'

export async function untilState(engine: Engine, app: App, is: (state: AppState) => boolean, limitMs = 60_000): Promise<AppState> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const state = await engine.observe(app)
    if (is(state)) return state
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms; last seen: ${JSON.stringify(state, null, 1)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export async function untilRunning(engine: Engine, app: App, deployment: Deployment): Promise<AppState> {
  return await untilState(engine, app, (state) => converge(deployment, state).is === 'running')
}

export async function up(given: Swarm, request: DeployRequest, app = given.app): Promise<Deployment> {
  const deployment = await given.engine.deploy(app, request)
  await untilRunning(given.engine, app, deployment)
  return deployment
}
