import { isPortError } from '../../ports/port-error.ts'
import type { Reason } from '../../domain/model/reason.ts'

/**
 * Ends a tier from the depth of a step, carrying the reason as a value. Thrown only inside `workflows/run` and caught at the
 * tier's edge, so that a tier reads from top to bottom.
 */
export class Stopped extends Error {
  override name = 'Stopped'
  readonly reason: Reason

  constructor(reason: Reason, cause?: unknown) {
    super(reason.reason, { cause })
    this.reason = reason
  }
}

export function stop(reason: Reason): never {
  throw new Stopped(reason)
}

/** What an error that nobody expected means: trouble with the host where a port says so, our own mistake otherwise. */
export function reasonOfError(error: unknown, doing: string): Reason {
  if (error instanceof Stopped) return error.reason
  if (isPortError(error)) {
    // A full disk has no kind of its own: that the same call may succeed later says that it is none of the recipe's doing (trap 39).
    if (error.kind === 'unreachable' || error.kind === 'timeout' || error.kind === 'limited' || error.againCanHelp) {
      return { reason: 'host', what: `${doing}: ${error.message}`, engineSays: error.says }
    }
    return { reason: 'our-mistake', message: `${doing}: ${error.message}${error.says ? ` (${error.says})` : ''}` }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { reason: 'our-mistake', message: `${doing}: ${message}` }
}
