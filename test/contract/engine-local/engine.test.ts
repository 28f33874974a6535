import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { isPortError } from '../../../src/ports/port-error.ts'
import { resourcesOf } from '../engine/remove.ts'
import { failureOf, runningTasks, serviceIn, until } from '../engine/wait.ts'
import * as wishes from '../engine/wishes.ts'
import { withLocal, world } from './support.ts'

const timeoutMs = 20_000
const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') : []
    } catch {
      return []
    }
  })
}

test('a program gets what is documented and nothing of ours', async (t) => {
  const { engine, app, stack, bringUp, folder } = world(t, { PATH: process.env.PATH, HOME: '/root', LANG: 'C', SECRET_OF_OURS: 'hush', HTTP_PROXY: 'http://proxy' })
  await bringUp(stack(wishes.web('one', { env: { OWN: 'yes' } })))
  const { stdout } = await engine.exec(app, 'web', { argv: ['node', '-e', 'console.log(JSON.stringify(process.env))'], timeoutMs })
  const env = JSON.parse(stdout)
  const root = join(folder, app.stack)
  assert.deepEqual([env.OWN, env.LANG, env.HOME, env.TMPDIR, env.DATA_DIR], ['yes', 'C', join(root, 'home'), join(root, 'tmp'), join(root, 'volumes/data')])
  assert.deepEqual([env.SECRET_OF_OURS, env.HTTP_PROXY], [undefined, undefined])
  assert.equal(env.CC_CI_RUN, app.run)
})

test('T40: node is our Node.js, as a program, in a shell and behind env', async (t) => {
  const { engine, app, stack, bringUp } = world(t, { PATH: '/usr/bin:/bin' })
  await bringUp(stack(wishes.web()))
  for (const argv of [['node', '-p', 'process.version'], ['sh', '-c', 'node -p process.version'], ['/usr/bin/env', 'node', '-p', 'process.version']] as Array<[string, ...string[]]>) {
    assert.equal((await engine.exec(app, 'web', { argv, timeoutMs })).stdout, `${process.version}\n`, argv.join(' '))
  }
})

test('a secret is a file for us alone, and stands in no process argument', async (t) => {
  const { engine, app, stack, bringUp, folder } = world(t)
  const name = `${app.stack}_token_v1`
  const value = 'planted-secret-value'
  await engine.createSecret(app, { name, value })
  await bringUp(stack(wishes.web('one', { secret: { key: 'token', name } })))
  const path = join(folder, app.stack, 'secrets', name)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  let lines: string[] = []
  const { exitCode } = await engine.runJob(app, {
    name: 'look',
    image: '',
    argv: ['sh', '-c', 'cat /s/password > /dev/null && echo read && sleep 1'],
    env: {},
    secretFiles: { '/s/password': value },
    mounts: [],
    needsProxy: false,
    trusted: true,
    timeoutMs,
    onLine: () => (lines = commandLines()),
  })
  assert.equal(exitCode, 0)
  assert.ok(lines.some((line) => line.includes('/password')), 'the job was seen')
  assert.deepEqual(lines.filter((line) => line.includes(value)), [])
  const files = readdirSync(join(folder, app.stack), { recursive: true, encoding: 'utf8' }).map((one) => join(folder, app.stack, one)).filter((one) => statSync(one).isFile() && one !== path)
  assert.deepEqual(files.filter((one) => readFileSync(one, 'utf8').includes(value)), [])
})

test('T64: neither a config nor the program folder is read from outside the recipe', async (t) => {
  const { engine, app, stack, recipe } = world(t)
  const wish = stack(wishes.web('one', { config: 'x' }))
  const [key] = Object.keys(wish.configs)
  symlinkSync('/etc/passwd', join(recipe, 'link'))
  symlinkSync('/etc', join(recipe, 'etc'))
  for (const file of ['../outside', '/etc/passwd', 'link', 'etc/passwd']) {
    const bad = { ...wish, configs: { [key!]: { file, name: 'n' } } }
    await assert.rejects(engine.deploy(app, { stack: bad, folder: recipe, digests: {} }), (error) => isPortError(error, 'refused'), file)
  }
  await assert.rejects(engine.deploy(app, { stack: withLocal(wish, { folder: 'etc' }), folder: recipe, digests: {} }), (error) => isPortError(error, 'refused'))
  assert.deepEqual(await resourcesOf(engine, app), [], 'refused before anything was made')
})

