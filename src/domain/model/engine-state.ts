import type { Digest, ServiceName, SpecId, StackName } from './app.ts'

/**
 * What an engine says of one app at one instant, in words that fit every engine.
 * Swarm's names are kept where Swarm has the idea; the other engines speak them too.
 */
export interface AppState {
  /** ms UTC */
  at: number
  services: ServiceState[]
}

export interface ServiceState {
  name: ServiceName
  /** The template the engine now holds; a rollback by the engine changes it (trap 5). */
  template: SpecId
  /** How many tasks should run now; 0 for a service that was scaled to nothing on purpose (trap 10). */
  wanted: number
  /** `job`: runs to its end and is then done. */
  mode: 'replicated' | 'global' | 'job'
  restart: 'any' | 'on-failure' | 'none'
  update: UpdateState
  updateSays?: string
  hasHealthcheck: boolean
  /** The service's own labels (`deploy.labels`); they go back with the rest where the engine rolls back by itself. Absent: the engine has none. */
  labels?: Record<string, string>
  /** Newest first. Includes the finished ones that the engine still remembers. */
  tasks: TaskState[]
}

/** `none` right after a deploy means "not started" or "nothing to do", never success. */
export type UpdateState = 'none' | 'updating' | 'completed' | 'paused' | 'rollback-started' | 'rollback-paused' | 'rollback-completed'

export interface TaskState {
  id: string
  service: ServiceName
  /** The template this task was made from. */
  template: SpecId
  desired: 'running' | 'ended'
  state: TaskPhase
  /** ms UTC, when it entered `state`; some 100 ms off until the engine's manager has heard of it, too. */
  since: number
  exitCode?: number
  /** The engine's own words about what went wrong. */
  error?: string
  /** The adapter's reading of `error`, so that nobody else has to read a vendor's words. */
  because?: TaskTrouble
  container?: string
  /** The image that really runs, once there is a container. */
  image?: Digest
}

/**
 * `unhealthy`: its own health check failed and the engine ended it. `no-node`: the recipe's constraints fit no node.
 * `no-resources`: not enough memory, processor or a free host port. `no-address`: the network's pool is used up (trap 38).
 * `network-gone`: the engine lost a network, for a moment or for good (trap 65). `no-image`, `bad-mount`: it will never start.
 * `disk-full`: the engine's own disk (trap 39).
 */
export type TaskTrouble = 'unhealthy' | 'no-image' | 'bad-mount' | 'no-node' | 'no-resources' | 'no-address' | 'network-gone' | 'disk-full' | 'out-of-memory' | 'other'

/** `waiting`: not placed yet (new, pending). `starting`: placed, pulling, created, not healthy yet. `rejected`: the engine will never start it. */
export type TaskPhase = 'waiting' | 'starting' | 'running' | 'complete' | 'failed' | 'rejected' | 'stopped'

/** What a deploy asked for: the measure that {@link AppState} is held against. */
export interface Deployment {
  /** ms UTC, when the engine was called. */
  at: number
  services: DeployedService[]
}

export interface DeployedService {
  name: ServiceName
  template: SpecId
  /** Undefined where no image is involved (`local`: the program's hash stands here). */
  image?: Digest
  wanted: number
}

/** A host name for which the proxy is told to lead somewhere. */
export interface HostRoute {
  host: string
  stack: StackName
}

/** A volume of an app where its files lie. */
export interface VolumeFolder {
  /** The engine's name for it. */
  name: string
  /** The folder on the engine's machine. */
  path: string
  /** What is mounted there while a task has the volume, in the engine's words: `nfs :/export`. Where nothing runs the folder is empty, and the data lies elsewhere. */
  mount?: string
}

/** An image on the engine's host, whoever brought it. */
export interface HostImage {
  id: Digest
  /** `name:tag`, without those under which {@link keptFor} keeps it. */
  tags: string[]
  /** `name@sha256:…` */
  digests: string[]
  /** Layers that it shares with others included. */
  bytes: number
  /** Containers, running or not, and services that have it; for people. */
  usedBy: string[]
  /** Apps for which it is kept, of every cc-ci on the host. */
  keptFor: string[]
}

/** Something an engine makes for an app; what is recorded before it is made and verified to be gone after. */
export interface Resource {
  kind: ResourceKind
  /** The engine's id, or the name where the engine has no other. */
  id: string
  name: string
  /** From the label `cc-ci.run`, or the stack the thing belongs to; undefined: not ours. */
  run?: string
  stack?: string
}

export type ResourceKind = 'service' | 'task' | 'container' | 'network' | 'volume' | 'secret' | 'config' | 'process' | 'folder' | 'route'

/** Something that happened, for waking a waiter and for the evidence. Never the basis of a decision: that is {@link AppState}. */
export interface EngineEvent {
  /** ms UTC */
  at: number
  service?: ServiceName
  kind: 'present' | 'created' | 'started' | 'healthy' | 'unhealthy' | 'exited' | 'oom' | 'removed' | 'updated' | 'other'
  text: string
  exitCode?: number
}
