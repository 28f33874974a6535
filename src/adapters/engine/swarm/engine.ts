import type { Clock } from '../../../ports/clock.ts'
import type { Engine, Reach } from '../../../ports/engine.ts'
import type { Processes } from '../../../ports/process.ts'
import { listsOf } from './api.ts'
import { readFile, writeFile } from './archive.ts'
import { connect } from './connection.ts'
import { deaths } from './deaths.ts'
import { deploy } from './deploy.ts'
import { endedContainers } from './ended-containers.ts'
import { exec } from './exec.ts'
import { facts } from './facts.ts'
import { hostImages, removeImage } from './host-images.ts'
import { imageIds } from './image-ids.ts'
import { inventory, volumesOf } from './inventory.ts'
import { runJob } from './job.ts'
import { keepImages } from './kept-images.ts'
import { logs } from './logs.ts'
import { observe } from './observe.ts'
import type { Parts, RegistryLogin } from './parts.ts'
import { pull } from './pull.ts'
import { remove, removeServices, removeVolumes } from './remove.ts'
import { routes } from './routes.ts'
import { createSecret } from './secret.ts'
import { usageOf } from './usage.ts'
import { watch } from './watch.ts'

/**
 * Docker Swarm. Deploys with Docker's own command line, because that is what people deploy with; sees and does everything else through
 * the engine's API. Nothing is remembered between processes: labels on the engine say what is ours.
 */
export function swarmEngine(given: {
  /** `unix:///path` or `tcp://host:port`. */
  dockerHost: string
  /** The Docker command line: a path, or a name on PATH. 20.10 and 28 are tested. */
  clientPath: string
  processes: Processes
  clock: Clock
  /** Tells our resources from those of another cc-ci on the same engine. */
  stateId: string
  /** A folder of ours; what the client reads stands in private folders in it while it runs. */
  configFolder: string
  reach: Reach
  /** The overlay that the proxy and the apps share. */
  proxyNetwork: string
  registries: RegistryLogin[]
  /** An image with `sleep`, for jobs that need the proxy where its network is not attachable. Default: the job's own. */
  jobsImage?: string
}): Engine {
  const connection = connect(given)
  const parts: Parts = { ...given, connection, lists: listsOf(connection), images: imageIds(connection), deaths: deaths(), howItEnded: endedContainers(connection) }
  const { usage } = usageOf(parts)
  return {
    kind: 'swarm',
    facts: () => facts(parts),
    pull: (image, signal) => pull(parts, image, signal),
    keepImages: (app, images, others) => keepImages(parts, app, images, others),
    images: () => hostImages(parts),
    removeImage: (names) => removeImage(parts, names),
    createSecret: (app, secret) => createSecret(parts, app, secret),
    deploy: (app, request) => deploy(parts, app, request),
    watch: (app, signal) => watch(parts, app, signal),
    observe: (app) => observe(parts, app),
    logs: (app, service, request) => logs(parts, app, service, request),
    exec: (app, service, request) => exec(parts, app, service, request),
    readFile: (app, service, path) => readFile(parts, app, service, path),
    writeFile: (app, service, path, bytes) => writeFile(parts, app, service, path, bytes),
    runJob: (app, job) => runJob(parts, app, job),
    removeServices: (app, services) => removeServices(parts, app, services),
    remove: (app, how) => remove(parts, app, how),
    inventory: () => inventory(parts),
    volumes: (app) => volumesOf(parts, app),
    removeVolumes: (app, names) => removeVolumes(parts, app, names),
    routes: () => routes(parts),
    reach: async () => given.reach,
    usage,
    close: async () => connection.close(),
  }
}
