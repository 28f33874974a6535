import type { App, SpecId } from '../../../../domain/model/app.ts'
import type { EngineEvent, TaskState, UpdateState } from '../../../../domain/model/engine-state.ts'
import type { StackService } from '../../../../domain/model/stack.ts'
import type { Answer } from './answer.ts'
import type { Faults } from './faults.ts'

/** Everything there is in the scripted world. It lives in a process of its own and forgets nothing until it is told to. */
export interface World {
  stacks: Map<string, StackState>
  /** These four by engine name. */
  secrets: Map<string, Owned & { value: string }>
  configs: Map<string, Owned & { bytes: Buffer }>
  volumes: Map<string, VolumeState>
  networks: Map<string, Owned>
  /** By stack. */
  backups: Map<string, Owned & { entries: Map<string, Files> }>
  /** By app, newest first. */
  snapshots: Map<string, SnapshotState[]>
  /** Images that were pulled. */
  images: Set<string>
  /** Stack → images that stay for it. */
  kept: Map<string, string[]>
  /** What the disk of snapshots has left. */
  freeBytes: number
  /** Programs of ours that run beside an app, by id. */
  jobs: Map<string, Owned & { name: string; end(): void }>
  /** What programs of ours answer. */
  answers: Answer[]
  faults: Faults
  /** How often a task was started, by `<stack> <version>`; for tests that ask. */
  starts: Record<string, number>
  /** How often each call came, for tests that ask. */
  calls: Record<string, number>
  host: { takenPorts: number[]; takenRouters: string[] }
  /** Where the proxy listens. */
  port: number
  nextId: number
}

export interface Owned {
  run: string
  stack: string
}

/** By path below the volume's root. A folder is there as long as a file is below it. */
export type Files = Map<string, Buffer>

/** A copy of whole volumes. */
export interface SnapshotState {
  id: string
  at: number
  volumes: Map<string, Files>
  documents: Array<{ name: string; mode: number; bytes: string }>
  damaged: boolean
}

export interface VolumeState extends Owned {
  /** As compose has it; `scratch:NAME` for one that jobs asked for. */
  key: string
  files: Files
  /** As Docker's: mounted while a task has the volume, so that whoever looks at its folder besides sees an empty one. */
  mount?: string
}

export interface StackState {
  app: App
  services: Map<string, ServiceState>
  /** Tasks of services that are gone from the list and still on their way out. */
  leaving: Map<TaskWorld, ServiceState>
  listeners: Set<(event: EngineEvent) => void>
}

export interface ServiceState {
  stack: StackState
  name: string
  definition: StackService
  template: string
  /** Secrets and configs where the service sees them, by absolute path. */
  given: Files
  previous: { definition: StackService; template: string; given: Files } | undefined
  update: UpdateState
  updateSays: string | undefined
  tasks: TaskWorld[]
  /** Oldest first; each with what its task was made from. */
  logs: Array<{ template: SpecId; text: string }>
  /** How many tasks of this template have ended by themselves. */
  exits: number
}

export interface TaskWorld extends TaskState {
  /** What it was started from; the service may hold another one by now. */
  definition: StackService
  timers: Set<NodeJS.Timeout>
  stopping: 'no' | 'asked' | 'killed'
  onGone: Array<() => void>
}

export function emptyWorld(): World {
  return {
    stacks: new Map(), secrets: new Map(), configs: new Map(), volumes: new Map(), networks: new Map(), backups: new Map(), snapshots: new Map(), images: new Set(), kept: new Map(), freeBytes: 1e12, jobs: new Map(),
    answers: [], faults: { waiting: [], onHeld: new Set(), held: false, onRelease: new Set() }, starts: {}, calls: {}, host: { takenPorts: [], takenRouters: [] }, port: 0, nextId: 1,
  }
}

export function newId(world: World, kind: string): string {
  world.nextId += 1
  return `${kind}-${world.nextId}`
}

export function stackOf(world: World, app: App): StackState {
  const known = world.stacks.get(app.stack)
  if (known) return known
  const made: StackState = { app, services: new Map(), leaving: new Map(), listeners: new Set() }
  world.stacks.set(app.stack, made)
  return made
}

/** Whoever listens goes on listening: the name may be used again. */
export function forgetIfEmpty(world: World, stack: StackState): void {
  if (stack.services.size === 0 && stack.leaving.size === 0 && stack.listeners.size === 0 && world.stacks.get(stack.app.stack) === stack) world.stacks.delete(stack.app.stack)
}
