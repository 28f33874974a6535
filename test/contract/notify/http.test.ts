import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matrix } from '../../../src/adapters/notify/http/matrix.ts'
import { ntfy } from '../../../src/adapters/notify/http/ntfy.ts'
import { webhook } from '../../../src/adapters/notify/http/webhook.ts'
import type { Notify } from '../../../src/ports/notify.ts'
import { makeCertificate } from '../../support/certificate.ts'
import { type Received, startReceiver } from '../../support/receiver.ts'
import { message, notifyContract, type NotifyUnderTest, type Seen, TIMEOUT_MS } from './suite.ts'

/** The three that speak HTTP, against a receiver that can be put in every trouble. For Matrix there is a real home server besides: synapse.test.ts. */

const SECRET = 'q8Zt3Lw0Ys6Bn1Rk'
const TOKEN = 'tk_5Gh2Jf9Dc7Xv4Mp'
const never = new AbortController().signal

/** `notify`: the adapter for a receiver at `url`; `right`: whether it has the right secret. */
async function against(given: { notify(url: string, right: boolean): Notify; lets(received: Received): boolean; see(received: Received): Seen; secrets: string[] }): Promise<NotifyUnderTest> {
  const certificate = await makeCertificate()
  const [receiver, stranger, gone] = [await startReceiver(), await startReceiver({ tls: certificate }), await startReceiver()]
  await gone.stop()
  receiver.lets(given.lets)
  const put = (how: Parameters<typeof receiver.answer>[0]) => async () => receiver.answer(how)
  const echo = `you sent ${given.secrets.join(' and ')}`
  return {
    notify: given.notify(receiver.url, true),
    seen: async () => receiver.taken().map(given.see),
    secrets: given.secrets,
    trouble: { well: put({ status: 200 }), busy: put({ status: 429, headers: { 'retry-after': '120' }, body: echo }), broken: put({ status: 500, body: echo }), hangs: put('hang'), 'hangs up': put('break'), 'not this message': put({ status: 400, body: echo }) },
    other: { 'nobody listens': given.notify(gone.url, true), 'not let in': given.notify(receiver.url, false), 'wrong certificate': given.notify(stranger.url, true) },
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]()
      await stranger[Symbol.asyncDispose]()
    },
  }
}

notifyContract('webhook', () => against({
  secrets: [SECRET],
  notify: (url, right) => webhook({ url: `${url}/hooks/${right ? SECRET : 'wrong'}?key=${SECRET}`, timeoutMs: TIMEOUT_MS }),
  lets: ({ path }) => path.includes(`/${SECRET}`),
  see: ({ headers, body }) => ({ id: headers['idempotency-key'] as string, text: body.text as string, event: body.event as string }),
}))

notifyContract('ntfy', () => against({
  secrets: [SECRET, TOKEN],
  notify: (url, right) => ntfy({ url, topic: SECRET, token: right ? TOKEN : 'wrong', timeoutMs: TIMEOUT_MS }),
  lets: ({ headers }) => headers.authorization === `Bearer ${TOKEN}`,
  // ntfy has no word for what belongs together: people see the alert's id at the end.
  see: ({ body }) => ({ id: body.sequence_id as string, text: body.message as string, event: (body.message as string).trim().split('\n').at(-1) }),
}))

notifyContract('matrix, at a scripted home server', () => against({
  secrets: [TOKEN],
  notify: (url, right) => matrix({ url: `${url}/`, room: '!ops:example.org', token: right ? TOKEN : 'wrong', timeoutMs: TIMEOUT_MS }),
  lets: ({ headers }) => headers.authorization === `Bearer ${TOKEN}`,
  see: ({ path, body }) => ({ id: path, text: body.body as string, event: (body['cc-ci.alert'] as { event: string }).event }),
}))

test('ntfy: what it publishes, in its own words', async () => {
  await using receiver = await startReceiver()
  await ntfy({ url: receiver.url, topic: 'ops', token: undefined, timeoutMs: TIMEOUT_MS }).send(message({ kind: 'stuck', lastLines: [] }), never)
  const { method, path, headers, body: { message: text, sequence_id, ...body } } = receiver.received[0]!
  assert.deepEqual([method, path, headers.authorization], ['POST', '/', undefined])
  assert.deepEqual(body, { topic: 'ops', title: 'traefik: STUCK (ci.example.org)', priority: 5, tags: ['rotating_light'] })
  assert.match(sequence_id as string, /^[0-9a-f]{32}$/)
  assert.ok((text as string).startsWith('traefik 1.1.0+2 does not do'))
})