test('T64: a link in a volume leads to no file of this machine', async (t) => {
  const { engine, app, stack, bringUp, folder, recipe } = world(t)
  await bringUp(stack(wishes.web()))
  writeFileSync(join(recipe, 'outside'), 'of the host')
  const volume = join(folder, app.stack, 'volumes/data')
  symlinkSync(join(recipe, 'outside'), join(volume, 'file'))
  symlinkSync(recipe, join(volume, 'folder'))
  for (const path of ['/data/file', '/data/folder/outside']) {
    await assert.rejects(engine.readFile(app, 'web', path), (error) => isPortError(error, 'refused'), path)
    await assert.rejects(engine.writeFile(app, 'web', path, Buffer.from('x')), (error) => isPortError(error, 'refused'), path)
  }
  await assert.rejects(engine.writeFile(app, 'web', '/data/folder/new', Buffer.from('x')), (error) => isPortError(error, 'refused'))
  await assert.rejects(engine.readFile(app, 'web', '/data/../../outside'), (error) => isPortError(error, 'not-found'))
  assert.equal(readFileSync(join(recipe, 'outside'), 'utf8'), 'of the host')
  assert.equal(existsSync(join(recipe, 'new')), false)
})

test('T66: a config whose content changed under the same name is refused, and what runs is left alone', async (t) => {
  const { engine, app, stack, bringUp, recipe } = world(t)
  const wish = stack(wishes.web('one', { config: 'x' }))
  await bringUp(wish)
  const before = runningTasks(await engine.observe(app)).map(({ id }) => id)
  const [[key, config]] = Object.entries(wish.configs) as [[string, { name: string }]]
  writeFileSync(join(recipe, 'changed'), 'changed')
  const changed = { ...wish, configs: { [key]: { file: 'changed', name: config.name } } }
  await assert.rejects(engine.deploy(app, { stack: changed, folder: recipe, digests: {} }), (error) => isPortError(error, 'refused') && error.message.includes(config.name))
  assert.deepEqual(runningTasks(await engine.observe(app)).map(({ id }) => id), before)
})

test('T29: a process whose number stands in a record, but that is not the one recorded, is left alone', async (t) => {
  const { engine, app, stack, bringUp, folder } = world(t)
  await bringUp(stack(wishes.web()))
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', detached: true })
  t.after(() => stranger.kill('SIGKILL'))
  const processes = join(folder, app.stack, 'processes')
  mkdirSync(processes, { recursive: true })
  writeFileSync(join(processes, 'old.json'), JSON.stringify({ id: 'old', what: 'service web', pid: stranger.pid, started: 'another boot 12345' }))
  assert.equal((await engine.inventory()).some(({ kind, id }) => kind === 'process' && id === String(stranger.pid)), false)
  await engine.remove(app, { data: 'doomed' })
  assert.ok(isAlive(stranger.pid!))
})

test('T29: another installation\'s processes and records are strangers', async (t) => {
  const { engine, app, stack, bringUp, open } = world(t)
  await bringUp(stack(wishes.web()))
  const other = open('another-state')
  const seen = await other.inventory()
  assert.ok(seen.length > 0 && seen.every(({ run }) => run === undefined), JSON.stringify(seen))
  await assert.rejects(other.remove(app, { data: 'doomed' }), (error) => isPortError(error, 'conflict'))
  assert.equal(runningTasks(await engine.observe(app)).length, 1)
})

test('T29: a process without any record is found by its marks, and ended with its run', async (t) => {
  const { engine, app, stateId } = world(t)
  const lost = spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: { CC_CI_STATE: stateId, CC_CI_RUN: app.run, CC_CI_STACK: app.stack } })
  const ended = new Promise((resolve) => lost.once('exit', resolve))
  t.after(() => lost.kill('SIGKILL'))
  assert.deepEqual(await resourcesOf(engine, app), [{ kind: 'process', id: String(lost.pid), name: `process ${lost.pid}`, run: app.run, stack: app.stack }])
  await engine.remove(app, { data: 'doomed' })
  await ended
  assert.deepEqual(await resourcesOf(engine, app), [])
})

