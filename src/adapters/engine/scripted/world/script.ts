import type { StackService } from '../../../../domain/model/stack.ts'
import type { Answer } from './answer.ts'
import type { Fault } from './faults.ts'

/**
 * What a service does in the scripted world: its key `x-scripted`. Everything is optional; an empty script starts, is healthy
 * and answers 200 for ever. Times are ms.
 */
export interface Script {
  /** What `GET /` answers, followed by a line end. Default: the image. */
  version?: string
  answer?: { status: number; body: string }
  /** It is the proxy: without it no host is led anywhere. `routes-nothing`: it answers for itself alone (trap 62). */
  proxies?: 'well' | 'routes-nothing'
  /** From created to started. Default 5. */
  startMs?: number
  /** It has a health check (so has whatever says `healthcheck` in compose), and is healthy so long after its start. Default 20. */
  healthyAfterMs?: number
  /** The health check fails; the engine ends the task after this. */
  unhealthyAfterMs?: number
  /** An absolute path in a volume: the health check fails while there is such a file. */
  unhealthyWhen?: string
  exitAfterMs?: number
  exitCode?: number
  /** Only the first so many tasks exit; later ones stay. Default: all. */
  exits?: number
  /** Only while an update is watched: the first deploy is spared. */
  exitsIn?: 'updates'
  ignoreTerm?: boolean
  /** How long it takes to stop when asked nicely. */
  stopMs?: number
  /** How long it is still listed after it was stopped, also when killed. */
  lingersMs?: number
  /** The same, until the call `release`. */
  lingersUntilReleased?: boolean
  /** What it leaves in its volumes when it starts: a migration. */
  writesOnStart?: Record<string, string>
  /** What it leaves in its volumes when it is stopped nicely, by absolute path. */
  writesOnStop?: Record<string, string>
  /** What it prints when it starts. */
  lines?: string[]
  /** The engine refuses its tasks. */
  rejected?: { because: 'no-image' | 'bad-mount'; says: string }
  /** No node takes it. */
  pending?: { because: 'no-node' | 'no-resources' | 'no-address'; says: string }
  /** Empties its volumes when it starts: an upgrade that loses data. */
  wipes?: boolean
  /** Answers of `exec`. What no answer matches ends with 0 and says nothing. */
  exec?: Answer[]
  /** The deploy of a stack with this service fails. `half`: after networks, volumes and the services before this one were made. */
  refuses?: { kind: 'refused' | 'conflict' | 'unreachable' | 'timeout'; says: string; half?: boolean }
  /** Waiting from the moment a deploy with this service was accepted. */
  faults?: Fault[]
}

export function scriptOf(service: StackService): Script {
  return (service['x-scripted'] as Script | undefined) ?? {}
}

export function hasHealthcheck(service: StackService): boolean {
  const script = scriptOf(service)
  if (script.healthyAfterMs !== undefined || script.unhealthyAfterMs !== undefined || script.unhealthyWhen !== undefined) return true
  return service.healthcheck !== undefined && service.healthcheck.disable !== true
}

/** `500ms`, `2s`, `1m`: what compose writes for durations; ms. */
export function milliseconds(text: string | undefined, otherwise: number): number {
  const parts = /^(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(text ?? '')
  if (!parts || text === '' || text === undefined) return otherwise
  return Number(parts[1] ?? 0) * 60_000 + Number(parts[2] ?? 0) * 1_000 + Number(parts[3] ?? 0)
}
