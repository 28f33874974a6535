// time limit: 480 s, because a busy machine starts some processes here slowly.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Delivery, StoredAlert } from '../../src/domain/model/alert.ts'
import type { Relayed } from '../../src/workflows/alerts/relay.ts'
import { temporaryFolder } from '../support/cli.ts'
import { openMailbox } from '../support/mailbox.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { scanFolders, scanText } from '../support/secret-scan.ts'
import { openPlatformStage, type PlatformStage } from './platform-stage.ts'

/** From a reconcile to a webhook, by the command line. */

const SECRET = 'T0Xq7Vd2mK9sPw4c'
const ID = 'platform-scene-failed-1.1.0+2'

interface Told extends AsyncDisposable {
  stage: PlatformStage
  receiver: Receiver
}

/** An app that is well, and a webhook whose address is a secret. */
async function open(): Promise<Told> {
  const receiver = await startReceiver()
  const folder = temporaryFolder('hook')
  const file = join(folder.path, 'hook')
  writeFileSync(file, `${receiver.url}/hooks/${SECRET}?key=${SECRET}\n`)
  const stage = await openPlatformStage({ stateless: true, host: ['alerts:', '  hook:', `    webhook: { url_file: ${file} }`] })
  stage.publish('1.0.0+1', {})
  assert.equal((await stage.reconcile()).code, 0)
  return {
    stage, receiver,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const crashes = { services: { app: { exitAfterMs: 200, exitCode: 5, lines: ['cannot open the door'] } } }
const told = ({ received }: Receiver) => received.map(({ body }) => `${(body.alert as StoredAlert).id} ${body.status as string}`)
const relayed = async (stage: PlatformStage, ...more: string[]): Promise<{ code: number | null; result: Relayed; err: string }> => {
  const { code, out, err } = await stage.cc('alerts', 'relay', '--json', ...more)
  return { code, err, result: JSON.parse(out) as Relayed }
}

describe('what a reconcile has to tell', { concurrency: 3 }, () => {
  test('arrives after it, once, with what happened, what was tried, what runs, the last lines and the next move; and so does the end of it', async () => {
    await using given = await open()
    const { stage, receiver } = given
    assert.equal(receiver.received.length, 0)
    // Nobody listens there: through it nothing would arrive.
    Object.assign(stage.env, { HTTP_PROXY: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' })
    stage.publish('1.1.0+2', crashes)
    const { code, err } = await stage.reconcile()
    assert.equal(code, 1)
    assert.match(err, /^alerts: hook: one message delivered$/m)
    const first = receiver.received[0]!
    assert.deepEqual(told(receiver), [`${ID} raised`])
    assert.deepEqual([first.method, first.path, first.headers['idempotency-key'], first.headers['content-type']], ['POST', `/hooks/${SECRET}?key=${SECRET}`, first.body.id, 'application/json'])
    const { what, versionTried, versionRunning, lastLines, next } = first.body.alert as StoredAlert
    assert.match(what, /^scene 1\.1\.0\+2 does not do, and was rolled back to 1\.0\.0\+1: /)
    assert.deepEqual([versionTried, versionRunning, lastLines.includes('cannot open the door')], ['1.1.0+2', '1.0.0+1', true])
    assert.match(next, /cc-ci platform approve scene 1\.1\.0\+2$/)

    assert.equal((await stage.reconcile()).code, 0)
    assert.deepEqual(told(receiver), [`${ID} raised`])
    stage.publish('1.2.0+3', {})
    assert.equal((await stage.reconcile()).code, 0)
    assert.deepEqual(told(receiver), [`${ID} raised`, `${ID} resolved`])
    assert.equal(receiver.received[1]?.body.event, first.body.event)
    const list = JSON.parse((await stage.cc('alerts', 'list', '--all', '--json')).out) as Array<StoredAlert & Pick<Delivery, 'channels'>>
    assert.deepEqual(list.map(({ id, channels }) => [id, channels.hook?.raised?.tried, typeof channels.hook?.resolved?.deliveredAt]), [[ID, 1, 'number']])
  })

  test('a channel that is down changes neither the exit code nor what became of the app, and is told once it is up; its address stands nowhere (T2)', async () => {
    await using given = await open()
    const { stage, receiver } = given
    await receiver.stop()
    stage.publish('1.1.0+2', crashes)
    const down = await stage.reconcile()
    assert.deepEqual([down.code, down.told.result.is], [1, 'done'])
    assert.match(down.err, /^alerts: hook: not delivered: The webhook cannot be reached: nobody listens there \(ECONNREFUSED\)\.$/m)
    const list = await stage.cc('alerts', 'list')
    assert.match(list.out, /^ {2}hook: not delivered, tried once, again from .*: The webhook cannot be reached/m)
    const waits = await relayed(stage)
    assert.deepEqual([waits.code, waits.result.waiting.length], [0, 1])
    const again = await relayed(stage, '--now')
    assert.deepEqual([again.code, again.result.failed.map(({ channel }) => channel)], [3, ['hook']])

    await receiver.start()
    receiver.answer({ status: 500, body: `no room for /hooks/${SECRET}` })
    const broken = await relayed(stage, '--now')
    assert.deepEqual([broken.code, broken.result.failed.map(({ says }) => says)], [3, ['The webhook answered HTTP 500: no room for [hidden]. It is tried again.']])
    receiver.answer({ status: 204 })
    const up = await relayed(stage, '--now')
    assert.deepEqual([up.code, up.result.sent.length, told(receiver).at(-1)], [0, 1, `${ID} raised`])
    assert.match((await stage.cc('alerts', 'list')).out, /^ {2}hook: delivered .* at try 4$/m)
    assert.deepEqual(await scanFolders([stage.state], [SECRET]), [])
    for (const text of [down.out, down.err, list.out, again.err, JSON.stringify([again.result, broken.result, up.result])]) assert.deepEqual(scanText('output', text, [SECRET]), [])
  })

  test('T23: killed while the channel has it and has not answered: it is told again, by the same id', async () => {
    await using given = await open()
    const { stage, receiver } = given
    await receiver.stop()
    stage.publish('1.1.0+2', crashes)
    await stage.reconcile()
    await receiver.start()
    receiver.answer('hang')
    const dying = stage.start({}, ['alerts', 'relay', '--now'])
    await receiver.has(1)
    dying.kill('SIGKILL')
    await dying.ended
    receiver.answer({ status: 200 })
    assert.match((await stage.cc('alerts', 'list')).out, /^ {2}hook: begun .*, and nobody knows whether it arrived; it is sent again$/m)
    const { code, result } = await relayed(stage)
    assert.deepEqual([code, result.sent.length], [0, 1])
    assert.deepEqual([told(receiver), new Set(receiver.received.map(({ body }) => body.id)).size], [[`${ID} raised`, `${ID} raised`], 1])
  })

  test('four channels that do not let us in and say aloud what we told them: no secret stands anywhere, and each is told by the others once they work', async () => {
    const secrets = { hook: SECRET, topic: 'tpQ7Xw3Zk9Rm', ntfy: 'tk_4Lp8Vb2Nc6Hd', password: 'pw-5Jf1Gs7Ya3Ue', matrix: 'syt_9Wq2Ei6Ot4Pr' }
    await using receiver = await startReceiver()
    await using mailbox = await openMailbox({ hideSTARTTLS: true, login: { username: 'ci', password: 'another one' } })
    using folder = temporaryFolder('secrets')
    const file = (name: keyof typeof secrets, text: string = secrets[name]) => {
      writeFileSync(join(folder.path, name), `${text}\n`)
      return join(folder.path, name)
    }
    await using stage = await openPlatformStage({
      stateless: true,
      host: [
        'alerts:',
        `  hook: { webhook: { url_file: ${file('hook', `${receiver.url}/hooks/${SECRET}`)} } }`,
        `  phone: { ntfy: { url: "${receiver.url}", topic_file: ${file('topic')}, token_file: ${file('ntfy')} } }`,
        `  mail: { smtp: { host: 127.0.0.1, port: ${mailbox.port}, security: none, username: ci, password_file: ${file('password')}, from: ci@example.org, to: ops@example.org } }`,
        `  room: { matrix: { url: "${receiver.url}", room: "!ops:example.org", token_file: ${file('matrix')} } }`,
      ],
    })
    stage.publish('1.0.0+1', { services: { app: { exitAfterMs: 200, exitCode: 5 } } })
    receiver.answer({ status: 403, body: ({ path, headers, body }) => `no entry with ${path}, ${headers.authorization} and ${String(body.topic)}` })
    const said = [await stage.reconcile(), await stage.cc('alerts', 'list', '--json'), await stage.cc('alerts', 'list'), await stage.cc('alerts', 'relay', '--now'), await stage.cc('alerts', 'relay', '--now', '--json'), await stage.cc('alerts', 'relay')]
    assert.deepEqual(said.map(({ code }) => code), [4, 0, 0, 3, 3, 0])
    assert.deepEqual((await stage.alerts()).map(({ id }) => id).sort(), ['channel-hook', 'channel-mail', 'channel-phone', 'channel-room', 'platform-scene-failed-1.0.0+1'])
    assert.match(said[0]!.err, /^alerts: mail: not delivered: The mail server does not take the user name and password: 535 no user ci with the password \[hidden\]\. See to them\.$/m)
    const planted = Object.values(secrets)
    for (const { out, err } of said) assert.deepEqual(scanText('output', `${out}\n${err}`, planted), [])
    assert.deepEqual(await scanFolders([join(stage.state, 'alerts'), join(stage.state, 'platform')], planted), [])

    receiver.answer({ status: 200 })
    assert.equal((await stage.cc('alerts', 'relay', '--now')).code, 3)
    assert.deepEqual((await stage.alerts()).map(({ id }) => id).sort(), ['channel-mail', 'platform-scene-failed-1.0.0+1'])
    const arrived = receiver.taken().map(({ path, body }) => `${path} ${JSON.stringify(body)}`)
    for (const channel of ['/hooks/', '/ ', '/_matrix/']) {
      const there = arrived.filter((one) => one.startsWith(channel))
      assert.deepEqual([there.filter((one) => one.includes('platform-scene-failed-1.0.0+1')).length, there.filter((one) => one.includes('Alerts do not reach the channel mail')).length], [1, 1], channel)
      for (const body of there) assert.deepEqual(scanText('message', body.slice(body.indexOf('{')), planted.filter((secret) => secret !== secrets.topic)), [])
    }
  })

  test('state of the relay that cannot be written is said, and changes no exit code', async () => {
    await using given = await open()
    const { stage, receiver } = given
    stage.publish('1.1.0+2', crashes)
    mkdirSync(join(stage.state, 'alerts'), { recursive: true })
    writeFileSync(join(stage.state, 'alerts', 'relay'), 'in the way')
    const { code, err } = await stage.reconcile()
    assert.deepEqual([code, receiver.received.length], [1, 0])
    assert.match(err, /^alerts: they could not be brought to their channels: Reading how far the alerts in .* have come: /m)
    const list = await stage.cc('alerts', 'list')
    assert.deepEqual([list.code, list.out.split('  ')[0]], [0, ID])
    assert.match(list.err, /Reading how far the alerts/)
  })

  test('T2: a file that is no alert of ours is named, and keeps no other from being shown and delivered', async () => {
    await using given = await open()
    const { stage, receiver } = given
    mkdirSync(join(stage.state, 'alerts'), { recursive: true })
    const odd = join(stage.state, 'alerts', 'odd.json')
    writeFileSync(odd, JSON.stringify({ id: 'odd', what: 'x', raisedAt: 1, kind: 'trouble', app: 'other' }))
    stage.publish('1.1.0+2', crashes)
    assert.equal((await stage.reconcile()).code, 1)
    assert.deepEqual(told(receiver), [`${ID} raised`])
    const list = await stage.cc('alerts', 'list')
    assert.deepEqual([list.code, list.out.split('  ')[0], list.err.trim()], [0, ID, `${odd} is no alert of ours. Move it away.`])
    const again = await relayed(stage)
    assert.deepEqual([again.code, again.result.damaged], [3, [`${odd} is no alert of ours. Move it away.`]])
  })
})
