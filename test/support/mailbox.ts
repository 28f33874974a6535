import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Mail {
  from: string
  to: string[]
  /** By their names in small letters, unfolded. */
  headers: Map<string, string>
  text: string
  /** It came over an encrypted connection. */
  secure: boolean
  user: string | undefined
}

/** What the server does from now on. A number is the code of an answer: with it the sender is refused, or (`data`) the message. */
export type MailAnswer = 'take' | 'hang' | 'break' | { sender: number } | { recipient: number } | { data: number } | { login: number }

/** A real SMTP server, and what arrived there. */
export interface Mailbox extends AsyncDisposable {
  port: number
  mails: Mail[]
  answer(how: MailAnswer): void
}

export async function openMailbox(given: Pick<SMTPServerOptions, 'secure' | 'key' | 'cert' | 'hideSTARTTLS' | 'authOptional'> & { login?: { username: string; password: string } }): Promise<Mailbox> {
  const { login, ...options } = given
  const mails: Mail[] = []
  let how: MailAnswer = 'take'
  const says = (code: number) => Object.assign(new Error('no'), { responseCode: code })
  const code = (stage: 'sender' | 'recipient' | 'data' | 'login') => (typeof how === 'object' && stage in how ? (how as Record<string, number>)[stage] : undefined)
  const server = new SMTPServer({
    ...options,
    authMethods: ['PLAIN'],
    authOptional: login === undefined,
    disableReverseLookup: true,
    closeTimeout: 10,
    onAuth({ username, password }, _session, done) {
      const refused = code('login')
      if (refused !== undefined) done(says(refused))
      else if (username === login?.username && password === login?.password) done(null, { user: username })
      else done(Object.assign(new Error(`no user ${username} with the password ${password}`), { responseCode: 535 }))
    },
    onMailFrom: (_address, _session, done) => done(code('sender') === undefined ? null : says(code('sender')!)),
    onRcptTo: (_address, _session, done) => done(code('recipient') === undefined ? null : says(code('recipient')!)),
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        if (how === 'hang') return
        if (how === 'break') {
          for (const connection of (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }).connections) connection._socket.destroy()
          return
        }
        const refused = code('data')
        if (refused !== undefined) return done(says(refused))
        const { envelope, secure, user } = session
        mails.push({ ...readMail(Buffer.concat(parts).toString('utf8')), from: envelope.mailFrom ? envelope.mailFrom.address : '', to: envelope.rcptTo.map(({ address }) => address), secure, user: user as string | undefined })
        done()
      })
    },
  })
  // What a client breaks off is the test's business.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    answer: (next) => { how = next },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

function readMail(raw: string): Pick<Mail, 'headers' | 'text'> {
  const end = raw.indexOf('\r\n\r\n')
  const headers = new Map(raw.slice(0, end).replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const body = raw.slice(end + 4)
  const decoded = headers.get('content-transfer-encoding') === 'base64' ? Buffer.from(body, 'base64') : headers.get('content-transfer-encoding') === 'quoted-printable' ? fromQuotedPrintable(body) : Buffer.from(body)
  return { headers, text: decoded.toString('utf8').replaceAll('\r\n', '\n').trimEnd() }
}

function fromQuotedPrintable(text: string): Buffer {
  return Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1')
}
