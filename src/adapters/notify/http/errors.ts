import { plainLine, shortened } from '../../../lib/plain-text.ts'
import { PortError } from '../../../ports/port-error.ts'

/** How much of what the other side says goes into a sentence. */
const EXCERPT = 200

/** An answer that is no yes, as one of the port's kinds. `says`: its body, without secrets; `now`: ms UTC. */
export function answerError(given: { whom: string; status: number; retryAfter: string | null; says: string; now: number }): PortError {
  const { whom, status, now } = given
  const excerpt = shortened(plainLine(given.says), EXCERPT)
  const tells = `${whom} answered HTTP ${status}${excerpt === '' ? '' : `: ${excerpt}`}`
  const more = { says: excerpt, retryAfterMs: retryAfter(given.retryAfter, now) ?? retryAfterInBody(given.says) }
  if (status >= 300 && status < 400) return new PortError('refused', `${tells}, a redirect, which is not followed. Name the address that it leads to.`, more)
  if (status === 429 || status === 408 || status === 425) return new PortError('limited', `${tells}. It is tried again.`, more)
  if ([401, 403, 404, 405, 407, 410].includes(status)) return new PortError('refused', `${tells}. See to its address, token and rights.`, more)
  if (status >= 400 && status < 500) return new PortError('unsupported', `${tells}: it does not take this message.`, more)
  return new PortError('unreachable', `${tells}. It is tried again.`, more)
}

/** RFC 9110: seconds, or a date. */
function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value) * 1_000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** Matrix says it in the body, too, and older servers only there. */
function retryAfterInBody(body: string): number | undefined {
  const said = /"retry_after_ms"\s*:\s*(\d+)/.exec(body)?.[1]
  return said === undefined ? undefined : Number(said)
}
