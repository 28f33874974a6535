import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { nodeProcesses } from '../../../src/adapters/process/node.ts'
import type { Command } from '../../../src/ports/process.ts'
import { rigEnv } from '../../rig/index.ts'
import { busybox, shell, sleeper, swarm, untilRunning, up } from './support.ts'

for (const version of ['v20', 'v28'] as const) {
  test(`T64: client ${version} deploys copies of the recipe's files, deploys again without a new task, and leaves nothing of its input behind`, async (t) => {
    const clientPath = (await rigEnv()).clients[version]
    assert.ok(clientPath, `the rig has no Docker client ${version}: npm run rig -- up`)
    const given = await swarm(t, { clientPath })
    const { engine, app, options } = given
    const { digest } = await engine.pull(busybox, AbortSignal.timeout(60_000))
    const request = {
      ...given.request(
        { services: { app: shell(`echo "\${HOME} $$"; ${sleeper}`, { configs: [{ source: 'c', target: '/c' }], environment: { PRICE: '5$' }, 'x-note': 'for people' }) }, configs: { c: { file: 'c.txt' } } },
        { 'c.txt': 'hello $X' },
      ),
      digests: { [busybox]: digest },
    }
    const first = await up(given, request)
    const [service] = first.services
    assert.equal(await given.docker('service', 'inspect', `${app.stack}_app`, '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'), `${busybox}@${digest}`)
    const state = await engine.observe(app)
    assert.equal(state.services[0]?.tasks[0]?.image, service?.image)
    assert.equal(state.services[0]?.tasks[0]?.template, service?.template)
    assert.match((await engine.exec(app, 'app', { argv: ['sh', '-c', 'cat /c; echo " $PRICE"'], timeoutMs: 10_000 })).stdout, /^hello \$X 5\$$/m)
    assert.match((await engine.logs(app, 'app', { lines: 5 })).join('\n'), /^\/root 1$/m)
    assert.deepEqual((await up(given, request)).services, first.services)
    assert.equal((await engine.observe(app)).services[0]?.tasks.length, 1)
    assert.deepEqual(readdirSync(options.configFolder), [])
  })
}

test("a variable without a value takes the image's own away, and is never filled from our environment", async (t) => {
  const given = await swarm(t, { processes: nodeProcesses({ ...process.env, TZ: 'Antarctica/Troll', LANG: 'C.UTF-8' }) })
  const { engine, app } = given
  const image = 'node:24-bookworm-slim'
  await engine.pull(image, AbortSignal.timeout(60_000))
  await up(given, given.request({ services: { app: shell(sleeper, { image, environment: { NODE_VERSION: null, TZ: null, LANG: '', HOME: null, PATH: null } }) } }))
  const { stdout } = await engine.exec(app, 'app', { argv: ['env'], timeoutMs: 10_000 })
  const env = Object.fromEntries(stdout.trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  assert.deepEqual({ NODE_VERSION: env.NODE_VERSION, TZ: env.TZ, LANG: env.LANG, HOME: env.HOME, PATH: env.PATH }, { NODE_VERSION: undefined, TZ: undefined, LANG: '', HOME: '/root', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' })
})

test('everything that a deploy makes carries our labels and is in the inventory', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const before = new Set((await engine.inventory()).map(({ kind, id }) => `${kind} ${id}`))
  await up(
    given,
    given.request(
      {
        services: { app: shell(sleeper, { configs: [{ source: 'c' }], secrets: [{ source: 's' }], volumes: [{ type: 'volume', source: 'data', target: '/data' }] }) },
        volumes: { data: { name: `${app.stack}_a_name_of_its_own` } },
        configs: { c: { file: 'c.txt' } },
        secrets: { s: { file: 's.txt' } },
      },
      { 'c.txt': 'c', 's.txt': 's' },
    ),
  )
  const made = (await engine.inventory()).filter(({ kind, id }) => !before.has(`${kind} ${id}`))
  assert.deepEqual([...new Set(made.filter(({ run }) => run === app.run).map(({ kind }) => kind))].sort(), ['config', 'container', 'network', 'secret', 'service', 'task', 'volume'])
  assert.deepEqual(made.filter(({ run, stack, name }) => stack === app.stack && run !== app.run && name !== ''), [])
})

test('T64: a file outside the recipe is refused before anything is made', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const request = given.request({ services: { app: shell(sleeper, { configs: [{ source: 'c' }] }) }, configs: { c: { file: '../../../../etc/hostname' } } })
  await assert.rejects(engine.deploy(app, request), { kind: 'refused' })
  assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [])
})

