import { isWrongCertificate } from '../../../lib/wrong-certificate.ts'
import { redactor } from '../../../lib/redact.ts'
import { PortError } from '../../../ports/port-error.ts'
import { answerError } from './errors.ts'

interface Post {
  /** What it is, as a sentence begins: `The webhook`. The address itself may be a secret. */
  whom: string
  method: 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body: unknown
  /** In no form may these stand in what we say. */
  secrets: string[]
  timeoutMs: number
  signal: AbortSignal
}

/** How much of an answer is looked at, characters: enough for a sentence. */
const KEEP = 2_000

/**
 * One request with Node's own client: no proxy variables, no redirects, one deadline for all of it. Resolves once the other side took it; everything
 * else is a typed error without a secret in it, and without a `cause`, because those of the client hold the address.
 */
export async function postJson({ whom, method, url, headers, body, secrets, timeoutMs, signal }: Post): Promise<void> {
  const hide = redactor(secrets)
  const deadline = AbortSignal.timeout(timeoutMs)
  let answer: Response
  try {
    answer = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', 'user-agent': 'cc-ci', ...headers },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([deadline, signal]),
    })
  } catch (error) {
    if (signal.aborted) throw new PortError('unexpected', `${whom} was being asked when we were told to end; whether it took the message is not known.`)
    if (deadline.aborted) throw new PortError('timeout', `${whom} did not answer within ${timeoutMs} ms.`)
    throw lost(whom, codeOf(error))
  }
  const says = hide(await beginning(answer))
  if (!answer.ok) throw answerError({ whom, status: answer.status, retryAfter: answer.headers.get('retry-after'), says, now: Date.now() })
}

function lost(whom: string, code: string | undefined): PortError {
  if (isWrongCertificate(code)) return new PortError('refused', `${whom} answers with a certificate that is not trusted here (${code}). Its authority can be named with NODE_EXTRA_CA_CERTS.`)
  if (code === 'ECONNREFUSED') return new PortError('unreachable', `${whom} cannot be reached: nobody listens there (${code}).`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new PortError('unreachable', `${whom} cannot be reached: its host name leads nowhere (${code}).`)
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'UND_ERR_CONNECT_TIMEOUT') return new PortError('unreachable', `${whom} cannot be reached (${code}).`)
  return new PortError('unexpected', `${whom} broke off the connection (${code ?? 'no code'}); whether it took the message is not known.`, { againCanHelp: true })
}

/** `fetch` says only that it failed; the reason is below, and with several addresses one level further. */
function codeOf(error: unknown): string | undefined {
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown[] }
  if (typeof code === 'string' && !/^\d+$/.test(code)) return code
  return cause !== undefined ? codeOf(cause) : errors?.[0] !== undefined ? codeOf(errors[0]) : undefined
}

/** The status says all that counts: an answer that breaks off has less to say, and no more. */
async function beginning(answer: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part, { stream: true })
      if (text.length >= KEEP) break
    }
  } catch {
    // What came before it broke off stays.
  }
  return text.slice(0, KEEP)
}
