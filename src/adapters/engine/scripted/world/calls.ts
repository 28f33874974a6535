import type { App, SpecId } from '../../../../domain/model/app.ts'
import type { AppState, HostImage, Resource } from '../../../../domain/model/engine-state.ts'
import type { Job } from '../../../../domain/model/job.ts'
import type { Answer } from './answer.ts'
import { discard, entries, restore, save } from './backups.ts'
import { type Fault, release, untilHeld } from './faults.ts'
import { routesIn } from './front.ts'
import { type Caller, exec, type ExecArgs, runJob } from './programs.ts'
import { Refusal } from './refusal.ts'
import { hasHealthcheck } from './script.ts'
import { deploy, dropService, remove } from './services.ts'
import { damageSnapshots, snapshotDifferences, snapshotDocuments, snapshotDrop, snapshotList, snapshotRestore, snapshotSpace, snapshotTake, snapshotVerify } from './snapshots.ts'
import type { Owned, ServiceState, World } from './state.ts'
import { imageId, isAlive, wantedTasks } from './tasks.ts'
import { mountsOf, readAt, writeAt } from './volumes.ts'

/** Memory of one task; bytes. */
const TASK_MEMORY = 2 * 1024 * 1024
const IMAGE_BYTES = 100 * 1024 * 1024

type Calls = { [name: string]: (world: World, args: never, caller: Caller) => unknown }
interface InService {
  app: App
  service: string
}

