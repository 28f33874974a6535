import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Job } from '../../../src/ports/engine.ts'
import { nodeImage } from '../engine/swarm.ts'
import { busybox, shell, sleeper, swarm, up } from './support.ts'

function job(script: string, more: Partial<Job> = {}): Job {
  return { name: 'test', image: busybox, argv: ['sh', '-c', script], env: {}, mounts: [], needsProxy: false, trusted: false, timeoutMs: 30_000, ...more }
}

test('a job sees the volumes of the app and scratch volumes, and its lines come as they are written', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  await up(given, given.request({ services: { app: shell(`echo from the app > /data/f; ${sleeper}`, { volumes: [{ type: 'volume', source: 'data', target: '/data' }] }) }, volumes: { data: { name: `${app.stack}_named_otherwise` } } }))
  const lines: string[] = []
  const mounts = [{ volume: 'data', target: '/app', readOnly: true }, { volume: 'scratch:repo', target: '/repo', readOnly: false }]
  const first = await engine.runJob(app, job('cat /app/f; echo kept > /repo/f; echo no > /app/g || echo refused', { mounts, trusted: true, onLine: (line) => lines.push(line) }))
  assert.equal(first.exitCode, 0)
  assert.equal(first.stdout, 'from the app\nrefused\n')
  assert.deepEqual(lines.filter((line) => !line.startsWith('sh:')), ['from the app', 'refused'])
  const second = await engine.runJob(app, job('cat /repo/f', { mounts, trusted: true }))
  assert.equal(second.stdout, 'kept\n')
  await assert.rejects(engine.runJob(app, job('true', { mounts: [{ volume: 'absent', target: '/x', readOnly: true }] })), { kind: 'not-found' })
  await engine.remove(app, { data: 'doomed' })
  assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [])
})

test('an untrusted job has no capability, cannot gain one, and writes only where it may', async (t) => {
  const { engine, app } = await swarm(t)
  const script = [
    'grep -E "^(CapEff|CapBnd|NoNewPrivs)" /proc/self/status',
    'touch /root-of-it 2>/dev/null && echo "wrote to the root"',
    'touch /tmp/ok && touch here && echo "wrote where it may"',
    'ls /sys/class/net',
    'cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null',
  ].join('; ')
  const { stdout } = await engine.runJob(app, job(script, { copyIn: { from: import.meta.dirname, target: '/recipe/checks' }, workdir: '/recipe/checks' }))
  assert.deepEqual(stdout.trim().split(/\s*\n/).map((line) => line.replace(/\s+/g, ' ')), ['CapEff: 0000000000000000', 'CapBnd: 0000000000000000', 'NoNewPrivs: 1', 'wrote where it may', 'lo', '512'])
})

test('what is copied in keeps its modes, and secrets stand in files that nobody else sees', async (t) => {
  const given = await swarm(t)
  const { engine, app } = given
  const folder = mkdtempSync(join(tmpdir(), 'checks-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'deep'))
  writeFileSync(join(folder, 'deep', 'check'), '#!/bin/sh\ncat "$1"; ls -l "$1"\n', { mode: 0o755 })
  const secret = randomBytes(12).toString('hex')
  const seen: string[] = []
  for (const trusted of [false, true]) {
    const running = engine.runJob(app, job('', { argv: ['deep/check', '/run/ours/token'], trusted, copyIn: { from: folder, target: '/checks' }, workdir: '/checks', secretFiles: { '/run/ours/token': secret } }))
    const containers = async () => (await engine.inventory()).filter(({ kind, run }) => kind === 'container' && run === app.run)
    for (let ended = false; !ended; ) {
      const [container] = await containers()
      if (container) seen.push(await given.docker('inspect', container.id).catch(() => ''))
      ended = await Promise.race([running.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 20, false))])
    }
    const { exitCode, stdout } = await running
    assert.equal(exitCode, 0)
    assert.match(stdout, new RegExp(`^${secret}-rw-------\\s+1 root`))
  }
  assert.ok(seen.some((text) => text.includes('/checks')))
  assert.equal(seen.some((text) => text.includes(secret)), false)
})

test('a job that is slow, absent, or not executable is a result; its container is gone in every case', async (t) => {
  const { engine, app } = await swarm(t)
  const slow = await engine.runJob(app, job('echo began; sleep 60', { timeoutMs: 1_500 }))
  assert.deepEqual([slow.exitCode, slow.timedOut, slow.stdout], [null, true, 'began\n'])
  assert.equal((await engine.runJob(app, job('', { argv: ['no-such-program'] }))).exitCode, 127)
  assert.equal((await engine.runJob(app, job('', { argv: ['/etc/passwd'] }))).exitCode, 126)
  assert.equal((await engine.runJob(app, job('exit 42'))).exitCode, 42)
  await assert.rejects(engine.runJob(app, job('sleep 60', { signal: AbortSignal.timeout(1_000) })), { kind: 'timeout' })
  await assert.rejects(engine.runJob(app, job('true', { image: 'registry.invalid/none:1' })), { kind: 'unreachable' })
  assert.deepEqual((await engine.inventory()).filter(({ run }) => run !== undefined), [])
})

for (const attachable of [true, false]) {
  test(`a job reaches the proxy by its address on a network that ${attachable ? 'a plain container may join' : 'only services may join'}`, async (t) => {
    const outer = await swarm(t)
    const name = `cc-ci-test-${randomBytes(3).toString('hex')}`
    await outer.docker('network', 'create', '-d', 'overlay', ...(attachable ? ['--attachable'] : []), '--label', 'cc-ci.test=1', name)
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const proxyNetwork = { proxyNetwork: name, reach: { ...(await outer.engine.reach()), port } }
    const engine = outer.also(proxyNetwork)
    const proxy = outer.newApp()
    const server = shell('mkdir -p /www; echo "the proxy" > /www/index.html; exec httpd -f -p 8443 -h /www', { networks: { shared: null }, ports: [{ target: 8443, published: port, protocol: 'tcp', mode: 'host' }] })
    try {
      await up(outer, outer.request({ services: { proxy: server }, networks: { shared: { external: true, name } } }), proxy)
      const { app } = outer
      const ask = 'fetch(`http://${process.env.CCCI_CONNECT}/`).then((answer) => answer.text()).then((text) => process.stdout.write(text))'
      const answer = await engine.runJob(app, job('', { image: nodeImage, argv: ['node', '-e', ask], needsProxy: true }))
      assert.equal(answer.stdout, 'the proxy\n', JSON.stringify(answer))
      assert.deepEqual((await engine.inventory()).filter(({ stack }) => stack === app.stack), [])
    } finally {
      await outer.engine.remove(proxy, { data: 'doomed' })
      await outer.docker('network', 'rm', name)
    }
  })
}
