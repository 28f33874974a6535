import { createHash } from 'node:crypto'
import { redactor } from '../../../lib/redact.ts'
import type { Telling } from '../../../domain/model/alert.ts'
import { messageIdOf } from '../../../domain/plan/relay.ts'
import type { Notify } from '../../../ports/notify.ts'
import { mailError } from './errors.ts'

export interface MailServer {
  host: string
  port: number
  /** `starttls`: without it nothing is sent. `tls`: from the first byte. `none`: a relay on this very host. */
  security: 'starttls' | 'tls' | 'none'
  login: { username: string; password: string } | undefined
  /** PEM of the authority that signed its certificate; undefined: those that Node knows. */
  ca: string | undefined
  from: string
  to: string
}

/**
 * Mail over SMTP, one connection a message. `Message-ID` is the same each time the message is sent, and the end of an alert answers its beginning, so
 * that mail programs show both as one thread.
 */
export function smtp(given: MailServer & { timeoutMs: number }): Notify {
  const { host, port, security, login, ca, from, to, timeoutMs } = given
  const hide = redactor(login ? [login.password] : [])
  return {
    async send({ id, event, telling, from: host_, title, text, at }, signal) {
      // Only who sends mail waits for it: every command would start later by what it takes to load.
      const { createTransport } = await import('nodemailer')
      const deadline = AbortSignal.timeout(timeoutMs)
      const transport = createTransport({
        host, port,
        secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none',
        ...(login ? { auth: { user: login.username, pass: login.password } } : {}),
        tls: ca === undefined ? {} : { ca },
        disableFileAccess: true, disableUrlAccess: true,
        connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, dnsTimeout: timeoutMs,
      })
      const idOf = (one: Telling) => `<${createHash('sha256').update(messageIdOf({ event, telling: one })).digest('hex').slice(0, 32)}@cc-ci.invalid>`
      try {
        await transport.sendMail({
          from, to, text,
          subject: `[${host_}] ${title}`,
          date: new Date(at),
          messageId: idOf(telling),
          ...(telling === 'resolved' ? { inReplyTo: idOf('raised'), references: [idOf('raised')] } : {}),
          headers: { 'X-CC-CI-Alert': id, 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.any([deadline, signal]),
        })
      } catch (error) {
        throw mailError(error, { timedOut: deadline.aborted, stopped: signal.aborted, timeoutMs, hide })
      } finally {
        transport.close()
      }
    },
  }
}