test('an empty or climbing stack name removes nothing', async (t) => {
  const { engine, folder } = world(t)
  mkdirSync(join(folder, 'kept'), { recursive: true })
  for (const stack of ['', '.', '..', '../x', 'a/b']) await assert.rejects(engine.remove({ run: 'x', domain: 'x', stack }, { data: 'doomed' }), (error) => isPortError(error, 'refused'), stack)
  assert.ok(existsSync(join(folder, 'kept')))
})

test('T4: a good answer from somebody else\'s program at the port is no health', async (t) => {
  const { engine, app, stack, recipe } = world(t)
  const stranger = createServer((_, response) => response.end('fine'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  t.after(() => stranger.close())
  const { port } = stranger.address() as { port: number }
  const wish = withLocal(stack(wishes.web('one', { env: { LISTEN: 'no' }, health: { intervalMs: 200, retries: 2, startPeriodMs: 0 } })), { port })
  const why = await failureOf(engine, app, await engine.deploy(app, { stack: wish, folder: recipe, digests: {} }), 10_000)
  assert.equal(why.reason, 'unhealthy')
  assert.match('checkSays' in why ? (why.checkSays ?? '') : '', /another program answers at port \d+/)
})

test('T14: a health check is given its time-out as a whole, also where the answer comes drop by drop', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  const drips = 'let asked = 0; require("node:http").createServer((_, response) => { if (asked++ === 0) return response.end(); setInterval(() => response.write("."), 20) }).listen(process.env.PORT)'
  const local = withLocal(stack(wishes.web()), { command: ['node', '-e', drips], env: { PORT: '{port}' }, healthcheck: { path: '/drips' } })
  const healthcheck = { interval: '50ms', timeout: '400ms', retries: 1, start_period: '20s' }
  await bringUp({ ...local, services: { web: { ...local.services.web!, healthcheck, deploy: { restart_policy: { condition: 'none' } } } } })
  const state = await until(engine, app, 'the task to be ended', (seen) => serviceIn(seen).tasks.some((task) => task.state === 'failed'), 10_000)
  assert.equal(serviceIn(state).tasks[0]?.error, 'its health check failed: GET /drips: no whole answer within 400 ms')
})

test('a health check may be a command', async (t) => {
  const { engine, app, stack, bringUp, recipe } = world(t)
  const command = (script: string) => withLocal(stack(wishes.web('one', { health: { intervalMs: 100, retries: 2, startPeriodMs: 500 } })), { healthcheck: { command: ['sh', '-c', script] } })
  await bringUp(command('test -d {volumes.data}'))
  const why = await failureOf(engine, app, await engine.deploy(app, { stack: command('echo not today >&2; exit 1'), folder: recipe, digests: {} }))
  assert.deepEqual(why, { reason: 'unhealthy', service: 'web', lastLines: [], checkSays: 'its health check failed: sh ended with 1: not today' })
})

test('a health check that is under way ends with its task', async (t) => {
  const { engine, app, stack, recipe, folder } = world(t)
  const wish = withLocal(stack(wishes.web('one', { health: { intervalMs: 60_000, retries: 1, startPeriodMs: 60_000 } })), { healthcheck: { command: ['sh', '-c', 'echo > {volumes.data}/looked; sleep 300'] } })
  await engine.deploy(app, { stack: wish, folder: recipe, digests: {} })
  await until(engine, app, 'the check has begun', () => existsSync(join(folder, app.stack, 'volumes/data/looked')))
  await engine.removeServices(app, ['web'])
  assert.deepEqual((await engine.inventory()).filter(({ kind }) => kind === 'process'), [])
})

test('siblings find each other by their ports', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  const two = stack({ services: { web: wishes.web().services.web!, other: { env: { VERSION: 'other' }, health: { intervalMs: 500, retries: 2, startPeriodMs: 5_000 } } } })
  await bringUp(withLocal(two, { env: { PORT: '{port}', HOST: '127.0.0.1', DATA_DIR: '{volumes.data}', OTHER: 'http://127.0.0.1:{port.other}' } }))
  const { stdout } = await engine.exec(app, 'web', { argv: ['node', '-e', 'fetch(process.env.OTHER).then((r) => r.text()).then(console.log)'], timeoutMs })
  assert.equal(stdout.trim(), 'other')
})

