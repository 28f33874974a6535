import { createHash } from 'node:crypto'
import type { App } from '../../../../domain/model/app.ts'
import type { AppState, Deployment, Resource } from '../../../../domain/model/engine-state.ts'
import type { Stack, StackService } from '../../../../domain/model/stack.ts'
import { scriptOf } from './script.ts'
import type { Fault, ServiceWorld, StackState, World } from './state.ts'
import { clear, imageId, isAlive, startTask, stopTask, tell, volumesOf, wantedTasks } from './tasks.ts'

/** What a call answers instead of a value; becomes a `PortError` on the other side. */
export class Refusal extends Error {
  readonly kind: NonNullable<Fault['kind']>
  readonly says: string

  constructor(kind: NonNullable<Fault['kind']>, message: string, says = '') {
    super(message)
    this.kind = kind
    this.says = says
  }
}

type Calls = { [name: string]: (world: World, args: never) => unknown }

/** Everything that can be asked of the world: one function a call, plain values in and out. */
export const calls = {
  facts: (world: World) => ({ says: 'the scripted world, 1 node', nodes: 1, virtualIps: true, ...world.host }),

  pull(_world: World, { image }: { image: string }) {
    if (image.includes('never-published')) throw new Refusal('not-found', `Pulling ${image}: the registry says that it does not exist.`, 'manifest unknown')
    return { name: image, digest: imageId(image), ms: 0 }
  },

  createSecret(world: World, { app, name, value }: { app: App; name: string; value: string }) {
    const known = world.secrets.get(name)
    if (known && known.value !== value) throw new Refusal('conflict', `There is a secret ${name} already, with another value.`)
    if (!known) world.secrets.set(name, { run: app.run, stack: app.stack, value })
  },

  deploy(world: World, { app, stack }: { app: App; stack: Stack }): Deployment {
    for (const [name, service] of Object.entries(stack.services)) {
      for (const grant of service.secrets ?? []) {
        const secret = stack.secrets[grant.source]
        const known = secret?.name ?? `${app.stack}_${grant.source}`
        if (secret?.external && !world.secrets.has(known)) throw new Refusal('refused', `The engine refuses service ${name}.`, `secret not found: ${known}`)
      }
    }
    const state: StackState = world.stacks.get(app.stack) ?? { app, services: new Map(), listeners: new Set() }
    world.stacks.set(app.stack, state)
    state.app = app
    for (const [key, volume] of Object.entries(stack.volumes)) {
      const name = volume.name ?? `${app.stack}_${key}`
      if (!volume.external && !world.volumes.has(name)) world.volumes.set(name, { run: app.run, stack: app.stack, key, files: new Map() })
    }
    for (const [key, network] of Object.entries(stack.networks)) if (!network.external) world.networks.set(network.name ?? `${app.stack}_${key}`, { run: app.run, stack: app.stack })
    const at = Date.now()
    const services = Object.entries(stack.services).map(([name, definition]) => {
      const service = put(world, state, name, definition)
      return { name, template: service.template, image: imageId(definition.image), wanted: wantedTasks(service) }
    })
    return { at, services }
  },

  observe(world: World, { app }: { app: App }): AppState {
    const stack = world.stacks.get(app.stack)
    const services = [...(stack?.services ?? [])].map(([name, service]) => ({
      name,
      template: service.template,
      wanted: wantedTasks(service),
      mode: service.definition.deploy?.mode?.endsWith('job') ? ('job' as const) : ('replicated' as const),
      restart: service.definition.deploy?.restart_policy?.condition ?? ('any' as const),
      update: service.update,
      ...(service.updateSays ? { updateSays: service.updateSays } : {}),
      hasHealthcheck: scriptOf(service.definition).healthyAfterMs !== undefined || scriptOf(service.definition).unhealthyAfterMs !== undefined,
      tasks: service.tasks.map(({ timers: _timers, ...task }) => task),
    }))
    return { at: Date.now(), services }
  },

  logs: (world: World, { app, service, lines }: { app: App; service: string; lines: number }) => world.stacks.get(app.stack)?.services.get(service)?.logs.slice(-lines) ?? [],

  exec(world: World, { app, service, argv }: { app: App; service: string; argv: string[] }) {
    const found = runningService(world, app, service)
    const command = argv.join(' ')
    const answer = (scriptOf(found.definition).exec ?? []).find((one) => command.includes(one.match))
    if (answer?.hangs) return { exitCode: null, stdout: '', stderr: '', timedOut: true }
    for (const [path, text] of Object.entries(answer?.writes ?? {})) calls.writeFile(world, { app, service, path, bytes: Buffer.from(text).toString('base64') })
    return { exitCode: answer?.exitCode ?? 0, stdout: answer?.stdout ?? '', stderr: answer?.stderr ?? '', timedOut: false }
  },

  readFile(world: World, { app, service, path }: { app: App; service: string; path: string }): string {
    const place = fileAt(world, app, service, path)
    const bytes = place?.files.get(place.path)
    if (bytes === undefined) throw new Refusal('not-found', `Reading ${path} in ${service}: it is not there.`)
    return bytes
  },

  writeFile(world: World, { app, service, path, bytes }: { app: App; service: string; path: string; bytes: string }) {
    const place = fileAt(world, app, service, path)
    if (!place) throw new Refusal('not-found', `Writing ${path} in ${service}: it lies on no volume, and nothing else is kept here.`)
    place.files.set(place.path, bytes)
  },

  /** The scripted world runs no programs: it looks for no SQLite files, and a recipe's check ends as its name says. */
  runJob(_world: World, { argv }: { argv: string[] }) {
    const command = argv.join(' ')
    if (command.includes("command === 'find'")) return { exitCode: 0, stdout: 'cc-ci:[]\n', stderr: '', timedOut: false, ms: 0 }
    const exit = /exit-(\d+)/.exec(command)
    return { exitCode: exit ? Number(exit[1]) : 0, stdout: 'checked\n', stderr: '', timedOut: false, ms: 0 }
  },

  async removeServices(world: World, { app, services }: { app: App; services: string[] }) {
    const stack = world.stacks.get(app.stack)
    if (!stack) return
    await Promise.all(services.map((name) => dropService(world, stack, name, false)))
  },

  async remove(world: World, { app, data }: { app: App; data: 'doomed' | 'keep' }) {
    const stack = world.stacks.get(app.stack)
    if (stack) {
      await Promise.all([...stack.services.keys()].map((name) => dropService(world, stack, name, data === 'doomed')))
      // Whoever listens goes on listening: the name may be used again.
      if (stack.listeners.size === 0) world.stacks.delete(app.stack)
      tell(stack, { kind: 'removed', text: `${app.stack} removed` })
    }
    const drop = <T extends { run: string; stack?: string }>(map: Map<string, T>) => {
      for (const [name, entry] of map) if (entry.run === app.run) map.delete(name)
    }
    drop(world.networks)
    if (data === 'doomed') {
      drop(world.secrets)
      drop(world.volumes)
      drop(world.backups)
    }
  },

  inventory(world: World): Resource[] {
    const list = (kind: Resource['kind'], map: Map<string, { run: string; stack: string }>) => [...map].map(([name, entry]) => ({ kind, id: name, name, run: entry.run, stack: entry.stack }))
    return [
      ...[...world.stacks.values()].flatMap(({ app, services }) =>
        [...services].flatMap(([name, service]) => [
          { kind: 'service' as const, id: `${app.stack}_${name}`, name: `${app.stack}_${name}`, run: app.run, stack: app.stack },
          ...service.tasks.filter((task) => isAlive(task)).map((task) => ({ kind: 'task' as const, id: task.id, name: task.id, run: app.run, stack: app.stack })),
        ]),
      ),
      ...list('network', world.networks),
      ...list('volume', world.volumes),
      ...list('secret', world.secrets),
      ...[...world.backups].map(([name, entry]) => ({ kind: 'volume' as const, id: `backup ${name}`, name: `backup ${name}`, run: entry.run })),
    ]
  },

  usage: () => ({ memoryBytes: 1_000_000, diskBytes: 1_000_000 }),

  /** For `Backups`: a copy of paths of volumes, kept in the world. */
  save(world: World, { app, sources }: { app: App; sources: Array<{ volume: string; path: string }> }) {
    const entries = new Map<string, Map<string, string>>()
    let bytes = 0
    for (const { volume, path } of sources) {
      const files = world.volumes.get(`${app.stack}_${volume}`)?.files
      if (!files) throw new Refusal('not-found', `Backing up ${volume}: there is no such volume.`)
      const kept = entries.get(volume) ?? new Map<string, string>()
      for (const [name, content] of files) {
        if (path !== '.' && name !== path && !name.startsWith(`${path}/`)) continue
        kept.set(name, content)
        bytes += content.length
      }
      entries.set(volume, kept)
    }
    world.backups.set(app.stack, { run: app.run, entries })
    return { id: app.stack, bytes }
  },

  entries(world: World, { artefact }: { artefact: { id: string } }) {
    const backup = world.backups.get(artefact.id)
    if (!backup) throw new Refusal('not-found', `There is no backup ${artefact.id}.`)
    return [...backup.entries].flatMap(([volume, files]) => [...files].map(([path, content]) => ({ volume, path, kind: 'file', bytes: Buffer.from(content, 'base64').length })))
  },

  restore(world: World, { app, artefact, sources }: { app: App; artefact: { id: string }; sources: Array<{ volume: string; path: string }> }) {
    const backup = world.backups.get(artefact.id)
    if (!backup) throw new Refusal('not-found', `There is no backup ${artefact.id}.`)
    for (const { volume, path } of sources) {
      const files = world.volumes.get(`${app.stack}_${volume}`)?.files
      if (!files) throw new Refusal('not-found', `Restoring ${volume}: there is no such volume.`)
      const inside = (name: string) => path === '.' || name === path || name.startsWith(`${path}/`)
      for (const name of files.keys()) if (inside(name)) files.delete(name)
      for (const [name, content] of backup.entries.get(volume) ?? []) if (inside(name)) files.set(name, content)
    }
  },

  discard(world: World, { app }: { app: App }) {
    world.backups.delete(app.stack)
  },

  fault(world: World, fault: Fault) {
    world.faults.push({ ...fault })
  },

  host(world: World, host: World['host']) {
    world.host = host
  },

  counts: (world: World) => world.calls,
} satisfies Calls

