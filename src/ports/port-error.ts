/**
 * What went wrong outside, in the closed set of kinds that callers decide on. Only an adapter's own `errors.ts` reads a
 * vendor's codes and texts and makes one of these; everybody else looks at `kind` alone.
 */
export type PortErrorKind =
  /** It is not there: an image, a commit, a container. */
  | 'not-found'
  /** It will never be accepted as it stands. */
  | 'refused'
  /** Somebody else holds or made it. */
  | 'conflict'
  | 'unreachable'
  | 'timeout'
  /** Asked too often (a pull limit). */
  | 'limited'
  | 'unsupported'
  | 'unexpected'

export class PortError extends Error {
  override name = 'PortError'
  readonly kind: PortErrorKind
  /** Whether the same call may succeed later with nothing changed by us. */
  readonly againCanHelp: boolean
  /** What the other side said, in its words, without secrets. */
  readonly says: string
  /** How long the other side wants to be left alone, ms; undefined where it did not say. */
  readonly retryAfterMs: number | undefined

  /** `message`: what we tried, on what, what came back, the next move. */
  constructor(kind: PortErrorKind, message: string, given: { cause?: unknown; againCanHelp?: boolean; says?: string; retryAfterMs?: number | undefined } = {}) {
    super(message, { cause: given.cause })
    this.kind = kind
    this.againCanHelp = given.againCanHelp ?? (kind === 'unreachable' || kind === 'timeout' || kind === 'limited')
    this.says = given.says ?? ''
    this.retryAfterMs = given.retryAfterMs
  }
}

export function isPortError(error: unknown, kind?: PortErrorKind): error is PortError {
  return error instanceof PortError && (kind === undefined || error.kind === kind)
}
