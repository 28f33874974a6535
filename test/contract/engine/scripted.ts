import type { App } from '../../../src/domain/model/app.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import { scriptedEngine } from '../../../src/adapters/engine/scripted/engine.ts'
import type { Script } from '../../../src/adapters/engine/scripted/world/script.ts'
import { startWorld } from '../../support/scripted-world.ts'
import type { MakeEngine, ServiceWish, StackWish } from './under-test.ts'

export const make: MakeEngine = async (settings) => {
  const known = settings as { socket: string } | undefined
  const world = known ? undefined : await startWorld()
  const socket = known?.socket ?? world!.socket
  return {
    engine: scriptedEngine({ socket }),
    another: async () => scriptedEngine({ socket }),
    stack: async (app, wish) => ({ stack: stackOf(app, wish), folder: '/', digests: {} }),
    settings: { socket },
    doesNotApply: {},
    cleanup: async () => world?.end(),
  }
}

function stackOf(app: App, wish: StackWish): Stack {
  const services = Object.entries(wish.services)
  return {
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceOf(app, name, service)])),
    networks: {},
    volumes: Object.fromEntries(services.flatMap(([, service]) => (service.volume ? [[service.volume, {}]] : []))),
    secrets: Object.fromEntries(services.flatMap(([, service]) => (service.secret ? [[service.secret.key, { name: service.secret.name, external: true }]] : []))),
    configs: {},
  }
}

function serviceOf(app: App, name: string, wish: ServiceWish): StackService {
  const env = wish.env ?? {}
  const number = (key: string) => (env[key] === undefined ? undefined : Number(env[key]))
  const health = wish.health
  const script: Script = {
    version: env.VERSION ?? 'one',
    ...(env.EXIT_AFTER_MS === undefined ? {} : { exitAfterMs: number('EXIT_AFTER_MS'), exitCode: number('EXIT_CODE') ?? 0 }),
    ...(health && !env.NEVER_HEALTHY ? { healthyAfterMs: number('HEALTHY_AFTER_MS') ?? 20 } : {}),
    ...(health && env.NEVER_HEALTHY ? { unhealthyAfterMs: health.intervalMs * health.retries } : {}),
    ...(env.IGNORE_TERM ? { ignoreTerm: true } : {}),
    ...(env.STOP_MS ? { stopMs: number('STOP_MS'), writesOnStop: { '/data/stopped': env.VERSION ?? 'one' } } : {}),
    ...(wish.missing ? { rejected: { because: 'no-image' as const, says: 'No such image' } } : {}),
    lines: [...Array.from({ length: number('LINES') ?? 0 }, (_, index) => `line ${index + 1}`), `started ${env.VERSION ?? 'one'}`, `warned ${env.VERSION ?? 'one'}`],
  }
  return {
    image: wish.missing ? 'ccci/never-published:1' : 'ccci/program:1',
    environment: env,
    ...(wish.volume ? { volumes: [{ type: 'volume', source: wish.volume, target: '/data' }] } : {}),
    ...(wish.secret ? { secrets: [{ source: wish.secret.key }] } : {}),
    ...(wish.stopGraceMs === undefined ? {} : { stop_grace_period: `${wish.stopGraceMs}ms` }),
    deploy: {
      ...(wish.job ? { mode: 'replicated-job' as const } : {}),
      replicas: wish.replicas ?? 1,
      restart_policy: { condition: wish.restart?.condition ?? 'any', delay: '500ms', ...(wish.restart?.maxAttempts === undefined ? {} : { max_attempts: wish.restart.maxAttempts }) },
      ...(wish.routed ? { labels: { [`traefik.http.routers.${app.stack}-${name}.rule`]: `Host(\`${app.domain}\`)` } } : {}),
    },
    'x-scripted': script,
    ...(wish.config === undefined ? {} : { 'x-config': wish.config }),
  }
}
