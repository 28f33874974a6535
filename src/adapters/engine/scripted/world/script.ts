import type { StackService } from '../../../../domain/model/stack.ts'

/**
 * What a service does in the scripted world: its key `x-scripted`. Everything is optional; an empty script starts, is healthy
 * and answers 200 for ever. Times are ms.
 */
export interface Script {
  /** What `GET /` answers, followed by a line end. Default: the image. */
  version?: string
  answer?: { status: number; body: string }
  /** From created to started. Default 5. */
  startMs?: number
  /** Present: it has a health check, and is healthy so long after its start. */
  healthyAfterMs?: number
  /** The health check fails; the engine ends the task after this. */
  unhealthyAfterMs?: number
  exitAfterMs?: number
  exitCode?: number
  /** Only the first so many tasks exit; later ones stay. Default: all. */
  exits?: number
  ignoreTerm?: boolean
  /** How long it takes to stop when asked nicely. */
  stopMs?: number
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
  /** Answers of `exec`, the first whose `match` is found in the joined command; otherwise exit code 0 and nothing said. */
  exec?: Array<{ match: string; exitCode: number; stdout?: string; stderr?: string; /** Never ends. */ hangs?: boolean; /** Writes into a volume, by absolute path. */ writes?: Record<string, string> }>
}

export function scriptOf(service: StackService): Script {
  return (service['x-scripted'] as Script | undefined) ?? {}
}

/** `500ms`, `2s`, `1m`: what compose writes for durations; ms. */
export function milliseconds(text: string | undefined, otherwise: number): number {
  const parts = /^(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(text ?? '')
  if (!parts || text === '' || text === undefined) return otherwise
  return Number(parts[1] ?? 0) * 60_000 + Number(parts[2] ?? 0) * 1_000 + Number(parts[3] ?? 0)
}