test('a changed program is a new version, though nothing in compose changed', async (t) => {
  const { engine, app, stack, bringUp, recipe } = world(t)
  const wish = stack(wishes.web())
  await bringUp(wish)
  const [before] = runningTasks(await engine.observe(app))
  writeFileSync(join(recipe, 'program/more.txt'), 'more')
  await bringUp(wish)
  const [after] = runningTasks(await engine.observe(app))
  assert.notEqual(after?.image, before?.image)
  assert.notEqual(after?.template, before?.template)
})

test('stop_signal is obeyed', async (t) => {
  const { engine, app, stack, bringUp, folder } = world(t)
  const wish = stack(wishes.web())
  const script = 'trap "echo int > {volumes.data}/signal; exit 0" INT; trap "echo term > {volumes.data}/signal; exit 0" TERM; echo > {volumes.data}/up; while :; do sleep 0.1; done'
  const local = withLocal(wish, { command: ['sh', '-c', script], healthcheck: { command: ['test', '-e', '{volumes.data}/up'] } })
  await bringUp({ ...local, services: { web: { ...local.services.web!, stop_signal: 'SIGINT' } } })
  await engine.remove(app, { data: 'keep' })
  assert.equal(readFileSync(join(folder, app.stack, 'volumes/data/signal'), 'utf8'), 'int\n')
})

test('stop_signal is obeyed where a program is ended because it is unhealthy', async (t) => {
  const { engine, app, stack, bringUp, folder } = world(t)
  const script = 'trap "echo int > {volumes.data}/signal; exit 0" INT; trap "echo term > {volumes.data}/signal; exit 0" TERM; echo > {volumes.data}/up; while :; do sleep 0.1; done'
  const local = withLocal(stack(wishes.web()), { command: ['sh', '-c', script], healthcheck: { command: ['test', '-e', '{volumes.data}/up'] } })
  await bringUp({ ...local, services: { web: { ...local.services.web!, stop_signal: 'SIGINT', healthcheck: { interval: '20ms', retries: 1, start_period: '20s' }, deploy: { restart_policy: { condition: 'none' } } } } })
  await engine.exec(app, 'web', { argv: ['rm', '/data/up'], timeoutMs })
  await until(engine, app, 'the unhealthy task to end', (state) => serviceIn(state).tasks.some((task) => task.state === 'failed'))
  assert.equal(readFileSync(join(folder, app.stack, 'volumes/data/signal'), 'utf8'), 'int\n')
})

test('T29: a task that ended by itself is not signalled when its app goes', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  const local = withLocal(stack(wishes.web()), { command: ['true'], healthcheck: undefined })
  await bringUp({ ...local, services: { web: { ...local.services.web!, stop_signal: 'SIGINT', deploy: { restart_policy: { condition: 'none' } } } } })
  const state = await until(engine, app, 'the task to end', (seen) => serviceIn(seen).tasks.some((task) => task.state === 'complete'))
  const pid = Number(serviceIn(state).tasks[0]?.container)
  assert.ok(pid > 0)
  const { mock } = t.mock.method(process, 'kill')
  await engine.remove(app, { data: 'keep' })
  assert.deepEqual(mock.calls.filter((call) => Math.abs(call.arguments[0]) === pid).map((call) => call.arguments), [])
})

test('close ends the programs, keeps the data, and a second engine takes over', async (t) => {
  const { engine, app, stack, recipe, bringUp, open } = world(t)
  await bringUp(stack(wishes.web('one', { env: { CHILD: '1' }, stopGraceMs: 500 })))
  const pids = (await engine.inventory()).filter(({ kind }) => kind === 'process').map(({ id }) => Number(id))
  assert.equal(pids.length, 2)
  await engine.close()
  assert.deepEqual(pids.filter(isAlive), [])
  const next = open()
  await next.deploy(app, { stack: stack(wishes.web('two')), folder: recipe, digests: {} })
  await next.remove(app, { data: 'keep' })
  assert.ok((await resourcesOf(next, app)).some(({ kind }) => kind === 'volume'))
})

test('folders that forbid writing go, too', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  await bringUp(stack(wishes.web()))
  await engine.exec(app, 'web', { argv: ['sh', '-c', 'mkdir -p /data/a/b && touch /data/a/b/c && chmod 500 /data/a/b && chmod 000 /data/a'], timeoutMs })
  await engine.remove(app, { data: 'doomed' })
  assert.deepEqual(await resourcesOf(engine, app), [])
})