test("T66: other content under a config's old name is refused, in the engine's words", async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const stack = { services: { app: shell(sleeper, { configs: [{ source: 'c' }] }) }, configs: { c: { file: 'c.txt', name: `${app.stack}_c_v1` } } }
  await up(given, given.request(stack, { 'c.txt': 'one' }))
  await assert.rejects(engine.deploy(app, given.request(stack, { 'c.txt': 'two' })), (error: Error & { kind: string; says: string }) => {
    assert.equal(error.kind, 'refused')
    assert.match(error.says, /only updates to Labels are allowed/)
    assert.equal(error.message.includes(given.options.configFolder), false)
    return true
  })
})

test('what the client refuses is refused, with its sentence', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await assert.rejects(engine.deploy(app, given.request({ services: { app: shell(sleeper, { platform: 'linux/amd64' }) } })), { kind: 'refused', says: /platform/ as unknown as string })
  const absent = given.request({ services: { app: shell(sleeper, { networks: { absent: null } }) }, networks: { absent: { external: true, name: 'cc-ci-test-absent' } } })
  await assert.rejects(engine.deploy(app, absent), (error: Error & { kind: string }) => error.kind === 'refused' && error.message.includes('cc-ci-test-absent'))
})

test('T29: a stack that we did not make is neither deployed over nor removed, and another cc-ci is a stranger', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const theirs = given.also({ stateId: 'somebody-else' })
  const request = given.request({ services: { app: shell(sleeper) } })
  try {
    const deployment = await theirs.deploy(app, request)
    await assert.rejects(engine.deploy(app, request), { kind: 'conflict' })
    await assert.rejects(engine.remove(app, { data: 'doomed' }), { kind: 'conflict' })
    await engine.removeServices(app, ['app'])
    assert.deepEqual((await theirs.observe(app)).services.map(({ name, template }) => [name, template]), deployment.services.map(({ name, template }) => [name, template]))
    assert.deepEqual((await engine.inventory()).filter(({ run }) => run !== undefined), [])
  } finally {
    await theirs.remove(app, { data: 'doomed' })
  }
})

test('T22: a service that the engine itself changes at the same moment is deployed all the same; one that it never stops changing is no fault of the recipe', async (t) => {
  const processes = nodeProcesses(process.env)
  const outrun = { left: 0, times: 0 }
  const given = await swarm(t, {
    processes: {
      ...processes,
      async run(command) {
        const ended = await processes.run(command)
        if (outrun.left === 0 || !command.argv.includes('deploy') || command.argv.includes('--help')) return ended
        outrun.left -= 1
        outrun.times += 1
        // What a 20.10 engine says to the client that was outrun.
        return { ...ended, exitCode: 1, stdout: '', stderr: `Updating service ${given.app.stack}_app (id: x)\nfailed to update service ${given.app.stack}_app: Error response from daemon: rpc error: code = Unknown desc = update out of sequence\n` }
      },
    },
  })
  const request = given.request({ services: { app: shell(sleeper) } })
  outrun.left = 2
  await up(given, request)
  assert.equal(outrun.times, 2)
  outrun.left = 1_000
  await assert.rejects(given.engine.deploy(given.app, request), { kind: 'unreachable', says: /update out of sequence/ })
})

