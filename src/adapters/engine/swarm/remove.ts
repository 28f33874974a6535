import type { App, ServiceName } from '../../../domain/model/app.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import type { ApiContainer, ApiFileObject, ApiNetwork, ApiService, ApiTask, ApiVolume } from './api.ts'
import { isForgotten } from './forgotten-tasks.ts'
import { DOCKER_SERVICE, DOCKER_STACK, isOurs, STACK, type Labels } from './labels.ts'
import type { Parts } from './parts.ts'

/** Beyond the longest stop grace: what the engine may take to take things apart. Measured: 0.6 s, 16 s where nothing is forced. */
const REMOVE_LIMIT_MS = 120_000
const DEFAULT_GRACE_MS = 10_000
const PACE_MS = { first: 20, most: 200 }

/**
 * Takes an app off the engine and returns once nothing of it is left.
 *
 * The order is what makes it quick and final (measured; see the facts of each line):
 *   services   first, or a container that goes gets a replacement
 *   containers at once by force where the data is doomed: the engine's own way waits seconds before it even sends TERM
 *   networks   once no container is left: deleted earlier, the node keeps a copy for 3 s and the next deploy of the name fails (trap 65)
 *   the rest   once no task is left: a task that was just starting may still make a container, with its volumes
 * Each round looks anew, and only empty lists end it (trap 19).
 *
 * `keep`: containers get their stop signal and their own grace, at the same moment as their services are deleted, so that nothing is
 * started in their place. Volumes and secrets stay; configs go, because the next deploy makes them from the recipe's files.
 *
 * `takeOver`: of a stack that somebody deployed by hand and that is ours to look after now; only ever with its data kept.
 */
export async function remove(parts: Parts, app: App, given: { data: 'doomed' | 'keep'; takeOver?: boolean; signal?: AbortSignal }): Promise<void> {
  const takeOver = given.takeOver === true && given.data === 'keep'
  if (!takeOver) await refuseForeignStack(parts, app)
  await untilGone(parts, {
    what: `removing ${app.stack}`,
    find: () => findApp(parts, app, { data: given.data, takeOver }),
    gently: given.data === 'keep',
    signal: given.signal,
  })
}

/** Ends services that left the stack, with everything of theirs but the volumes. */
export async function removeServices(parts: Parts, app: App, services: ServiceName[]): Promise<void> {
  const names = new Set(services.map((service) => `${app.stack}_${service}`))
  const ids = new Set<string>()
  await untilGone(parts, {
    what: `removing ${services.join(', ')} of ${app.stack}`,
    gently: true,
    find: async () => {
      const label = `${DOCKER_STACK}=${app.stack}`
      const tasks = await parts.lists.tasks({ label })
      const containers = await parts.lists.containers({ label })
      const all = await parts.lists.services({ label })
      const own = all.filter(({ Spec }) => names.has(Spec.Name) && isOurs(Spec.Labels, parts.stateId))
      for (const { ID } of own) ids.add(ID)
      const orphaned = (task: ApiTask) => !all.some(({ ID }) => ID === task.ServiceID)
      return {
        ...NOTHING,
        services: own,
        tasks: tasks.filter((task) => (ids.has(task.ServiceID) || orphaned(task)) && !isForgotten(task, all, parts.clock.now())),
        containers: containers.filter(({ Labels }) => names.has(Labels?.[DOCKER_SERVICE] ?? '') && isOurs(Labels, parts.stateId)),
      }
    },
  })
}

/** Only ours: a volume that somebody else labelled with the stack's name is somebody else's. */
export async function removeVolumes(parts: Parts, app: App, names: readonly string[]): Promise<void> {
  const doomed = new Set(names)
  await untilGone(parts, {
    what: `removing volumes of ${app.stack}`,
    gently: false,
    find: async () => ({ ...NOTHING, volumes: (await parts.lists.volumes({ label: `${DOCKER_STACK}=${app.stack}` })).filter(({ Name, Labels }) => doomed.has(Name) && isOurs(Labels, parts.stateId)) }),
  })
}

interface Found {
  services: ApiService[]
  tasks: ApiTask[]
  containers: ApiContainer[]
  networks: ApiNetwork[]
  volumes: ApiVolume[]
  secrets: ApiFileObject[]
  configs: ApiFileObject[]
}

const NOTHING: Found = { services: [], tasks: [], containers: [], networks: [], volumes: [], secrets: [], configs: [] }

/** Tasks before containers: a task that is gone makes no container any more, so that both lists empty means: none will come. */
async function findApp(parts: Parts, app: App, { data, takeOver }: { data: 'doomed' | 'keep'; takeOver: boolean }): Promise<Found> {
  const { lists, stateId } = parts
  const stack = { label: `${DOCKER_STACK}=${app.stack}` }
  const beside = { label: `${STACK}=${app.stack}` }
  const both = async <T>(list: (having: { label: string }) => Promise<T[]>, labelsOf: (item: T) => Labels | null | undefined): Promise<T[]> =>
    (await Promise.all([list(stack), list(beside)])).flat().filter((item) => takeOver || isOurs(labelsOf(item), stateId))
  const services = await both(lists.services, ({ Spec }) => Spec.Labels)
  const tasks = (await both(lists.tasks, ({ Spec }) => Spec.ContainerSpec?.Labels)).filter((task) => !isForgotten(task, services, parts.clock.now()))
  const containers = await both(lists.containers, ({ Labels }) => Labels)
  const networks = await both(lists.networks, ({ Labels }) => Labels)
  const gone = { services, tasks, containers, networks }
  if (data === 'keep') return { ...NOTHING, ...gone, configs: await both(lists.configs, ({ Spec }) => Spec.Labels) }
  const [volumes, secrets, configs] = await Promise.all([
    both(lists.volumes, ({ Labels }) => Labels),
    both(lists.secrets, ({ Spec }) => Spec.Labels),
    both(lists.configs, ({ Spec }) => Spec.Labels),
  ])
  return { ...gone, volumes, secrets, configs }
}