/** What answers at a host name: the status and body of the first running service with a router for it. */
export function answerFor(world: World, host: string): { status: number; body: string } | undefined {
  for (const stack of world.stacks.values()) {
    for (const service of stack.services.values()) {
      const rules = Object.entries(service.definition.deploy?.labels ?? {}).filter(([key]) => /^traefik\.http\.routers\..+\.rule$/.test(key))
      if (!rules.some(([, rule]) => rule.includes(`\`${host}\``))) continue
      const task = service.tasks.find((one) => one.state === 'running')
      if (!task) return { status: 503, body: 'no available server\n' }
      const script = scriptOf(service.definition)
      return script.answer ?? { status: 200, body: `${script.version ?? service.definition.image}\n` }
    }
  }
  return undefined
}

function put(world: World, stack: StackState, name: string, definition: StackService): ServiceWorld {
  const template = createHash('sha256').update(JSON.stringify(sorted(definition))).digest('hex').slice(0, 16)
  const known = stack.services.get(name)
  if (!known) {
    const service: ServiceWorld = { definition, template, previous: undefined, update: 'none', updateSays: undefined, tasks: [], logs: [], exits: 0, timers: new Set() }
    stack.services.set(name, service)
    for (let n = 0; n < wantedTasks(service); n += 1) startTask(world, stack, name, service)
    return service
  }
  if (known.template === template) return known
  known.previous = { definition: known.definition, template: known.template }
  const old = known.tasks.filter((task) => isAlive(task))
  Object.assign(known, { definition, template, update: 'updating', updateSays: undefined, exits: 0 })
  let left = old.length
  const next = () => {
    left -= 1
    if (left > 0 || stack.services.get(name) !== known || known.template !== template) return
    for (let n = 0; n < wantedTasks(known); n += 1) startTask(world, stack, name, known)
  }
  // The old task stops by the old definition's manners.
  const manners: ServiceWorld = { ...known, definition: known.previous.definition }
  if (old.length === 0) {
    left = 1
    next()
  }
  for (const task of old) stopTask(world, stack, name, manners, task, next)
  return known
}