test('ntfy: a long message stays a message: it has no more than 4096 bytes', async () => {
  await using receiver = await startReceiver()
  await ntfy({ url: receiver.url, topic: 'ops', token: undefined, timeoutMs: TIMEOUT_MS }).send(message({ what: '🚧'.repeat(5_000) }), never)
  const text = receiver.received[0]!.body.message as string
  assert.ok(Buffer.byteLength(text) <= 4_096 && Buffer.byteLength(text) > 3_900)
  assert.ok(text.endsWith('🚧…') && text.isWellFormed())
})

test('matrix: a message with its id as the transaction, an end that rings nobody', async () => {
  await using receiver = await startReceiver()
  const room = matrix({ url: receiver.url, room: '!ops:example.org', token: TOKEN, timeoutMs: TIMEOUT_MS })
  await room.send(message(), never)
  await room.send(message({}, 'resolved'), never)
  assert.deepEqual(receiver.received.map(({ method, path, body }) => [method, path, body.msgtype]), [
    ['PUT', `/_matrix/client/v3/rooms/${encodeURIComponent('!ops:example.org')}/send/m.room.message/${encodeURIComponent(message().id)}`, 'm.text'],
    ['PUT', `/_matrix/client/v3/rooms/${encodeURIComponent('!ops:example.org')}/send/m.room.message/${encodeURIComponent(message({}, 'resolved').id)}`, 'm.notice'],
  ])
})

test('a webhook with user and password in its address is asked with both, and neither is said', async () => {
  await using receiver = await startReceiver()
  receiver.answer({ status: 500, body: `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}` })
  const hook = webhook({ url: receiver.url.replace('://', `://me:${SECRET}@`), timeoutMs: TIMEOUT_MS })
  await assert.rejects(hook.send(message(), never), { message: 'The webhook answered HTTP 500: Basic [hidden]. It is tried again.' })
  assert.equal(receiver.received[0]?.headers.authorization, `Basic ${Buffer.from(`me:${SECRET}`).toString('base64')}`)
})

test('a webhook whose address is none, or cannot be understood, is refused without being shown', async () => {
  for (const url of [`https://me:${SECRET}%@hooks.example.org/`, `hooks.example.org/${SECRET}`, `ftp://hooks.example.org/${SECRET}`]) {
    await assert.rejects(webhook({ url, timeoutMs: TIMEOUT_MS }).send(message(), never), { kind: 'refused', message: 'The address of the webhook is none for HTTP; a % in its user or password is written %25. See to its url_file.', cause: undefined })
  }
})

test('a redirect is not followed: what is secret goes to nobody else', async () => {
  await using elsewhere = await startReceiver()
  await using receiver = await startReceiver()
  for (const status of [301, 307]) {
    receiver.answer({ status, headers: { location: `${elsewhere.url}/x` } })
    await assert.rejects(webhook({ url: `${receiver.url}/hooks/${SECRET}`, timeoutMs: TIMEOUT_MS }).send(message(), never), { kind: 'refused', message: `The webhook answered HTTP ${status}, a redirect, which is not followed. Name the address that it leads to.` })
  }
  assert.equal(elsewhere.received.length, 0)
})

test('how long it wants to be left alone: in seconds, as a date, or in the body', async () => {
  await using receiver = await startReceiver()
  const hook = webhook({ url: receiver.url, timeoutMs: TIMEOUT_MS })
  const wait = async (headers: Record<string, string>, body = '') => {
    receiver.answer({ status: 429, headers, body })
    const error = await hook.send(message(), never).then(() => assert.fail(), (thrown: { retryAfterMs?: number }) => thrown)
    return error.retryAfterMs
  }
  assert.equal(await wait({ 'retry-after': '120' }), 120_000)
  assert.equal(await wait({}, '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}'), 2_500)
  const ms = await wait({ 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() })
  assert.ok(ms !== undefined && ms > 3_500_000 && ms <= 3_600_000)
  assert.equal(await wait({}), undefined)
})
