import type { AttachedService } from '../../../domain/model/network.ts'
import type { OpenMove } from '../../../domain/model/network-move.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Engine } from '../../../ports/engine.ts'
import type { Locks } from '../../../ports/lock.ts'
import type { Probes } from '../../../ports/probe.ts'
import type { Random } from '../../../ports/random.ts'
import type { RunRecords } from '../../../ports/run-records.ts'
import type { NetworkPorts } from '../make.ts'

/** What a move needs of the outside; made once by the wiring. */
export interface MovePorts extends NetworkPorts {
  engine: Engine
  probes: Probes
  records: RunRecords
  locks: Locks
  clock: Clock
  random: Random
}

/** All that the steps of one move share. */
export interface MoveContext {
  ports: MovePorts
  /** Of the direction in which it goes now. */
  signal: AbortSignal
  say(text: string): void
}

/** Under these names steps tell what they found. */
export const SEE = 'see what is attached and which routes answer'

export function servicesIn({ done }: OpenMove): AttachedService[] {
  return (done[SEE]?.services as AttachedService[] | undefined) ?? []
}

export function routesIn({ done }: OpenMove): string[] {
  return (done[SEE]?.routes as string[] | undefined) ?? []
}

/** Held for as long as a network is moved; the kernel ends it with the process. */
export function moveLock(network: string): string {
  return `network:${network}`
}
