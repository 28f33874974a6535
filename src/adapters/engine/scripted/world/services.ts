import { createHash } from 'node:crypto'
import type { App } from '../../../../domain/model/app.ts'
import type { Deployment } from '../../../../domain/model/engine-state.ts'
import type { Stack, StackFileObject, StackService } from '../../../../domain/model/stack.ts'
import { Refusal } from './refusal.ts'
import { scriptOf } from './script.ts'
import { forgetIfEmpty, type Files, type ServiceState, stackOf, type StackState, type World } from './state.ts'
import { imageId, isAlive, isListed, scale, stopTask, tell, wantedTasks } from './tasks.ts'

/** A stack on its way in. `contents`: what stands in the files that it names, by name, in base64. */
export interface Deploy {
  app: App
  stack: Stack
  contents: Record<string, string>
}

/** Networks, volumes and configs first, then the services one after the other, as Docker does: what is refused late is half applied. */
export function deploy(world: World, given: Deploy): Deployment {
  const { app, stack } = given
  const refusal = Object.values(stack.services).map((service) => scriptOf(service).refuses).find((one) => one !== undefined)
  if (refusal && !refusal.half) throw new Refusal(refusal.kind, `The scripted engine does not take ${app.stack}.`, refusal.says)
  for (const [name, service] of Object.entries(stack.services)) refuseTakenPorts(world, app, name, service)
  const grants = Object.entries(stack.services).map(([name, service]) => ({ name, service, ...grantsOf(world, given, name, service) }))

  const state = stackOf(world, app)
  state.app = app
  const own = { run: app.run, stack: app.stack }
  for (const [key, network] of Object.entries(stack.networks)) if (!network.external) world.networks.set(network.name ?? `${app.stack}_${key}`, own)
  for (const [key, volume] of Object.entries(stack.volumes)) {
    const name = volume.name ?? `${app.stack}_${key}`
    if (!volume.external && !world.volumes.has(name)) world.volumes.set(name, { ...own, key, files: new Map(), ...(volume.driver_opts?.device ? { mount: volume.driver_opts.device } : {}) })
  }
  for (const { files } of grants) for (const [name, bytes] of files) putConfig(world, own, name, bytes)
  const at = Date.now()
  const services = grants.map(({ name, service: definition, identities, paths }) => {
    if (scriptOf(definition).refuses) throw new Refusal(refusal!.kind, `The scripted engine does not take the service ${name}.`, refusal!.says)
    const service = put(world, state, name, { definition, template: templateOf(definition, identities), given: paths })
    return { name, template: service.template, image: imageId(definition.image), wanted: wantedTasks(service) }
  })
  for (const { service } of grants) world.faults.waiting.push(...structuredClone(scriptOf(service).faults ?? []))
  return { at, services }
}

/** What a service is granted: what stands for it in the template, where the service sees it, and the configs to make. */
function grantsOf(world: World, { app, stack, contents }: Deploy, service: string, definition: StackService): { identities: string[]; paths: Files; files: Files } {
  const found = { identities: [] as string[], paths: new Map<string, Buffer>(), files: new Map<string, Buffer>() }
  for (const kind of ['secrets', 'configs'] as const) {
    for (const { source, target } of definition[kind] ?? []) {
      const object: StackFileObject = stack[kind][source] ?? {}
      const name = object.name ?? `${app.stack}_${source}`
      const known = kind === 'secrets' ? world.secrets.get(name)?.value : undefined
      const content = object.file === undefined ? undefined : contents[object.file]
      if (known === undefined && content === undefined) throw new Refusal('refused', `The engine refuses service ${service}.`, `${kind.slice(0, -1)} not found: ${name}`)
      const bytes = known === undefined ? Buffer.from(content!, 'base64') : Buffer.from(known)
      if (known === undefined) found.files.set(name, bytes)
      found.identities.push(`${kind} ${name}`)
      found.paths.set(insideOf(kind, target ?? source), bytes)
    }
  }
  return found
}

function insideOf(kind: 'secrets' | 'configs', target: string): string {
  if (target.startsWith('/')) return target
  return kind === 'secrets' ? `/run/secrets/${target}` : `/${target}`
}

