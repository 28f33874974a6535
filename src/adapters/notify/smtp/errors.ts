import { plainLine, shortened } from '../../../lib/plain-text.ts'
import { isWrongCertificate } from '../../../lib/wrong-certificate.ts'
import { PortError } from '../../../ports/port-error.ts'

const EXCERPT = 200
const DATA_COMMANDS = ['DATA', 'BDAT']

/** Nodemailer's errors (`code`, `command`, `responseCode`) as the port's kinds. No `cause`: it holds what was said on the wire. */
export function mailError(error: unknown, given: { timedOut: boolean; stopped: boolean; timeoutMs: number; hide(text: string): string }): PortError {
  const { code = '', command = '', responseCode, response = '', message = '', cause } = error as { code?: string; command?: string; responseCode?: number; response?: string; message?: string; cause?: { code?: string } }
  const says = shortened(plainLine(given.hide(response)), EXCERPT)
  const tells = says === '' ? code : says
  if (given.stopped) return new PortError('unexpected', 'We were told to end while the mail server was asked; whether it took the message is not known.')
  if (given.timedOut || code === 'ETIMEDOUT') return new PortError('timeout', `The mail server did not come to an end within ${given.timeoutMs} ms.`)
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    // 4xx: not now (RFC 4954); everything else is a no.
    if (responseCode !== undefined && responseCode < 500) return new PortError('limited', `The mail server does not let us in now: ${tells}. It is tried again.`, { says })
    return new PortError('refused', `The mail server does not take the user name and password: ${tells}. See to them.`, { says })
  }
  const tls = [code, cause?.code, ...(/\b(?:self.signed certificate|certificate has expired|unable to verify|altnames)\b/i.test(message) ? ['CERT_'] : [])].some(isWrongCertificate)
  if (tls) return new PortError('refused', 'The mail server answers with a certificate that is not trusted here, or not for its name. Name its authority as `ca`.')
  if (code === 'ETLS') return new PortError('refused', `The mail server does not do STARTTLS: ${tells}. See to \`security\` and \`port\`.`, { says })
  if (code === 'EDNS') return new PortError('unreachable', 'The mail server cannot be reached: its host name leads nowhere.')
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 500) return new PortError('limited', `The mail server does not take it now: ${tells}. It is tried again.`, { says })
  if (code === 'EENVELOPE') return new PortError('refused', `The mail server does not take the sender or the address: ${tells}. See to \`from\` and \`to\`.`, { says })
  if (code === 'EMESSAGE' || (responseCode !== undefined && responseCode >= 500)) return new PortError('unsupported', `The mail server does not take this message: ${tells}.`, { says })
  if (DATA_COMMANDS.includes(command)) return new PortError('unexpected', `The connection to the mail server broke off (${code}); whether it took the message is not known.`, { againCanHelp: true })
  return new PortError('unreachable', `The mail server cannot be reached (${code === '' ? 'no code' : code}).`)
}