test('a registry with a password: pulled and deployed from, and the password is in no argument', async (t) => {
  const rig = await rigEnv()
  const { readFileSync } = await import('node:fs')
  const password = readFileSync(rig.privateRegistry.passwordFile, 'utf8').trim()
  const image = `${rig.privateRegistry.host}/cc-ci-test/busybox:1`
  const commands: Command[] = []
  const processes = nodeProcesses(process.env)
  const given = await swarm(t, {
    registries: [{ host: rig.privateRegistry.host, username: rig.privateRegistry.username, password }],
    processes: {
      ...processes,
      run(command) {
        commands.push(command)
        return processes.run(command)
      },
    },
  })
  const { engine, app } = given
  await pushWithPassword(given, image, password)
  t.after(() => given.docker('rmi', image))
  await assert.rejects(given.also({ registries: [] }).pull(image, AbortSignal.timeout(30_000)), { kind: 'refused' })
  const { digest } = await engine.pull(image, AbortSignal.timeout(30_000))
  const deployment = await up(given, { ...given.request({ services: { app: shell(sleeper, { image }) } }), digests: { [image]: digest } })
  assert.equal((await engine.observe(app)).services[0]?.tasks[0]?.image, deployment.services[0]?.image)
  assert.ok(commands.length > 0)
  for (const { argv, env } of commands) {
    assert.equal(JSON.stringify([argv, env]).includes(password), false)
    assert.equal(existsSync(env?.DOCKER_CONFIG ?? ''), false)
  }
})

async function pushWithPassword(given: Awaited<ReturnType<typeof swarm>>, image: string, password: string): Promise<void> {
  const rig = await rigEnv()
  await given.engine.pull(busybox, AbortSignal.timeout(60_000))
  await given.docker('tag', busybox, image)
  const processes = nodeProcesses(process.env)
  const folder = `${given.options.configFolder}-push`
  const env = { ...processes.baseEnv(), DOCKER_HOST: rig.dockerHost, DOCKER_CONFIG: folder }
  const login = await processes.run({ argv: [given.options.clientPath, 'login', rig.privateRegistry.host, '-u', rig.privateRegistry.username, '--password-stdin'], stdin: password, env })
  assert.equal(login.exitCode, 0, login.stderr)
  const push = await processes.run({ argv: [given.options.clientPath, 'push', image], env })
  assert.equal(push.exitCode, 0, push.stderr)
  await given.docker('rmi', image)
}

test('a stack that somebody else deployed is taken over when that is asked for: stopped with its data kept, and what is deployed after is ours', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const theirs = given.also({ stateId: 'somebody-else' })
  const request = given.request({ services: { app: shell(sleeper, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }) }, volumes: { data: {} } })
  try {
    await untilRunning(theirs, app, await theirs.deploy(app, request))
    const before = await engine.volumes(app)
    assert.equal(before.length, 1)
    await assert.rejects(engine.remove(app, { data: 'keep' }), { kind: 'conflict' })
    await engine.remove(app, { data: 'keep', takeOver: true })
    assert.deepEqual([(await engine.observe(app)).services, await engine.volumes(app)], [[], before])
    await theirs.deploy(app, request)
    await untilRunning(engine, app, await engine.deploy(app, { ...request, takeOver: true }))
    await engine.remove(app, { data: 'keep' })
    assert.deepEqual((await engine.observe(app)).services, [])
  } finally {
    await theirs.remove(app, { data: 'doomed' })
  }
})

test('T15: volumes that are mounted only while something runs say so: their folder is empty before and after', async (t) => {
  const { engine, app, request, docker, ...given } = await swarm(t)
  const volumes = {
    plain: {},
    memory: { driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' } },
    elsewhere: { driver_opts: { type: 'none', o: 'bind', device: '/mnt' } },
  }
  // A share that is not there keeps its task from starting: it is only made.
  await docker('volume', 'create', '--label', `com.docker.stack.namespace=${app.stack}`, '--opt', 'type=nfs', '--opt', 'device=:/export', '--opt', 'o=addr=127.0.0.1', `${app.stack}_share`)
  t.after(() => docker('volume', 'rm', '--force', `${app.stack}_share`))
  await up({ engine, app, request, docker, ...given }, request({ services: { app: shell(sleeper, { volumes: Object.keys(volumes).map((source) => ({ type: 'volume', source, target: `/${source}` })) }) }, volumes }))
  assert.deepEqual((await engine.volumes(app)).map(({ name, mount }) => [name.slice(app.stack.length + 1), mount]), [['elsewhere', '/mnt'], ['memory', undefined], ['plain', undefined], ['share', 'nfs :/export']])
})
