import { createHash, randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { localEngine } from '../../../src/adapters/engine/local/engine.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { App } from '../../../src/domain/model/app.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import type { Engine } from '../../../src/ports/engine.ts'
import type { EngineUnderTest, ServiceWish, StackWish } from './under-test.ts'

interface Settings {
  root: string
  stateId: string
}

export async function make(settings?: unknown): Promise<EngineUnderTest> {
  const { root, stateId } = (settings as Settings | undefined) ?? { root: mkdtempSync(join(tmpdir(), 'engine-local-')), stateId: randomBytes(6).toString('hex') }
  const open = () => localEngine({ folder: join(root, 'engine'), processes: nodeProcesses(process.env), clock: systemClock(), stateId, domain: 'ci.localhost' })
  const engine: Engine = open()
  return {
    engine,
    another: async () => open(),
    stack: async (app, wish) => ({ stack: localStack(app, wish, join(root, 'recipe')), folder: join(root, 'recipe'), digests: {} }),
    settings: { root, stateId } satisfies Settings,
    runsImages: false,
    async cleanup() {
      await engine.close()
      rmSync(root, { recursive: true })
    },
  }
}

/** The wish in compose with `x-local`, and its files in `recipe`. */
export function localStack(app: App, wish: StackWish, recipe: string): Stack {
  mkdirSync(join(recipe, 'program'), { recursive: true })
  copyFileSync(join(import.meta.dirname, 'program.mjs'), join(recipe, 'program/program.mjs'))
  const stack: Stack = { services: {}, networks: {}, volumes: {}, secrets: {}, configs: {} }
  for (const [name, service] of Object.entries(wish.services)) {
    if (service.volume) stack.volumes[service.volume] = {}
    if (service.secret) stack.secrets[service.secret.key] = { external: true, name: service.secret.name }
    if (service.config !== undefined) stack.configs[configKey(service.config)] = configFile(recipe, service.config)
    stack.services[name] = serviceOf(app, name, service)
  }
  return stack
}

function serviceOf(app: App, name: string, wish: ServiceWish): StackService {
  return {
    image: 'program:1',
    environment: wish.env ?? {},
    ...(wish.volume && { volumes: [{ type: 'volume', source: wish.volume, target: '/data' }] }),
    ...(wish.secret && { secrets: [{ source: wish.secret.key }] }),
    ...(wish.config !== undefined && { configs: [{ source: configKey(wish.config), target: '/config.txt' }] }),
    ...(wish.health && { healthcheck: { interval: `${wish.health.intervalMs}ms`, timeout: '2s', retries: wish.health.retries, start_period: `${wish.health.startPeriodMs}ms` } }),
    stop_grace_period: `${wish.stopGraceMs ?? 10_000}ms`,
    deploy: {
      mode: wish.job ? 'replicated-job' : 'replicated',
      replicas: wish.replicas ?? 1,
      restart_policy: { condition: wish.restart?.condition ?? 'any', delay: '500ms', ...(wish.restart?.maxAttempts && { max_attempts: wish.restart.maxAttempts }) },
      labels: wish.routed ? { [`traefik.http.routers.${app.stack}-${name}.rule`]: `Host(\`${app.domain}\`)` } : {},
    },
    'x-local': {
      command: wish.missing ? ['./no-such-program'] : ['node', 'program/program.mjs'],
      folder: 'program',
      env: { PORT: '{port}', HOST: '127.0.0.1', ...(wish.volume && { DATA_DIR: `{volumes.${wish.volume}}` }) },
      ...(wish.health && { healthcheck: { path: '/healthz' } }),
    },
  }
}

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 8)
const configKey = (content: string) => `config_${hashOf(content)}`

function configFile(recipe: string, content: string) {
  writeFileSync(join(recipe, configKey(content)), content)
  return { file: configKey(content), name: configKey(content) }
}
