import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run } from './command.ts'
import { listsOfEngine } from './engine-lists.ts'
import { rigFetch } from './fetch.ts'
import { searchPath } from './host.ts'
import { places } from './places.ts'

/**
 * A second rig that nobody else uses, whose parts may be stopped and broken: in a network namespace of its own, because two engines in one rewrite each
 * other's firewall rules, and with its own data. What the rig has built (images in the registry, clients, the authority) is copied, not built again, and
 * nothing is written back. Whatever talks to it over the network has to run inside (`inside`); its engine's socket is reached from everywhere.
 */
export interface OwnHost extends AsyncDisposable {
  folder: string
  /** For the command line. */
  env: Record<string, string>
  /** A command line that runs the program inside. */
  inside(argv: string[]): [string, ...string[]]
  /** `npm run rig -- up|down PART…` of this host. */
  rig(...args: string[]): Promise<void>
  /** Docker's client on its engine; answers what it printed. */
  docker(...args: string[]): Promise<string>
  /** Everything on its engine but the proxy, in words. */
  inventory(): Promise<string[]>
}

const PARTS = ['registry', 'engine', 'swarm', 'settings', 'traefik']

/** `parts`: what is brought up in it. `engineData`: an empty folder for what the engine keeps; by default below the host's own. */
export async function openOwnHost(given: { parts?: string[]; engineData?: string } = {}): Promise<OwnHost> {
  const shared = places()
  // Short: the engine's sockets lie below it.
  const folder = await mkdtemp('/tmp/ccci-')
  const own = places({ CCCI_CACHE: folder })
  const namespace = basename(folder)
  const env = { PATH: searchPath().join(':') }
  const inside = (argv: string[]): [string, ...string[]] => ['nsenter', `--net=/run/netns/${namespace}`, ...argv]

  const [command, ...before] = inside([process.execPath, join(import.meta.dirname, 'main.ts')])
  const rig = async (...args: string[]) => void (await run(command, [...before, ...args], { env: { ...process.env, ...env, CCCI_CACHE: folder } }))
  const environment = { CCCI_CACHE: folder, CCCI_SETTINGS: own.settings, DOCKER_HOST: `unix://${own.socket}`, DOCKER_CONFIG: own.dockerConfig }

  const docker = async (...args: string[]) => (await run('docker', args, { env: { ...env, ...environment } })).stdout.trim()
  const host: OwnHost = {
    folder,
    env: environment,
    inside,
    rig,
    docker,
    inventory: async () => (await listsOfEngine(docker)).filter((one) => !/^\S+ rig-traefik/.test(one)),
    async [Symbol.asyncDispose]() {
      await rig('down')
      await run('ip', ['netns', 'delete', namespace], { env, mayExit: [1] })
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await rigFetch(given.parts ?? PARTS)
    for (const name of ['built', 'clients'] as const) await symlink(shared[name], own[name])
    await cp(shared.authority, own.authority, { recursive: true })
    await mkdir(own.registry)
    await mkdir(own.engine)
    if (given.engineData) await symlink(given.engineData, join(own.engine, 'data'))
    await cp(join(shared.registry, 'data'), join(own.registry, 'data'), { recursive: true, preserveTimestamps: true })
    await cp(shared.images, own.images, { recursive: true })
    await run('ip', ['netns', 'add', namespace], { env })
    await run(inside(['ip'])[0], inside(['ip', 'link', 'set', 'lo', 'up']).slice(1), { env })
    await rig('up', ...(given.parts ?? PARTS))
    return host
  } catch (error) {
    await host[Symbol.asyncDispose]()
    throw error
  }
}
