import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../../src/domain/model/app.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import { scriptedEngine } from '../../../src/adapters/engine/scripted/engine.ts'
import type { Answer } from '../../../src/adapters/engine/scripted/world/answer.ts'
import type { Script } from '../../../src/adapters/engine/scripted/world/script.ts'
import { startWorld } from '../../support/scripted-world.ts'
import type { MakeEngine, ServiceWish, StackWish } from './under-test.ts'

export const make: MakeEngine = async (settings) => {
  const known = settings as { socket: string } | undefined
  const world = known ? undefined : await startWorld()
  const socket = known?.socket ?? world!.socket
  const folder = mkdtempSync(join(tmpdir(), 'engine-scripted-'))
  await world?.answers(JOBS)
  return {
    engine: scriptedEngine({ socket }),
    another: async () => scriptedEngine({ socket }),
    stack: async (app, wish) => ({ stack: stackOf(app, wish, folder), folder, digests: {} }),
    settings: { socket },
    runsImages: true,
    async cleanup() {
      await world?.end()
      rmSync(folder, { recursive: true })
    },
  }
}

/**
 * The scripted world runs no programs: this is what the suite's commands would answer. So what is tested here is that all that they need
 * arrives, and that the answer comes back whole and on time.
 */
const COMMANDS: Answer[] = [
  { match: 'exit 7', exitCode: 7, stdout: 'out\n', stderr: 'err\n' },
  { match: 'kill -9 $$', exitCode: 137 },
  { match: 'no-such-program-here', exitCode: 127, stderr: 'not found\n' },
  { match: 'wc -c', stdout: '{stdin:bytes}\n' },
  { match: 'from-exec', stdout: '{env:GREETING}, {env:MORE}\n', writes: { '/data/from-exec': 'hello\n' } },
  { match: 'echo before', stdout: 'before\n', hangs: true },
  { match: 'kill -0', exitCode: 1 },
  { match: 'exit 0" TERM', hangs: true, writes: { '/data/begun': '' } },
]

const JOBS: Answer[] = [
  { match: 'echo begun', stdout: 'begun\n', hangs: true },
  { match: 'exit 4', exitCode: 4, stdout: 'out\n{env:MORE}\n', stderr: 'err\n', takesMs: 10 },
  { match: 'sub/check', stdout: 'check in recipe with {file:/secrets/password}\ncheck in recipe with x\n{file:/keys/second}', writes: { '/recipe/sub/made': '', '/recipe/made': '' } },
  { match: 'cat /volumes/data/note', stdout: '{file:/volumes/data/note}', writes: { '/scratch/copy': '{file:/volumes/data/note}', '/volumes/data/back': 'back\n' } },
  { match: 'cat /scratch/copy', stdout: '{file:/scratch/copy}' },
  { match: 'CCCI_CONNECT', stdout: '{env:CCCI_CONNECT}\n' },
  { match: 'echo before', stdout: 'before\n', hangs: true },
  { match: 'exit 1', exitCode: 1 },
  { match: 'echo up', stdout: 'up\n', takesMs: 1_000 },
]

function stackOf(app: App, wish: StackWish, folder: string): Stack {
  const services = Object.entries(wish.services)
  return {
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceOf(app, name, service)])),
    networks: {},
    volumes: Object.fromEntries(services.flatMap(([, service]) => (service.volume ? [[service.volume, {}]] : []))),
    secrets: Object.fromEntries(services.flatMap(([, service]) => (service.secret ? [[service.secret.key, { name: service.secret.name, external: true }]] : []))),
    configs: Object.fromEntries(services.flatMap(([, { config }]) => (config === undefined ? [] : [[configKey(config), configFile(app, folder, config)]]))),
  }
}

function serviceOf(app: App, name: string, wish: ServiceWish): StackService {
  const env = wish.env ?? {}
  const version = env.VERSION ?? 'one'
  const health = wish.health
  const script: Script = {
    version,
    ...(env.EXIT_AFTER_MS === undefined ? {} : { exitAfterMs: Number(env.EXIT_AFTER_MS), exitCode: Number(env.EXIT_CODE ?? 0) }),
    ...(health && env.HEALTHY_AFTER_MS ? { healthyAfterMs: Number(env.HEALTHY_AFTER_MS) } : {}),
    ...(health && env.NEVER_HEALTHY ? { unhealthyAfterMs: health.intervalMs * health.retries } : {}),
    ...(health && wish.volume ? { unhealthyWhen: '/data/unhealthy' } : {}),
    ...(env.IGNORE_TERM ? { ignoreTerm: true } : {}),
    stopMs: Number(env.STOP_MS ?? 0),
    ...(wish.volume ? { writesOnStop: { '/data/stopped': version } } : {}),
    ...(wish.missing ? { rejected: { because: 'no-image' as const, says: 'No such image' } } : {}),
    lines: [...Array.from({ length: Number(env.LINES ?? 0) }, (_, index) => `line ${index + 1}`), `started ${version}`, `warned ${version}`],
    exec: COMMANDS,
  }
  return {
    image: wish.missing ? 'ccci/never-published:1' : 'ccci/program:1',
    environment: env,
    ...(wish.volume ? { volumes: [{ type: 'volume', source: wish.volume, target: '/data' }] } : {}),
    ...(wish.secret ? { secrets: [{ source: wish.secret.key }] } : {}),
    ...(wish.config === undefined ? {} : { configs: [{ source: configKey(wish.config), target: '/config.txt' }] }),
    ...(health ? { healthcheck: { interval: `${health.intervalMs}ms` } } : {}),
    ...(wish.stopGraceMs === undefined ? {} : { stop_grace_period: `${wish.stopGraceMs}ms` }),
    deploy: {
      ...(wish.job ? { mode: 'replicated-job' as const } : {}),
      replicas: wish.replicas ?? 1,
      restart_policy: { condition: wish.restart?.condition ?? 'any', delay: '500ms', ...(wish.restart?.maxAttempts === undefined ? {} : { max_attempts: wish.restart.maxAttempts }) },
      ...(wish.routed ? { labels: { [`traefik.http.routers.${app.stack}-${name}.rule`]: `Host(\`${app.domain}\`)` } } : {}),
    },
    'x-scripted': script,
  }
}

const configKey = (content: string) => `config_${createHash('sha256').update(content).digest('hex').slice(0, 8)}`

function configFile(app: App, folder: string, content: string) {
  const key = configKey(content)
  writeFileSync(join(folder, key), content)
  return { file: key, name: `${app.stack}_${key}` }
}
