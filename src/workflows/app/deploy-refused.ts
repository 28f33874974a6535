import type { Reason } from '../../domain/model/reason.ts'
import { isPortError } from '../../ports/port-error.ts'

/** A deploy that the engine will never take is the recipe's (trap 22); an engine that does not answer is the host's: undefined. */
export function deployRefused(error: unknown): Extract<Reason, { reason: 'deploy-refused' }> | undefined {
  if (!isPortError(error, 'refused') && !isPortError(error, 'conflict') && !isPortError(error, 'not-found')) return undefined
  return { reason: 'deploy-refused', engineSays: error.says || error.message }
}
