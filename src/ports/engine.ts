import type { App, Digest, ServiceName, SpecId } from '../domain/model/app.ts'
import type { AppState, Deployment, EngineEvent, HostImage, HostRoute, Resource, VolumeFolder } from '../domain/model/engine-state.ts'
import type { ExecResult, Job, JobResult } from '../domain/model/job.ts'
import type { EngineKind } from '../domain/model/run.ts'
import type { Stack } from '../domain/model/stack.ts'
import type { PortErrorKind } from './port-error.ts'

export type { ExecResult, Job, JobResult } from '../domain/model/job.ts'

/**
 * Where apps run.
 *
 * Order of calls: `pull`, `createSecret`, `deploy` any number of times, then `remove`. `watch` may be open before, during and after.
 * At once: calls for different apps may overlap; calls for one app must not (callers hold the app's lock), except `watch`, `observe`,
 * `logs` and `usage`, which may run beside anything.
 * Safe to repeat: `deploy` of what already runs changes nothing and starts no task; `remove` of what is gone succeeds; `createSecret`
 * with the same name and value succeeds, with another value is a `conflict` (trap 66).
 * After a crash: `inventory` tells the truth; nothing is remembered between processes. Everything the engine makes for an app
 * carries the labels `cc-ci.run=<app.run>` and `cc-ci.state=<state id>`.
 *
 * Errors (PortError): `refused` (the engine will never accept this spec), `not-found` (image, container, file), `limited` (pull limit),
 * `conflict`, `unreachable`, `timeout`, `unsupported`, `unexpected`.
 */
export interface Engine {
  readonly kind: EngineKind
  facts(): Promise<EngineFacts>
  /** Fetches one image. `not-found`: the registry says it does not exist; `unreachable` and `limited` are the host's trouble. */
  pull(image: string, signal: AbortSignal): Promise<PulledImage>
  /**
   * From now on these images, from `pull`, are kept on the host for this app, also when it runs something else, their tags move on and the engine is
   * tidied up. `others`: what becomes of those that were kept for it before. `not-found` where one is not here.
   */
  keepImages(app: App, images: Record<string, Digest>, others: 'keep' | 'let go'): Promise<void>
  /** Every image on the host, ours or not. Empty where the engine has none. */
  images(): Promise<HostImage[]>
  /**
   * Takes these names of an image away, and with the last one the image. Safe to repeat: a name that is gone is gone. `conflict` where something uses it: then
   * nothing is taken away.
   */
  removeImage(names: string[]): Promise<void>
  createSecret(app: App, secret: { name: string; value: string }): Promise<void>
  /**
   * Hands the stack to the engine and returns once it is accepted, not once it runs: that is for `watch` and `observe` to say.
   * Services that left the stack keep running (as with abra, which never prunes); `removeServices` ends them.
   */
  deploy(app: App, given: DeployRequest): Promise<Deployment>
  /** What happens to the app, from now on, first `present`. A wake-up, not a truth: after each one call `observe`. Ends when `signal` aborts. */
  watch(app: App, signal: AbortSignal): AsyncIterable<EngineEvent>
  observe(app: App): Promise<AppState>
  /** The last lines that a service's tasks wrote, oldest first, both streams. `template`: only those of tasks that were made from it. */
  logs(app: App, service: ServiceName, given: { lines: number; template?: SpecId }): Promise<string[]>
  /**
   * Runs a command in the newest running task of a service. Never throws on an exit code. An abort ends it, and is no result whatever the command
   * says to it: `timeout`. Its own `timeoutMs` is one (`timedOut`), with what it wrote so far.
   */
  exec(app: App, service: ServiceName, request: ExecRequest): Promise<ExecResult>
  /** Files inside a running task, by absolute path in it (a volume's mount target included). `not-found` where absent. */
  readFile(app: App, service: ServiceName, path: string): Promise<Uint8Array>
  writeFile(app: App, service: ServiceName, path: string, bytes: Uint8Array): Promise<void>
  /**
   * Runs a program of ours to its end beside the app: backup, a recipe's own checks. Its resources carry the app's labels and are
   * gone when it returns, whatever happened. Never throws on an exit code. An abort ends it: `timeout`.
   */
  runJob(app: App, job: Job): Promise<JobResult>
  /** Ends services by name and waits until their tasks are gone; volumes stay. */
  removeServices(app: App, services: ServiceName[]): Promise<void>
  /**
   * Removes all of an app and returns once it is gone, as `inventory` would say. `doomed`: the data goes too, and nothing is asked to
   * stop nicely. `keep`: services get their stop signal and grace, volumes and secrets stay.
   */
  remove(app: App, given: { data: 'doomed' | 'keep'; takeOver?: boolean; signal?: AbortSignal }): Promise<void>
  /** The volumes that carry the app's stack, whoever made them; also while it is down. Whoever copies a folder looks at its `mount` first. */
  volumes(app: App): Promise<VolumeFolder[]>
  /** Takes these volumes of the app away, with what is in them. Nothing that has them may run any more; one that is gone is gone. */
  removeVolumes(app: App, names: string[]): Promise<void>
  /** Everything on the engine; ours carry `run`. */
  inventory(): Promise<Resource[]>
  /** Every host that an HTTP router leads to, of all apps on the engine, ours or not. */
  routes(): Promise<HostRoute[]>
  /** How to reach apps from here: the proxy's address, and the authority that signs its certificates. */
  reach(): Promise<Reach>
  /** Present memory and disk of an app; bytes. */
  usage(app: App): Promise<{ memoryBytes: number; diskBytes: number }>
  close(): Promise<void>
}

export interface EngineFacts {
  /** For people: `Docker Swarm, engine 20.10.24, client 28.5.2, 1 node`. */
  says: string
  engineVersion?: string
  /** Through which it fetches what it would fetch from Docker Hub. */
  registryMirrors?: string[]
  clientVersion?: string
  nodes: number
  /** False: virtual IPs do not balance here; services must say `endpoint_mode: dnsrr`. */
  virtualIps: boolean
  /** Published ports and router rules that are taken by what is not ours. */
  takenPorts: number[]
  takenRouters: string[]
}

export interface PulledImage {
  name: string
  digest: Digest
  ms: number
  /** It was not on this host before. */
  fetched: boolean
}

export interface DeployRequest {
  stack: Stack
  /** The recipe's checkout: where `file:` of configs and secrets, and local programs, are found. */
  folder: string
  /** By image reference as it stands in the stack; from `pull`. */
  digests: Record<string, Digest>
  /** The stack may be somebody else's: from now on it is ours. For an app that was deployed by hand and then adopted. */
  takeOver?: boolean
}

export interface ExecRequest {
  argv: [string, ...string[]]
  env?: Record<string, string>
  stdin?: Uint8Array
  timeoutMs: number
  signal?: AbortSignal
  user?: string
}

export interface Reach {
  /** `https` behind Traefik, `http` on local. */
  scheme: 'http' | 'https'
  address: string
  port: number
  /** PEM. */
  ca?: string
  /** The domain below which apps get theirs. */
  domain: string
}

/** Why there is no engine to work with: one sentence, and the kind of what it answered when it was asked about itself. */
export interface NoEngine {
  unavailable: string
  kind: PortErrorKind
}