function putConfig(world: World, own: { run: string; stack: string }, name: string, bytes: Buffer): void {
  const known = world.configs.get(name)
  if (known && !known.bytes.equals(bytes)) throw new Refusal('refused', `The engine refuses config ${name}.`, 'only updates to Labels are allowed')
  if (!known) world.configs.set(name, { ...own, bytes })
}

function refuseTakenPorts(world: World, app: App, name: string, service: StackService): void {
  for (const { published, protocol } of service.ports ?? []) {
    if (!published) continue
    const holder = world.host.takenPorts.includes(published) ? 'something else' : holderOf(world, app, published, protocol)
    if (holder) throw new Refusal('conflict', `The engine refuses service ${name}.`, `port '${published}' is already in use by service '${holder}'`)
  }
}

function holderOf(world: World, app: App, published: number, protocol: string): string | undefined {
  for (const stack of world.stacks.values()) {
    if (stack.app.stack === app.stack) continue
    for (const service of stack.services.values()) if (service.definition.ports?.some((port) => port.published === published && port.protocol === protocol)) return `${stack.app.stack}_${service.name}`
  }
  return undefined
}

/** As Swarm has it: how many, their labels, their ports and how they are exchanged make no new task; everything else does. */
function templateOf({ deploy: how, ports: _, ...rest }: StackService, identities: string[]): string {
  const parts = { ...rest, identities, restart: how?.restart_policy, placement: how?.placement, resources: how?.resources }
  return createHash('sha256').update(JSON.stringify(canonical(parts))).digest('hex').slice(0, 16)
}

function put(world: World, stack: StackState, name: string, wanted: Pick<ServiceState, 'definition' | 'template' | 'given'>): ServiceState {
  const known = stack.services.get(name)
  const service: ServiceState = known ?? { stack, name, ...wanted, previous: undefined, update: 'none', updateSays: undefined, tasks: [], logs: [], exits: 0 }
  stack.services.set(name, service)
  if (!known || known.template === wanted.template) {
    // A call that changes nothing is an update all the same: what was said of the one before is gone.
    if (known && known.update !== 'updating') Object.assign(known, { update: 'none', updateSays: undefined })
    service.definition = wanted.definition
    scale(world, service)
    return service
  }
  const { definition, template, given } = known
  Object.assign(known, wanted, { previous: { definition, template, given }, update: 'updating', updateSays: undefined, exits: 0 })
  void exchange(world, known)
  return known
}

/** Stop first: the new tasks start when the old ones are gone, unless the service was changed again or removed meanwhile. */
async function exchange(world: World, service: ServiceState): Promise<void> {
  const { template } = service
  await Promise.all(service.tasks.map((task) => stopTask(world, service, task)))
  if (isListed(service) && service.template === template) scale(world, service)
}

/** The service is off the list at once; its tasks are listed until they are gone, and that is when this resolves. */
export async function dropService(world: World, service: ServiceState, given: { kill: boolean }): Promise<void> {
  const { stack, name } = service
  stack.services.delete(name)
  await Promise.all(
    service.tasks.map(async (task) => {
      if (isAlive(task)) stack.leaving.set(task, service)
      await stopTask(world, service, task, given)
      stack.leaving.delete(task)
    }),
  )
}

export async function remove(world: World, { app, data }: { app: App; data: 'doomed' | 'keep' }): Promise<void> {
  const isOurs = (owned: { run: string; stack: string }) => owned.run === app.run || owned.stack === app.stack
  const stacks = [...world.stacks.values()].filter(({ app: { run, stack } }) => isOurs({ run, stack }))
  for (const job of world.jobs.values()) if (isOurs(job)) job.end()
  for (const stack of stacks) {
    const how = { kill: data === 'doomed' }
    const leaving = [...stack.leaving].map(([task, service]) => stopTask(world, service, task, how))
    await Promise.all([...leaving, ...[...stack.services.values()].map((service) => dropService(world, service, how))])
    tell(stack, { kind: 'removed', text: `${stack.app.stack} removed` })
    forgetIfEmpty(world, stack)
  }
  const doomed = data === 'doomed' ? [world.secrets, world.volumes, world.backups] : []
  for (const map of [world.networks, world.configs, world.jobs, ...doomed] as Array<Map<string, { run: string; stack: string }>>) {
    for (const [name, owned] of map) if (isOurs(owned)) map.delete(name)
  }
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]))
}
