import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from '../../../src/ports/engine.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import { bringUp } from './deploy.ts'
import { askUntil } from './http.ts'
import type { Case, Tests } from './suite.ts'
import * as wishes from './wishes.ts'

const MOST_MS = 60_000

/** The services' own image has a shell, which is all these jobs need. */
async function shellJob({ underTest, newApp }: Case, script: string, more: Partial<Job> = {}): Promise<Job> {
  const { stack } = await underTest.stack(await newApp(), wishes.web())
  return { name: 'test', image: stack.services.web!.image, argv: ['sh', '-c', script], env: {}, mounts: [], needsProxy: false, trusted: true, timeoutMs: MOST_MS, ...more }
}

export const jobTests: Tests = {
  async 'T41: a job gives its exit code, its output and its time, and never throws on a code'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const lines: string[] = []
    const result = await engine.runJob(app, await shellJob(given, 'echo out; echo err >&2; echo "$MORE"; exit 4', { env: { MORE: 'told' }, onLine: (line) => lines.push(line) }))
    assert.deepEqual({ ...result, ms: 0 }, { exitCode: 4, stdout: 'out\ntold\n', stderr: 'err\n', timedOut: false, ms: 0 })
    assert.ok(result.ms > 0)
    assert.deepEqual(lines.sort(), ['err', 'out', 'told'])
  },

  async 'it works on the app\'s volumes, and on scratch volumes that stay until the app goes'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    await engine.writeFile(app, 'web', '/data/note', Buffer.from('of the app'))
    const mounts = [
      { volume: 'data', target: '/volumes/data', readOnly: false },
      { volume: 'scratch:keep', target: '/scratch', readOnly: false },
    ]
    const first = await engine.runJob(app, await shellJob(given, 'cat /volumes/data/note; cp /volumes/data/note /scratch/copy; echo back > /volumes/data/back', { mounts }))
    assert.deepEqual([first.exitCode, first.stdout, first.stderr], [0, 'of the app', ''])
    const second = await engine.runJob(app, await shellJob(given, 'cat /scratch/copy', { mounts }))
    assert.equal(second.stdout, 'of the app')
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/back')).toString(), 'back\n')
    await assert.rejects(engine.runJob(app, await shellJob(given, 'true', { mounts: [{ volume: 'no-such', target: '/x', readOnly: true }] })), (error) => isPortError(error, 'not-found'))
  },

  async 'secret files, copied folders and the working folder are where the job was told'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const folder = mkdtempSync(join(tmpdir(), 'copy-in-'))
    try {
      mkdirSync(join(folder, 'sub'))
      writeFileSync(join(folder, 'sub/check'), '#!/bin/sh\necho "check in $(basename "$(pwd)") with $1"\n', { mode: 0o755 })
      symlinkSync('sub/check', join(folder, 'link'))
      const job = await shellJob(given, 'sub/check "$(cat "$SECRETS/password")"; ./link x; cat /keys/second; touch made', {
        env: { SECRETS: '/secrets' },
        secretFiles: { '/secrets/password': 'hush', '/keys/second': 'more' },
        copyIn: { from: folder, target: '/recipe' },
        workdir: '/recipe/sub/..',
      })
      const { exitCode, stdout, stderr } = await engine.runJob(app, job)
      assert.equal(stderr, '')
      assert.match(stdout, /^check in \S+ with hush\ncheck in \S+ with x\nmore$/)
      assert.equal(exitCode, 0)
      assert.throws(() => rmSync(join(folder, 'made')), 'it works on a copy')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },

  async 'a job that needs the proxy finds it in CCCI_CONNECT'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const { stdout } = await engine.runJob(app, await shellJob(given, 'echo "$CCCI_CONNECT"', { needsProxy: true }))
    assert.match(stdout, /^\S+:\d+\n$/)
  },

  async 'a job that does not end in time is ended with all its children'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const result = await engine.runJob(app, await shellJob(given, 'echo before; (trap "" TERM; sleep 300) & sleep 300', { timeoutMs: 2_000 }))
    assert.deepEqual([result.exitCode, result.timedOut, result.stdout], [null, true, 'before\n'])
    assert.deepEqual(await ofApp(given, app.run), [])
  },

  async 'nothing of a job is left when it returns, however it ended'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await engine.runJob(app, await shellJob(given, 'exit 1', { secretFiles: { '/secrets/one': 'hush' } }))
    const controller = new AbortController()
    const job = await shellJob(given, 'echo begun; sleep 300', { signal: controller.signal, onLine: () => controller.abort() })
    await assert.rejects(engine.runJob(app, job), (error) => isPortError(error, 'timeout'))
    assert.deepEqual(await ofApp(given, app.run), [])
  },

  async 'the app answers people while a job runs'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    let asked: Promise<unknown> = Promise.resolve()
    const job = await shellJob(given, 'echo up; sleep 1', { onLine: () => (asked = engine.reach().then((reach) => askUntil(reach, app.domain, ({ status }) => status === 200))) })
    assert.equal((await engine.runJob(app, job)).exitCode, 0)
    assert.equal(((await asked) as { status: number }).status, 200)
  },
}

async function ofApp({ underTest }: Case, run: string): Promise<string[]> {
  return (await underTest.engine.inventory()).filter((resource) => resource.run === run && resource.kind !== 'folder').map(({ kind, name }) => `${kind} ${name}`)
}