function dropService(world: World, stack: StackState, name: string, kill: boolean): Promise<void> {
  const service = stack.services.get(name)
  if (!service) return Promise.resolve()
  const alive = service.tasks.filter((task) => isAlive(task))
  for (const task of service.tasks) clear(task)
  const stopped = alive.map((task) => new Promise<void>((resolve) => stopTask(world, stack, name, service, task, resolve, { kill })))
  // No restart may bring it back meanwhile.
  service.template = ''
  return Promise.all(stopped).then(() => {
    stack.services.delete(name)
  })
}

function runningService(world: World, app: App, name: string): ServiceWorld {
  const service = world.stacks.get(app.stack)?.services.get(name)
  if (!service?.tasks.some((task) => task.state === 'running')) throw new Refusal('not-found', `No task of service ${name} is running.`)
  return service
}

function fileAt(world: World, app: App, name: string, path: string): { files: Map<string, string>; path: string } | undefined {
  const stack = world.stacks.get(app.stack)
  if (!stack) throw new Refusal('not-found', `There is no app ${app.stack}.`)
  const service = runningService(world, app, name)
  for (const volume of volumesOf(world, stack, service)) {
    const root = volume.target.endsWith('/') ? volume.target : `${volume.target}/`
    if (path.startsWith(root)) return { files: volume.files, path: path.slice(root.length) }
  }
  return undefined
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]))
}
