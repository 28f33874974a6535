import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { StackName } from '../../../domain/model/app.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Engine } from '../../../ports/engine.ts'
import type { Processes } from '../../../ports/process.ts'
import { deploy } from './deploy.ts'
import { eventBus } from './events.ts'
import { exec } from './exec.ts'
import { inventory, volumesOf } from './inventory.ts'
import { runJob } from './job.ts'
import { placesOf, plainName } from './layout.ts'
import { portPool } from './ports.ts'
import { processTable } from './process-table.ts'
import { remove, removeServices, removeVolumes } from './remove.ts'
import { hostRoutes, portsFor } from './route-table.ts'
import { openRouter } from './router.ts'
import type { EngineParts, RunningApp } from './running-app.ts'
import { createSecret } from './secrets.ts'
import { readFile, writeFile } from './task-files.ts'
import { lastLines } from './task-log.ts'
import { usage } from './usage.ts'

/**
 * Apps as child processes of this process, folders as volumes, and a router by host name: no root, no Docker. A recipe runs here when it
 * says which program each service is (docs/recipe/local.md).
 *
 * The engine is embedded: it ends with its process. `close` ends the programs of all apps and leaves their data; what a process that was
 * killed left running is found by `inventory` and ended by `remove` or the next `deploy`, from any process with the same `folder` and `stateId`.
 * Unlike Swarm it never goes back to an older version by itself, whatever `failure_action` says.
 */
export function localEngine(given: {
  /** Everything of this engine lies below it; made when absent. */
  folder: string
  processes: Processes
  clock: Clock
  /** Tells our processes from those of another installation. */
  stateId: string
  /** Apps get their domains below it. */
  domain: string
  /** What `node` means in a recipe. Default: the Node.js that runs us. */
  nodePath?: string
}): Engine {
  const apps = new Map<StackName, RunningApp>()
  const parts: EngineParts = {
    ...given,
    nodePath: given.nodePath ?? process.execPath,
    table: processTable(given.processes),
    events: eventBus(given.clock),
    router: openRouter((host, path) => portsFor(apps.values(), host, path)),
    ports: portPool(),
    apps,
  }
  return {
    kind: 'local',
    async facts() {
      return { says: `child processes of this machine, Node.js ${process.versions.node}`, engineVersion: process.versions.node, nodes: 1, virtualIps: true, takenPorts: [], takenRouters: [] }
    },
    async pull(image) {
      // Nothing is fetched: the programs are the recipe's own files.
      return { name: image, digest: `sha256:${hash('sha256', image)}`, ms: 0, fetched: false }
    },
    // They are programs of the recipe, which lie in its checkout.
    keepImages: async () => {},
    images: async () => [],
    removeImage: async () => {},
    createSecret: (app, secret) => createSecret(parts, app, secret),
    deploy: (app, request) => deploy(parts, app, request),
    watch: (app, signal) => parts.events.watch(app, signal),
    async observe({ stack }) {
      return { at: parts.clock.now(), services: [...(apps.get(stack)?.services.values() ?? [])].map((service) => service.state()) }
    },
    async logs({ stack }, service, { lines, template }) {
      const made = template === undefined ? undefined : (apps.get(stack)?.services.get(service)?.state().tasks ?? []).filter((task) => task.template === template).map(({ id }) => id)
      return lastLines(join(placesOf(parts.folder, stack).logs, plainName(service, 'service')), lines, made)
    },
    exec: (app, service, request) => exec(parts, app, service, request),
    readFile: (app, service, path) => readFile(parts, app, service, path),
    writeFile: (app, service, path, bytes) => writeFile(parts, app, service, path, bytes),
    runJob: (app, job) => runJob(parts, app, job),
    removeServices: (app, services) => removeServices(parts, app, services),
    remove: (app, how) => remove(parts, app, how),
    inventory: () => inventory(parts),
    volumes: ({ stack }) => volumesOf(parts, stack),
    removeVolumes: (app, names) => removeVolumes(parts, app, names),
    async routes() {
      return hostRoutes(apps)
    },
    async reach() {
      return { scheme: 'http', address: '127.0.0.1', port: await parts.router.port(), domain: parts.domain }
    },
    usage: (app) => usage(parts, app),
    async close() {
      await Promise.all([...apps.values()].map((app) => app.stopAll('ask')))
      apps.clear()
      await parts.router.close()
    },
  }
}
