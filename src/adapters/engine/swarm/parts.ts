import type { Clock } from '../../../ports/clock.ts'
import type { Reach } from '../../../ports/engine.ts'
import type { Processes } from '../../../ports/process.ts'
import type { Lists } from './api.ts'
import type { Connection } from './connection.ts'
import type { Deaths } from './deaths.ts'
import type { HowItEnded } from './ended-containers.ts'
import type { ImageIds } from './image-ids.ts'

/** What the files of this folder share; made once in `engine.ts`. */
export interface Parts {
  connection: Connection
  lists: Lists
  clock: Clock
  processes: Processes
  images: ImageIds
  /** Written by `watch`. */
  deaths: Deaths
  howItEnded: (container: string) => Promise<HowItEnded | undefined>
  stateId: string
  /** `unix:///path` or `tcp://host:port`. */
  dockerHost: string
  /** The Docker command line. */
  clientPath: string
  /** A folder of ours for what the client reads; each call gets a private one in it. */
  configFolder: string
  reach: Reach
  proxyNetwork: string
  registries: RegistryLogin[]
  /** Has `sleep`; used where a job needs a neighbour on a network. Default: the job's own image. */
  jobsImage?: string
}

export interface RegistryLogin {
  /** `docker.io`, `registry.example:5000`. */
  host: string
  username: string
  password: string
}
