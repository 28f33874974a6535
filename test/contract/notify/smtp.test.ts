import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MailServer, smtp } from '../../../src/adapters/notify/smtp/mail.ts'
import { PortError } from '../../../src/ports/port-error.ts'
import { makeCertificate, type TestCertificate } from '../../support/certificate.ts'
import { type MailAnswer, type Mailbox, openMailbox } from '../../support/mailbox.ts'
import { startReceiver } from '../../support/receiver.ts'
import { message, notifyContract, TIMEOUT_MS } from './suite.ts'

/** Mail, against a real SMTP server that wants STARTTLS and a password. */

const login = { username: 'ci', password: 'pw:8Kd3/Vz6+Qx1' }
const never = new AbortController().signal

function mailTo({ port }: Pick<Mailbox, 'port'>, over: Partial<MailServer> = {}) {
  return smtp({ host: 'localhost', port, security: 'starttls', login, ca: undefined, from: 'ci@example.org', to: 'ops@example.org', timeoutMs: TIMEOUT_MS, ...over })
}

async function strictMailbox(certificate: TestCertificate, over: Parameters<typeof openMailbox>[0] = {}): Promise<Mailbox> {
  return await openMailbox({ cert: certificate.cert, key: certificate.key, login, ...over })
}

notifyContract('smtp', async () => {
  const certificate = await makeCertificate()
  const mailbox = await strictMailbox(certificate)
  const gone = await startReceiver()
  await gone.stop()
  const { ca } = certificate
  const put = (how: MailAnswer) => async () => mailbox.answer(how)
  return {
    notify: mailTo(mailbox, { ca }),
    seen: async () => mailbox.mails.map(({ headers, text }) => ({ id: headers.get('message-id')!, text, event: headers.get('references') ?? headers.get('message-id') })),
    secrets: [login.password],
    trouble: { well: put('take'), busy: put({ sender: 451 }), hangs: put('hang'), 'hangs up': put('break'), 'not this message': put({ data: 554 }) },
    other: { 'nobody listens': mailTo({ port: Number(new URL(gone.url).port) }, { ca }), 'not let in': mailTo(mailbox, { ca, login: { ...login, password: 'pw:9wrongWrong' } }), 'wrong certificate': mailTo(mailbox) },
    [Symbol.asyncDispose]: () => mailbox[Symbol.asyncDispose](),
  }
  // A server that is broken says so with a code, as one that is busy.
}, { without: ['broken'] })

test('what arrives: encrypted, logged in, from and to whom the settings say, with the words that mail programs go by', async () => {
  const certificate = await makeCertificate()
  await using mailbox = await strictMailbox(certificate)
  await mailTo(mailbox, { ca: certificate.ca }).send(message(), never)
  const { from, to, headers, secure, user } = mailbox.mails[0]!
  assert.deepEqual([from, to, secure, user], ['ci@example.org', ['ops@example.org'], true, 'ci'])
  assert.deepEqual([headers.get('subject'), headers.get('x-cc-ci-alert'), headers.get('auto-submitted'), Date.parse(headers.get('date')!)], ['[ci.example.org] traefik: failed', message().id, 'auto-generated', message().at])
  assert.match(headers.get('message-id')!, /^<[0-9a-f]{32}@cc-ci\.invalid>$/)
})

test('from the first byte encrypted, on a port of its own', async () => {
  const certificate = await makeCertificate()
  await using mailbox = await strictMailbox(certificate, { secure: true })
  await mailTo(mailbox, { security: 'tls', ca: certificate.ca }).send(message(), never)
  assert.deepEqual(mailbox.mails.map(({ secure }) => secure), [true])
})

test('a relay on this host, without TLS and password', async () => {
  await using mailbox = await openMailbox({ hideSTARTTLS: true })
  await mailTo(mailbox, { security: 'none', login: undefined }).send(message(), never)
  assert.deepEqual(mailbox.mails.map(({ secure, user }) => [secure, user]), [[false, undefined]])
})

test('a server that offers no STARTTLS gets neither the password nor the mail', async () => {
  await using mailbox = await openMailbox({ hideSTARTTLS: true, login })
  await assert.rejects(mailTo(mailbox).send(message(), never), { kind: 'refused' })
  assert.equal(mailbox.mails.length, 0)
})

const refusals: Array<[that: string, answer: MailAnswer, kind: string, says: RegExp]> = [
  ['a recipient that it does not know', { recipient: 550 }, 'refused', /does not take the sender or the address: 550 .*See to `from` and `to`/],
  ['a sender that it does not take', { sender: 553 }, 'refused', /does not take the sender or the address: 553/],
  ['a recipient that it does not take now', { recipient: 450 }, 'limited', /does not take it now: 450/],
  ['a mailbox that is full', { data: 452 }, 'limited', /does not take it now: 452/],
  ['a login that it cannot judge now', { login: 454 }, 'limited', /does not let us in now: 454/],
]
for (const [that, answer, kind, says] of refusals) {
  test(`${that} is ${kind}`, async () => {
    const certificate = await makeCertificate()
    await using mailbox = await strictMailbox(certificate)
    mailbox.answer(answer)
    const error = await mailTo(mailbox, { ca: certificate.ca }).send(message(), never).then(() => assert.fail(), (thrown: unknown) => thrown)
    assert.ok(error instanceof PortError, String(error))
    assert.deepEqual([error.kind, says.test(error.message)], [kind, true], error.message)
  })
}
