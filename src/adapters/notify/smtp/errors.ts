import { plainLine, shortened } from '../../../lib/plain-text.ts'
import { PortError } from '../../../ports/port-error.ts'

const EXCERPT = 200

/** Nodemailer's errors (`code`, `responseCode`, `syscall`) as the port's kinds. No `cause`: it holds what was said on the wire. */
export function mailError(error: unknown, given: { timedOut: boolean; stopped: boolean; timeoutMs: number; hide(text: string): string }): PortError {
  const { code = '', syscall, responseCode, response = '', message = '' } = error as { code?: string; syscall?: string; responseCode?: number; response?: string; message?: string }
  const says = shortened(plainLine(given.hide(response)), EXCERPT)
  const tells = says === '' ? code : says
  if (given.stopped) return new PortError('unexpected', 'We were told to end while the mail server was asked; whether it took the message is not known.')
  if (given.timedOut || code === 'ETIMEDOUT') return new PortError('timeout', `The mail server did not come to an end within ${given.timeoutMs} ms.`)
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    // 4xx: not now (RFC 4954); everything else is a no.
    if (responseCode !== undefined && responseCode < 500) return new PortError('limited', `The mail server does not let us in now: ${tells}. It is tried again.`, { says })
    return new PortError('refused', `The mail server does not take the user name and password: ${tells}. See to them.`, { says })
  }
  // Node's own code is lost on the way; its words are not.
  if ((code === 'ESOCKET' || code === 'ETLS') && /certificate/i.test(message)) return new PortError('refused', 'The mail server answers with a certificate that is not trusted here, or not for its name. Name its authority as `ca`.')
  if (code === 'ETLS') return new PortError('refused', `The mail server does not do STARTTLS: ${tells}. See to \`security\` and \`port\`.`, { says })
  if (code === 'EDNS') return new PortError('unreachable', 'The mail server cannot be reached: its host name leads nowhere.')
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return new PortError('limited', `The mail server does not take it now: ${tells}. It is tried again.`, { says })
  if (code === 'EENVELOPE') return new PortError('refused', `The mail server does not take the sender or the address: ${tells}. See to \`from\` and \`to\`.`, { says })
  if (code === 'EMESSAGE' || (responseCode !== undefined && responseCode >= 500)) return new PortError('unsupported', `The mail server does not take this message: ${tells}.`, { says })
  if (syscall === 'connect') return new PortError('unreachable', `The mail server cannot be reached (${message.includes('ECONNREFUSED') ? 'nobody listens there' : code}).`)
  // In which state the connection was, its errors do not say.
  return new PortError('unexpected', `The mail server broke off the connection (${code === '' ? 'no code' : code}); whether it took the message is not known.`, { againCanHelp: true })
}
