import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import type { BootRecord, UnitOutcome } from '../../src/domain/model/boot.ts'
import { cli, start, temporaryFolder } from '../support/cli.ts'
import { freePort } from './stage.ts'

/** The server as a unit of the boot, by the command line, on a host that has nothing else. */
interface Host extends AsyncDisposable {
  state: string
  port: number
  /** Writes the settings with that port. */
  listenAt(port: number): void
  boot(does: 'up' | 'down', env?: Record<string, string>): Promise<{ code: number | null; outcome: UnitOutcome; err: string }>
  /** The process that holds the server's lock, as the server says of itself; undefined: none answers. */
  since(): Promise<string | undefined>
}

async function openHost(): Promise<Host> {
  const folder = temporaryFolder('server-unit')
  const port = await freePort()
  const listenAt = (at: number) => writeFileSync(join(folder.path, 'settings.yml'), `server: { listen: "127.0.0.1:${at}" }\n`)
  listenAt(port)
  const boot: Host['boot'] = async (does, env = {}) => {
    const { code, out, err } = await cli(['boot', does, '--json', '--state', folder.path], { env })
    assert.notEqual(out, '', err)
    return { code, err, outcome: (JSON.parse(out) as BootRecord).units[0]! }
  }
  return {
    state: folder.path, port, listenAt, boot,
    since: () => health(port).then(({ since }) => since, () => undefined),
    async [Symbol.asyncDispose]() {
      await boot('down')
      folder[Symbol.dispose]()
    },
  }
}

function health(port: number): Promise<{ since: string; version: string }> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      let text = ''
      response.on('data', (part: Buffer) => (text += part))
      response.on('end', () => resolve(JSON.parse(text)))
    }).on('error', reject)
  })
}

const short = ({ code, outcome: { is, did } }: Awaited<ReturnType<Host['boot']>>) => [code, is, did]

test('boot up starts it, it answers and outlives us; once more nothing is done; boot down ends it in order', async () => {
  await using host = await openHost()
  assert.deepEqual(short(await host.boot('up')), [0, 'up', true])
  const since = await host.since()
  assert.ok(since)
  assert.deepEqual([short(await host.boot('up')), await host.since()], [[0, 'up', false], since])
  assert.deepEqual([short(await host.boot('down')), await host.since(), short(await host.boot('down'))], [[0, 'down', true], undefined, [0, 'down', false]])
  assert.match(readFileSync(join(host.state, 'server.log'), 'utf8'), /serves at http:\/\/127\.0\.0\.1:\d+\/\nasked to end by cc-ci boot down: .*\nended\n$/)
})

test('T11: an HTTP proxy in the environment that leads nowhere keeps nobody from seeing that it answers, and is not handed on to it', async () => {
  await using host = await openHost()
  const proxy = 'http://127.0.0.1:9'
  assert.deepEqual(short(await host.boot('up', { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy, NODE_USE_ENV_PROXY: '1' })), [0, 'up', true])
  const holder = JSON.parse(readFileSync(join(host.state, 'locks', 'server.holder.json'), 'utf8')) as { pid: number }
  assert.doesNotMatch(readFileSync(`/proc/${holder.pid}/environ`, 'utf8'), /proxy/i)
})

test('another address in the settings: the one that runs is ended, and one begins there', async () => {
  await using host = await openHost()
  await host.boot('up')
  const other = await freePort()
  host.listenAt(other)
  const moved = await host.boot('up')
  assert.deepEqual(short(moved), [0, 'up', true], moved.err)
  assert.deepEqual([await host.since(), (await health(other)).version], [undefined, JSON.parse(readFileSync('package.json', 'utf8')).version])
})

test('T29: what stands beside the lock is for people: boot down ends the server, and not the process that is named there; nor does it matter that nobody is', async () => {
  await using host = await openHost()
  const stranger = spawn('sleep', ['600'], { stdio: 'ignore' })
  try {
    await host.boot('up')
    writeFileSync(join(host.state, 'locks', 'server.holder.json'), JSON.stringify({ pid: stranger.pid, why: 'somebody who is gone', since: 0 }))
    assert.deepEqual([short(await host.boot('down')), await host.since(), stranger.signalCode], [[0, 'down', true], undefined, null])
    await host.boot('up')
    writeFileSync(join(host.state, 'locks', 'server.holder.json'), '')
    assert.deepEqual([short(await host.boot('down')), await host.since()], [[0, 'down', true], undefined])
  } finally {
    stranger.kill()
  }
})

test('T48: a request to end that was for one before it ends nobody', async () => {
  await using host = await openHost()
  writeFileSync(join(host.state, 'server.end-request.json'), '')
  assert.deepEqual(short(await host.boot('up')), [0, 'up', true])
  assert.deepEqual([short(await host.boot('up')), existsSync(join(host.state, 'server.end-request.json'))], [[0, 'up', false], false])
})

test('where something else listens it is not up, says what, and touches nothing', async () => {
  await using host = await openHost()
  const foreign = createServer((_, response) => response.end('hello'))
  await new Promise<void>((resolve) => foreign.listen(host.port, '127.0.0.1', resolve))
  try {
    const { code, outcome } = await host.boot('up')
    assert.deepEqual([code, outcome.is, outcome.says], [3, 'not-up', `something that is no cc-ci (HTTP 200) listens at 127.0.0.1:${host.port}`])
    assert.equal(existsSync(join(host.state, 'server.log')), false)
  } finally {
    foreign.close()
    foreign.closeAllConnections()
  }
})

test('T2: one that cannot begin is a failure at once, with its log named', async () => {
  await using host = await openHost()
  writeFileSync(join(host.state, 'settings.yml'), 'server: { listen: "192.0.2.1:8484" }\n')
  const { code, outcome } = await host.boot('up')
  assert.deepEqual([code, outcome.is, outcome.says, outcome.next], [4, 'not-up', 'it ended (exit code 3)', `See ${join(host.state, 'server.log')}.`])
  assert.match(readFileSync(join(host.state, 'server.log'), 'utf8'), /This host has no address 192\.0\.2\.1:8484\./)
})

test('T2: --ready fails where none answers in time, and starts none', async () => {
  await using host = await openHost()
  const { code, err } = await cli(['server', '--ready', '--within', '1', '--state', host.state])
  assert.equal(code, 3)
  assert.match(err, /The server does not answer at 127\.0\.0\.1:\d+ within 1 s: ECONNREFUSED\.$/m)
})

test('a second one of the same state folder leaves and names the first; TERM ends the first with 0', async () => {
  await using host = await openHost()
  const first = start(['server', '--state', host.state])
  await first.says('serves at')
  const second = await cli(['server', '--state', host.state])
  assert.deepEqual([second.code, second.err.trim()], [3, `The server of this state folder runs already: process ${first.pid} serves at 127.0.0.1:${host.port}.`])
  assert.deepEqual(short(await host.boot('up')), [0, 'up', false])
  first.kill('SIGTERM')
  assert.equal((await first.ended).code, 0)
})

test('the doctor says whether it answers, and what to do where it does not', async () => {
  await using host = await openHost()
  const doctor = async () => (JSON.parse((await cli(['doctor', '--json', '--state', host.state])).out) as Array<{ about: string; state: string; says: string; mend?: string }>).filter(({ about }) => about === 'server')
  assert.deepEqual((await doctor()).map(({ state, mend }) => [state, mend]), [['trouble', 'cc-ci boot up --only server; on a host with systemd: systemctl restart cc-ci-server']])
  await host.boot('up')
  assert.deepEqual(await doctor(), [{ about: 'server', state: 'good', says: `answers at 127.0.0.1:${host.port}` }])
})
