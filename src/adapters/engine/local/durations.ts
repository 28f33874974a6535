import { parseDuration } from '../../../domain/recipe/compose/duration.ts'
import { PortError } from '../../../ports/port-error.ts'

/** A duration of compose (`1m30s`) in ms; `otherwise` where there is none. */
export function durationMs(text: string | undefined, otherwise: number, what: string): number {
  if (text === undefined) return otherwise
  const nanoseconds = parseDuration(text)
  if (nanoseconds === undefined || nanoseconds < 0n) throw new PortError('refused', `${what}: ${JSON.stringify(text)} is no duration; write it like 1m30s`)
  return Number(nanoseconds / 1_000_000n)
}
