import type { PortErrorKind } from '../../../../ports/port-error.ts'

/** What a call answers instead of a value; becomes a `PortError` on the other side. */
export class Refusal extends Error {
  readonly kind: PortErrorKind
  readonly says: string

  constructor(kind: PortErrorKind, message: string, says = '') {
    super(message)
    this.kind = kind
    this.says = says
  }
}
