import type { App } from '../../../../domain/model/app.ts'
import type { EngineEvent, TaskState, UpdateState } from '../../../../domain/model/engine-state.ts'
import type { StackService } from '../../../../domain/model/stack.ts'

/** Everything there is in the scripted world. It lives in a process of its own and forgets nothing until it is told to. */
export interface World {
  stacks: Map<string, StackState>
  /** By engine name. */
  secrets: Map<string, { run: string; stack: string; value: string }>
  /** By engine name: path below the volume's root → content in base64. */
  volumes: Map<string, { run: string; stack: string; key: string; files: Map<string, string> }>
  networks: Map<string, { run: string; stack: string }>
  backups: Map<string, { run: string; entries: Map<string, Map<string, string>> }>
  faults: Fault[]
  /** How often each call came, for tests that ask. */
  calls: Record<string, number>
  host: { takenPorts: number[]; takenRouters: string[] }
  nextId: number
}

export interface StackState {
  app: App
  services: Map<string, ServiceWorld>
  listeners: Set<(event: EngineEvent) => void>
}

export interface ServiceWorld {
  definition: StackService
  template: string
  previous: { definition: StackService; template: string } | undefined
  update: UpdateState
  updateSays: string | undefined
  tasks: TaskWorld[]
  logs: string[]
  /** How many tasks of this template have ended by themselves. */
  exits: number
  timers: Set<NodeJS.Timeout>
}

export interface TaskWorld extends TaskState {
  timers: Set<NodeJS.Timeout>
}

/** Makes the next `times` calls of `method` fail, or hang for `delayMs` first. */
export interface Fault {
  method: string
  times: number
  kind?: 'refused' | 'unreachable' | 'timeout' | 'limited' | 'not-found' | 'unexpected' | 'conflict'
  says?: string
  delayMs?: number
}

export function emptyWorld(): World {
  return { stacks: new Map(), secrets: new Map(), volumes: new Map(), networks: new Map(), backups: new Map(), faults: [], calls: {}, host: { takenPorts: [], takenRouters: [] }, nextId: 1 }
}

export function newId(world: World, kind: string): string {
  world.nextId += 1
  return `${kind}-${world.nextId}`
}
