import assert from 'node:assert/strict'
import { isPortError } from '../../../src/ports/port-error.ts'
import { bringUp } from './deploy.ts'
import type { Tests } from './suite.ts'
import { untilFile } from './wait.ts'
import * as wishes from './wishes.ts'

const sh = (script: string): [string, ...string[]] => ['sh', '-c', script]
const timeoutMs = 30_000

export const execTests: Tests = {
  async 'T41: a command that fails says so, with both streams apart'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    const failed = await engine.exec(app, 'web', { argv: sh('echo out; echo err >&2; exit 7'), timeoutMs })
    assert.deepEqual(failed, { exitCode: 7, stdout: 'out\n', stderr: 'err\n', timedOut: false })
    assert.equal((await engine.exec(app, 'web', { argv: sh('kill -9 $$'), timeoutMs })).exitCode, 137)
    assert.equal((await engine.exec(app, 'web', { argv: sh('exit 0'), timeoutMs })).exitCode, 0)
    const unknown = await engine.exec(app, 'web', { argv: ['no-such-program-here'], timeoutMs })
    assert.ok(unknown.exitCode === 127 || unknown.exitCode === 126, `exit code ${unknown.exitCode}`)
  },

  async 'standard input, environment and the volume are there'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web('one', { env: { GREETING: 'from the service' } }))
    const text = 'ü'.repeat(100_000)
    const counted = await engine.exec(app, 'web', { argv: sh('wc -c'), stdin: new TextEncoder().encode(text), timeoutMs })
    assert.equal(counted.stdout.trim(), '200000')
    const seen = await engine.exec(app, 'web', { argv: sh('echo "$GREETING, $MORE"; echo hello > /data/from-exec'), env: { MORE: 'from the call' }, timeoutMs })
    assert.deepEqual([seen.stdout, seen.stderr], ['from the service, from the call\n', ''])
    assert.equal(new TextDecoder().decode(await engine.readFile(app, 'web', '/data/from-exec')), 'hello\n')
  },

  async 'a command that does not end in time is ended, and what it said is kept'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    const from = performance.now()
    const late = await engine.exec(app, 'web', { argv: sh('echo before; echo $$ > /data/pid; sleep 300; echo after'), timeoutMs: 8_000 })
    assert.deepEqual([late.exitCode, late.timedOut, late.stdout], [null, true, 'before\n'])
    assert.ok(performance.now() - from < 60_000)
    const alive = await engine.exec(app, 'web', { argv: sh('kill -0 $(cat /data/pid)'), timeoutMs })
    assert.notEqual(alive.exitCode, 0, 'it is gone')
  },

  async 'T41: an abort ends it soon, and is no result, whatever the program says to it'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    const controller = new AbortController()
    const running = engine.exec(app, 'web', { argv: sh('trap "exit 0" TERM; echo $$ > /data/begun; while :; do sleep 0.1; done'), timeoutMs: 100_000, signal: controller.signal })
    const givenUp = assert.rejects(running, (error) => isPortError(error, 'timeout'))
    await untilFile(engine, app, 'web', '/data/begun')
    const from = performance.now()
    controller.abort()
    await givenUp
    assert.ok(performance.now() - from < 15_000)
    assert.notEqual((await engine.exec(app, 'web', { argv: sh('kill -0 $(cat /data/begun)'), timeoutMs })).exitCode, 0, 'it is gone')
    await assert.rejects(engine.exec(app, 'web', { argv: sh('exit 0'), timeoutMs, signal: AbortSignal.abort() }), (error) => isPortError(error, 'timeout'))
  },

  async 'where no task runs there is nothing to run it in: not-found'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const isNotFound = (error: unknown) => isPortError(error, 'not-found')
    await assert.rejects(engine.exec(app, 'web', { argv: sh('true'), timeoutMs }), isNotFound)
    await bringUp(given, app, wishes.scaledToNothing())
    await assert.rejects(engine.exec(app, 'web', { argv: sh('true'), timeoutMs }), isNotFound)
    await assert.rejects(engine.exec(app, 'nobody', { argv: sh('true'), timeoutMs }), isNotFound)
  },
}