/** Everything that can be asked of the world: one function a call, plain values in and out. */
export const calls = {
  facts: (world: World) => ({ says: 'the scripted world, 1 node', nodes: 1, virtualIps: true, ...world.host }),

  pull(world: World, { image }: { image: string }) {
    if (image.includes('never-published')) throw new Refusal('not-found', `Pulling ${image}: the registry says that it does not exist.`, 'manifest unknown')
    const fetched = !world.images.has(image)
    world.images.add(image)
    return { name: image, digest: imageId(image), ms: 0, fetched }
  },

  images: (world: World): HostImage[] => [...world.images].map((image) => ({ id: imageId(image), tags: [image], digests: [`${image.replace(/:[^:/]*$/, '')}@${imageId(image)}`], bytes: IMAGE_BYTES, usedBy: usersOf(world, image), keptFor: [...world.kept].filter(([, images]) => images.includes(image)).map(([stack]) => stack) })),

  removeImage(world: World, { names }: { names: string[] }) {
    for (const image of names) {
      const users = usersOf(world, image)
      if (users.length > 0) throw new Refusal('conflict', `Removing ${image}: ${users.join(', ')} has it.`)
      world.images.delete(image)
    }
  },

  createSecret(world: World, { app, name, value }: { app: App; name: string; value: string }) {
    const known = world.secrets.get(name)
    if (known && known.value !== value) throw new Refusal('conflict', `There is a secret ${name} already, with another value.`)
    if (!known) world.secrets.set(name, { run: app.run, stack: app.stack, value })
  },

  deploy,

  keepImages(world: World, { app, images, others }: { app: App; images: Record<string, string>; others: 'keep' | 'let go' }) {
    const before = others === 'keep' ? (world.kept.get(app.stack) ?? []) : []
    world.kept.set(app.stack, [...new Set([...before, ...Object.keys(images)])])
  },

  observe(world: World, { app }: { app: App }): AppState {
    const services = [...(world.stacks.get(app.stack)?.services.values() ?? [])].map((service) => ({
      name: service.name,
      template: service.template,
      wanted: wantedTasks(service),
      mode: service.definition.deploy?.mode?.endsWith('job') ? ('job' as const) : ('replicated' as const),
      restart: service.definition.deploy?.restart_policy?.condition ?? ('any' as const),
      update: service.update,
      ...(service.updateSays ? { updateSays: service.updateSays } : {}),
      hasHealthcheck: hasHealthcheck(service.definition),
      labels: service.definition.deploy?.labels ?? {},
      tasks: service.tasks.map(({ definition: _d, timers: _t, stopping: _s, onGone: _o, ...task }) => task),
    }))
    return { at: Date.now(), services }
  },

  logs(world: World, { app, service, lines, template }: InService & { lines: number; template?: SpecId }) {
    const written = world.stacks.get(app.stack)?.services.get(service)?.logs ?? []
    return written.filter((line) => template === undefined || line.template === template).map(({ text }) => text).slice(-lines)
  },

  exec: (world: World, { app, service, ...args }: InService & ExecArgs, caller: Caller) => exec(world, runningService(world, app, service), args, caller),

  readFile(world: World, { app, service, path }: InService & { path: string }): string {
    const found = runningService(world, app, service)
    return readAt(mountsOf(world, found), found.given, path).toString('base64')
  },

  writeFile(world: World, { app, service, path, bytes }: InService & { path: string; bytes: string }) {
    writeAt(mountsOf(world, runningService(world, app, service)), path, Buffer.from(bytes, 'base64'))
  },

  runJob: (world: World, args: { app: App; id: string; job: Job }, caller: Caller) => runJob(world, { ...args, connect: `127.0.0.1:${world.port}` }, caller),

  endJob(world: World, { id }: { id: string }) {
    world.jobs.get(id)?.end()
    world.jobs.delete(id)
  },

  async removeServices(world: World, { app, services }: { app: App; services: string[] }) {
    const stack = world.stacks.get(app.stack)
    const found = services.flatMap((name) => stack?.services.get(name) ?? [])
    await Promise.all(found.map((service) => dropService(world, service, { kill: false })))
  },

  remove,

  inventory(world: World): Resource[] {
    const list = (kind: Resource['kind'], map: Map<string, Owned & { name?: string }>) => [...map].map(([id, owned]) => ({ kind, id, name: owned.name ?? id, run: owned.run, stack: owned.stack }))
    const ofStacks = [...world.stacks.values()].flatMap(({ app, services, leaving }) => {
      const own = { run: app.run, stack: app.stack }
      const tasks = [...leaving.keys(), ...[...services.values()].flatMap((service) => service.tasks.filter((task) => isAlive(task)))]
      return [
        ...[...services.keys()].map((name) => ({ kind: 'service' as const, id: `${app.stack}_${name}`, name: `${app.stack}_${name}`, ...own })),
        ...tasks.map((task) => ({ kind: 'task' as const, id: task.id, name: `${app.stack}_${task.service}.${task.id}`, ...own })),
      ]
    })
    return [
      ...ofStacks, ...list('container', world.jobs), ...list('network', world.networks), ...list('volume', world.volumes), ...list('secret', world.secrets), ...list('config', world.configs),
      ...[...world.backups].map(([id, { run, stack }]) => ({ kind: 'folder' as const, id, name: `backup of ${id}`, run, stack })),
    ]
  },

  /** No folder of this machine: the snapshots of this world know what is meant. */
  volumes: (world: World, { app }: { app: App }) => [...world.volumes].filter(([, { stack }]) => stack === app.stack).map(([name, { mount }]) => ({ name, path: `scripted:${name}`, ...(mount === undefined ? {} : { mount }) })),

  removeVolumes(world: World, { app, names }: { app: App; names: string[] }) {
    for (const name of names) if (world.volumes.get(name)?.stack === app.stack) world.volumes.delete(name)
  },

  routes: (world: World) => routesIn(world),

  reach: (world: World) => ({ scheme: 'http', address: '127.0.0.1', port: world.port, domain: 'ci.scripted' }),

  usage(world: World, { app }: { app: App }) {
    const tasks = [...(world.stacks.get(app.stack)?.services.values() ?? [])].flatMap((service) => service.tasks.filter((task) => isAlive(task)))
    const files = [...world.volumes.values()].filter(({ stack }) => stack === app.stack).flatMap((volume) => [...volume.files.values()])
    return { memoryBytes: tasks.length * TASK_MEMORY, diskBytes: files.reduce((sum, { length }) => sum + length, 0) }
  },

  save,
  entries,
  restore,
  discard,

  snapshotSpace,
  snapshotTake,
  snapshotVerify,
  snapshotList,
  snapshotDocuments,
  snapshotRestore,
  snapshotDifferences,
  snapshotDrop,

  // Below: for tests, which tell the world what to do and ask what was done.
  fault(world: World, fault: Fault) {
    world.faults.waiting.push(fault)
  },

  /** Resolves when a call is held by a fault that `holds`. */
  held: (world: World) => untilHeld(world.faults),

  release(world: World) {
    release(world.faults)
  },

  damageSnapshots,

  /** What stands in a volume's files, as text, by path. */
  files: (world: World, { volume }: { volume: string }) => Object.fromEntries([...(world.volumes.get(volume)?.files ?? [])].map(([path, bytes]) => [path, bytes.toString()])),
  /** Somebody fills a volume by hand: what stands in it from now on. */
  fill: (world: World, { volume, files }: { volume: string; files: Record<string, string> }) => {
    world.volumes.get(volume)!.files = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))
  },

  host(world: World, host: World['host']) {
    world.host = host
  },

  answers(world: World, answers: Answer[]) {
    world.answers = answers
  },

  counts: (world: World) => world.calls,

  starts: (world: World) => world.starts,

  /** The images that are kept for a stack. */
  kept: (world: World, { stack }: { stack: string }) => world.kept.get(stack) ?? [],

  freeBytes(world: World, { bytes }: { bytes: number }) {
    world.freeBytes = bytes
  },
} satisfies Calls

/** Services that were made from it. */
function usersOf(world: World, image: string): string[] {
  return [...world.stacks.values()].flatMap(({ app, services }) => [...services.values()].filter(({ definition }) => definition.image === image).map(({ name }) => `${app.stack}_${name}`))
}

function runningService(world: World, app: App, name: string): ServiceState {
  const service = world.stacks.get(app.stack)?.services.get(name)
  if (!service?.tasks.some((task) => task.state === 'running')) throw new Refusal('not-found', `No task of service ${name} is running.`)
  return service
}