async function untilGone(parts: Parts, given: { what: string; find: () => Promise<Found>; gently: boolean; signal?: AbortSignal }): Promise<void> {
  const from = parts.clock.monotonic()
  const refusals = new Map<string, string>()
  let limitMs = REMOVE_LIMIT_MS
  for (let pace = PACE_MS.first; ; pace = Math.min(pace * 1.5, PACE_MS.most)) {
    const left = await given.find()
    if (Object.values(left).every((list) => list.length === 0)) return
    if (given.gently) limitMs = Math.max(limitMs, REMOVE_LIMIT_MS + longestGrace(left.services))
    if (given.signal?.aborted || parts.clock.monotonic() - from > limitMs) throw stillThere(given.what, left, refusals, given.signal?.aborted ? 'given up' : `${limitMs} ms have passed`)
    await takeApart(parts, left, given, refusals)
    await parts.clock.pause(pace, given.signal)
  }
}

/** One round. What cannot go yet is refused by the engine and tried in the next round; the last refusal is kept for the message. */
async function takeApart(parts: Parts, left: Found, { find, gently }: { find: () => Promise<Found>; gently: boolean }, refusals: Map<string, string>): Promise<void> {
  const attempt = async (kind: string, name: string, request: { method: 'POST' | 'DELETE'; path: string; query?: Record<string, unknown>; timeoutMs?: number }) => {
    try {
      await parts.connection.call({ to: `removing ${kind} ${name}`, ...request })
      refusals.delete(`${kind} ${name}`)
    } catch (error) {
      // An engine that is busy says so as an error too; one that is gone ends the next look.
      if (!isPortError(error)) throw error
      if (error.kind !== 'not-found') refusals.set(`${kind} ${name}`, error.says)
    }
  }
  const all = async <T>(list: T[], remove: (item: T) => Promise<void>) => void (await Promise.all(list.map(remove)))

  const graces = new Map(left.services.map((service) => [service.Spec.Name, graceOf(service)]))
  const running = gently ? left.containers.filter(({ State }) => State === 'running' || State === 'restarting' || State === 'paused') : []
  const stopping = all(running, ({ Id, Labels }) => {
    const graceMs = graces.get(Labels?.[DOCKER_SERVICE] ?? '') ?? DEFAULT_GRACE_MS
    return attempt('container', Id.slice(0, 12), { method: 'POST', path: `/containers/${Id}/stop`, query: { t: Math.ceil(graceMs / 1000) }, timeoutMs: graceMs + 60_000 })
  })
  await all(left.services, ({ ID, Spec }) => attempt('service', Spec.Name, { method: 'DELETE', path: `/services/${ID}` }))
  await stopping
  await all(left.containers, ({ Id }) => attempt('container', Id.slice(0, 12), { method: 'DELETE', path: `/containers/${Id}`, query: { force: true, v: true } }))

  const now = await find()
  if (now.services.length > 0 || now.containers.length > 0) return
  await all(now.networks, ({ Id, Name }) => attempt('network', Name, { method: 'DELETE', path: `/networks/${Id}` }))
  if (now.tasks.length > 0) return
  await all(now.volumes, ({ Name }) => attempt('volume', Name, { method: 'DELETE', path: `/volumes/${Name}` }))
  await all(now.secrets, ({ ID, Spec }) => attempt('secret', Spec.Name, { method: 'DELETE', path: `/secrets/${ID}` }))
  await all(now.configs, ({ ID, Spec }) => attempt('config', Spec.Name, { method: 'DELETE', path: `/configs/${ID}` }))
}

function graceOf(service: ApiService): number {
  const nanoseconds = service.Spec.TaskTemplate.ContainerSpec?.StopGracePeriod
  return nanoseconds === undefined ? DEFAULT_GRACE_MS : nanoseconds / 1e6
}

function longestGrace(services: ApiService[]): number {
  return Math.max(0, ...services.map(graceOf))
}

function stillThere(what: string, left: Found, refusals: Map<string, string>, why: string): PortError {
  const names = [
    ...left.services.map(({ Spec }) => `service ${Spec.Name}`),
    ...left.tasks.map(({ ID, Status }) => `task ${ID} (${Status.State})`),
    ...left.containers.map(({ Id, State }) => `container ${Id.slice(0, 12)} (${State})`),
    ...left.networks.map(({ Name }) => `network ${Name}`),
    ...left.volumes.map(({ Name }) => `volume ${Name}`),
    ...left.secrets.map(({ Spec }) => `secret ${Spec.Name}`),
    ...left.configs.map(({ Spec }) => `config ${Spec.Name}`),
  ]
  const says = [...refusals].map(([name, words]) => `${name}: ${words}`).join('; ')
  return new PortError('timeout', `${what}: ${why} and still there: ${names.join(', ')}${says ? `; the engine says: ${says}` : ''}`, { says })
}

async function refuseForeignStack(parts: Parts, app: App): Promise<void> {
  const services = await parts.lists.services({ label: `${DOCKER_STACK}=${app.stack}` })
  const foreign = services.filter(({ Spec }) => !isOurs(Spec.Labels, parts.stateId)).map(({ Spec }) => Spec.Name)
  if (foreign.length === 0) return
  throw new PortError('conflict', `removing ${app.stack}: the engine runs services of this stack that are not ours (${foreign.join(', ')}); nothing was touched`)
}
