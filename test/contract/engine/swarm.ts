import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { swarmEngine } from '../../../src/adapters/engine/swarm/engine.ts'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { App } from '../../../src/domain/model/app.ts'
import type { Stack, StackService } from '../../../src/domain/model/stack.ts'
import type { Engine } from '../../../src/ports/engine.ts'
import { rigEnv } from '../../rig/index.ts'
import type { MakeEngine, ServiceWish, StackWish } from './under-test.ts'

export const nodeImage = process.env.CCCI_TEST_IMAGE ?? 'node:24-bookworm-slim'
const program = new URL('./program.mjs', import.meta.url).pathname

interface SwarmSettings {
  stateId: string
  clientPath: string
}

/** The rig's engine, as one cc-ci of the state id `stateId` sees it. */
export async function rigEngine({ stateId, clientPath }: SwarmSettings): Promise<Engine> {
  const rig = await rigEnv()
  return swarmEngine({
    dockerHost: rig.dockerHost,
    clientPath,
    processes: nodeProcesses(process.env),
    clock: systemClock(),
    stateId,
    configFolder: join(tmpdir(), `cc-ci-contract-${stateId}`),
    reach: { scheme: 'https', address: '127.0.0.1', port: rig.proxyPort, domain: rig.domain, ...(existsSync(rig.ca) && { ca: readFileSync(rig.ca, 'utf8') }) },
    proxyNetwork: rig.proxyNetwork,
    registries: [{ host: rig.privateRegistry.host, username: rig.privateRegistry.username, password: readFileSync(rig.privateRegistry.passwordFile, 'utf8').trim() }],
  })
}

/** Fails by name where the rig has no such client. */
export async function rigClient(version: 'v20' | 'v28'): Promise<string> {
  const path = (await rigEnv()).clients[version]
  if (!path) throw new Error(`the rig has no Docker client ${version}: npm run rig -- up`)
  return path
}

export const make: MakeEngine = async (settings) => await makeWith(settings ? (settings as SwarmSettings) : { stateId: `test-${randomBytes(4).toString('hex')}`, clientPath: await rigClient('v28') })

export async function makeWith(settings: SwarmSettings): ReturnType<MakeEngine> {
  const engine = await rigEngine(settings)
  const { digest } = await engine.pull(nodeImage, AbortSignal.timeout(120_000))
  // One folder for all, so that what a killed process leaves in it goes too.
  const own = join(tmpdir(), `cc-ci-contract-${settings.stateId}`)
  await mkdir(own, { recursive: true })
  return {
    engine,
    another: () => rigEngine(settings),
    settings,
    runsImages: true,
    async stack(app, wish) {
      const folder = await mkdtemp(join(own, 'stack-'))
      await copyFile(program, join(folder, 'program.mjs'))
      for (const [name, { config }] of Object.entries(wish.services)) if (config !== undefined) await writeFile(join(folder, `${name}.txt`), config)
      return { stack: stackOf(app, wish), folder, digests: { [nodeImage]: digest } }
    },
    async cleanup() {
      await engine.close()
      await rm(own, { recursive: true, force: true })
    },
  }
}

function stackOf(app: App, wish: StackWish): Stack {
  const services = Object.entries(wish.services)
  const configs = Object.fromEntries(
    services.flatMap(([name, { config }]) => (config === undefined ? [] : [[`${name}_txt`, { file: `${name}.txt`, name: configName(app, `${name}_txt`, config) }]])),
  )
  return {
    services: Object.fromEntries(services.map(([name, service]) => [name, serviceOf(app, name, service)])),
    networks: { proxy: { external: true }, internal: {} },
    volumes: Object.fromEntries(services.flatMap(([, { volume }]) => (volume ? [[volume, {}]] : []))),
    secrets: Object.fromEntries(services.flatMap(([, { secret }]) => (secret ? [[secret.key, { external: true, name: secret.name }]] : []))),
    configs: { program: { file: 'program.mjs', name: configName(app, 'program', readFileSync(program, 'utf8')) }, ...configs },
  }
}

function configName(app: App, key: string, content: string): string {
  return `${app.stack}_${key}_${createHash('sha256').update(content).digest('hex').slice(0, 8)}`
}

function serviceOf(app: App, name: string, wish: ServiceWish): StackService {
  const router = `${app.stack}-${name}`
  return {
    image: wish.missing ? 'ccci/never-published:1' : nodeImage,
    command: ['node', '/program.mjs'],
    environment: { PORT: '3000', ...wish.env },
    networks: { internal: null, ...(wish.routed && { proxy: null }) },
    configs: [{ source: 'program', target: '/program.mjs' }, ...(wish.config === undefined ? [] : [{ source: `${name}_txt`, target: '/config.txt' }])],
    ...(wish.volume && { volumes: [{ type: 'volume' as const, source: wish.volume, target: '/data' }] }),
    ...(wish.secret && { secrets: [{ source: wish.secret.key, target: wish.secret.key }] }),
    ...(wish.stopGraceMs !== undefined && { stop_grace_period: `${wish.stopGraceMs}ms` }),
    ...(wish.health && {
      healthcheck: {
        // Not by node: to start it every second for every container is most of what this suite would do.
        test: ['CMD', 'bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/3000 && printf "GET /healthz HTTP/1.0\\r\\n\\r\\n" >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]'],
        interval: `${wish.health.intervalMs}ms`,
        timeout: '10s',
        retries: wish.health.retries,
        start_period: `${wish.health.startPeriodMs}ms`,
      },
    }),
    deploy: {
      endpoint_mode: 'dnsrr',
      ...(wish.job ? { mode: 'replicated-job' as const } : {}),
      replicas: wish.replicas ?? 1,
      restart_policy: { condition: wish.restart?.condition ?? 'any', delay: '500ms', ...(wish.restart?.maxAttempts !== undefined && { max_attempts: wish.restart.maxAttempts }) },
      ...(wish.routed && {
        labels: {
          'traefik.enable': 'true',
          [`traefik.http.routers.${router}.rule`]: `Host(\`${app.domain}\`)`,
          [`traefik.http.routers.${router}.entrypoints`]: 'web-secure',
          [`traefik.http.routers.${router}.tls`]: 'true',
          [`traefik.http.services.${router}.loadbalancer.server.port`]: '3000',
        },
      }),
    },
  }
}
