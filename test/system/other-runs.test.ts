/**
 * time limit: 480 s, because a busy machine starts several dozen processes here slowly.
 *
 * Runs of other processes: `runs watch` follows them, `runs cancel` ends them, `runs list` and `runs show` tell of what became of them.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { RunResults } from '../../src/domain/model/run.ts'
import type { ErrorDocument } from '../../src/domain/report/error-document.ts'
import { openStage, type Stage } from '../scenario/scripted-stage.ts'
import type { Ended } from '../support/cli.ts'

const INSTALL = ['--base', 'none', '--tier', 'install']
const FAILING = { check: { exitCode: 1, stdout: 'no\n' } }

describe('runs of other processes', { concurrency: 4 }, () => {
  test('runs watch follows the run that is under way to its end, shows its verdict and ends with its exit code', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    const { run, id } = await heldRun(stage)
    const [alone, named] = [stage.command('runs', 'watch'), stage.command('runs', 'watch', id, '--json')]
    for (const watch of [alone, named]) {
      await watch.says(new RegExp(`^\\d\\d:\\d\\d scene on scripted, run ${id}, at `, 'm'))
      await watch.says(/^\d\d:\d\d {3}pull ccci\/scene-app:2\.0: waits for the registry/m)
    }
    await stage.world.release()
    const [ran, watched, json] = await Promise.all([run.ended, alone.ended, named.ended])
    assert.deepEqual([ran.code, watched.code, json.code], [0, 0, 0], watched.err)
    assert.deepEqual(JSON.parse(json.out), JSON.parse(ran.out))
    assert.match(watched.out, /^scene 1\.1\.0\+2 on scripted: passed$/m)
    assert.match(watched.err, /^\d\d:\d\d teardown: passed in /m)
    assert.deepEqual(told(watched), told(ran))

    const again = await stage.command('runs', 'watch', id).ended
    assert.deepEqual([again.code, again.err, again.out], [0, `${id} has ended already.\n`, watched.out])
    const nothing = await stage.command('runs', 'watch').ended
    assert.deepEqual([nothing.code, nothing.out, nothing.err], [2, '', `No run is under way. ./cc-ci runs list --state ${stage.state} shows those that ended.\n`])
  })

  test('Ctrl-C ends the watching, not the run; where two are under way, runs watch says which', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    const { run, id } = await heldRun(stage)
    const watch = stage.command('runs', 'watch')
    await watch.says('pull ccci/scene-app')
    watch.kill('SIGINT')
    const left = await watch.ended
    assert.deepEqual([left.code, left.out], [130, ''])
    assert.match(left.err, /^Ctrl-C: no longer watching\. The run goes on\.$/m)
    await stage.world.fault({ method: 'pull', holds: true })
    const second = stage.start(INSTALL)
    await second.says('pull ccci/scene-app')
    const which = await stage.command('runs', 'watch').ended
    assert.equal(which.code, 2)
    assert.match(which.err, new RegExp(`^2 runs are under way: scen-\\w{6} \\(scene\\), ${id} \\(scene\\)\\. Say which, for example: \\./cc-ci runs watch scen-`))
    await stage.world.release()
    for (const one of [run, second]) assert.equal((await one.ended).code, 0)
  })

  test('runs cancel ends a run as Ctrl-C would: torn down, nothing left, and the record says that it was no signal', async () => {
    await using stage = await openStage({ base: { secret: true }, head: { secret: true } })
    const { run, id } = await heldRun(stage, 'deploy')
    const watch = stage.command('runs', 'watch', id)
    const cancel = stage.command('runs', 'cancel', id, '--json')
    await cancel.says(`${id} is asked to end. Waiting for its teardown, at most 6 min.`)
    await run.says('asked to end by cc-ci runs cancel from another process: ending, then tearing down')
    await stage.world.release()
    const [ran, cancelled, watched] = await Promise.all([run.ended, cancel.ended, watch.ended])
    const results = JSON.parse(ran.out) as RunResults
    assert.deepEqual([ran.code, results.verdict, results.teardown.verdict], [130, 'infra', 'pass'], ran.err)
    assert.match(ran.err, /^\d\d:\d\d install: stopped in /m)
    assert.doesNotMatch(ran.err, /host trouble/)
    assert.ok(results.tiers.some(({ cause }) => cause === 'interrupted'))
    assert.equal(results.summary.why, 'It was stopped by cc-ci runs cancel from another process.')
    assert.equal(cancelled.code, 0, cancelled.err)
    assert.deepEqual(JSON.parse(cancelled.out), { run: id, did: 'cancelled', verdict: 'infra', teardown: { verdict: 'pass', leftovers: [] } })
    assert.equal(watched.code, 130, 'whoever watched gets the exit code of the run')
    assert.deepEqual(await stage.inventory(), [])
    assert.deepEqual(await stage.lastWords(), ['gone'])

    const again = await stage.command('runs', 'cancel', id).ended
    assert.deepEqual(again, { code: 0, out: `${id} has ended already: stopped.\n`, err: '' })
  })

  test('a run that does not end in time is named with its process, and ends when it can', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    const { run, id } = await heldRun(stage)
    run.kill('SIGSTOP')
    const late = await stage.command('runs', 'cancel', id, '--timeout', '1s').ended
    assert.deepEqual([late.code, late.out], [3, ''])
    assert.match(late.err, new RegExp(`^${id} was asked to end, and is still there after 1\\.0 s \\(process ${run.pid}\\)\\.`, 'm'))
    run.kill('SIGCONT')
    await stage.world.release()
    const ended = await run.ended
    assert.deepEqual([ended.code, (JSON.parse(ended.out) as RunResults).verdict], [130, 'infra'])
    const wrong = await stage.command('runs', 'cancel', id, '--timeout', 'soon').ended
    assert.deepEqual(wrong, { code: 2, out: '', err: '--timeout takes a time such as 90s or 5m, not "soon".\n' })
  })

  test('a run that was killed is named as dead, with the mend, as long as there is something to mend', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    const { run, id } = await heldRun(stage, 'deploy')
    const watch = stage.command('runs', 'watch', '--json')
    await watch.says('deploy ')
    run.kill('SIGKILL')
    const died = `${id} died before its end. ./cc-ci runs clean ${id} --state ${stage.state} removes what it left.\n`
    const watched = await watch.ended
    assert.deepEqual([watched.code, watched.err.split('\n').at(-2)], [3, died.trimEnd()])
    assert.deepEqual(errorOf(watched), { what: `${id} died before its end.`, where: 'cc-ci runs watch', mend: `./cc-ci runs clean ${id} --state ${stage.state} removes what it left.` })
    assert.deepEqual(await stage.command('runs', 'cancel', id).ended, { code: 3, out: '', err: died })
    await stage.world.release()
    assert.deepEqual(await stage.clean(), { code: 0, did: ['removed'] })
    const over = `${id} died before its end. Nothing of it is left.\n`
    assert.deepEqual(await stage.command('runs', 'show', id).ended, { code: 3, out: over, err: '' })
    assert.deepEqual(await stage.command('runs', 'watch', id).ended, { code: 3, out: '', err: over })
    assert.deepEqual(await stage.command('runs', 'cancel', id).ended, { code: 0, out: over, err: '' })
  })

  test('runs cancel signals nobody: a process that has the number of a dead one, and its lock, goes on', async (t) => {
    await using stage = await openStage({ base: {}, head: {} })
    const { run, id } = await heldRun(stage)
    run.kill('SIGKILL')
    await run.ended
    const locks = join(import.meta.dirname, '../../src/adapters/lock/sqlite/locks.ts')
    const clock = join(import.meta.dirname, '../../src/adapters/clock/system.ts')
    const other = spawn(process.execPath, ['--input-type=module', '-e', `
      import { sqliteLocks } from ${JSON.stringify(locks)}
      import { systemClock } from ${JSON.stringify(clock)}
      await sqliteLocks({ folder: ${JSON.stringify(join(stage.state, 'locks'))}, clock: systemClock(), pid: process.pid }).tryAcquire('run:${id}', 'somebody else')
      process.on('SIGINT', () => process.exit(9)).on('SIGTERM', () => process.exit(9))
      console.log('held')
      process.stdin.on('end', () => process.exit(0)).resume()`], { stdio: ['pipe', 'pipe', 'inherit'] })
    t.after(() => void other.kill('SIGKILL'))
    await once(other.stdout, 'data')
    const cancelled = await stage.command('runs', 'cancel', id, '--timeout', '1s').ended
    assert.equal(cancelled.code, 3)
    assert.match(cancelled.err, new RegExp(`still there after 1\\.0 s \\(process ${other.pid}\\)`))
    other.stdin.end()
    assert.deepEqual(await once(other, 'exit'), [0, null])
    await stage.world.release()
  })

  test('a control run is listed as one; whoever watches or cancels the run that it is for means both', async () => {
    await using stage = await openStage({ base: {}, head: FAILING })
    // The base, the upgrade, and then the control run.
    await stage.world.fault({ method: 'deploy', skip: 2, holds: true })
    const run = stage.start()
    await stage.world.held()
    const rows = JSON.parse((await stage.command('runs', 'list', '--json').ended).out) as Array<{ id: string; controlOf: string | null; state: string }>
    const [control, parent] = [rows.find(({ controlOf }) => controlOf !== null)!, rows.find(({ controlOf }) => controlOf === null)!]
    assert.deepEqual([rows.length, control.controlOf, control.state, parent.state], [2, parent.id, 'running', 'running'])
    const watch = stage.command('runs', 'watch', '--json')
    await watch.says('control run: does custom fail on 1.0.0+1 too?')
    const cancel = stage.command('runs', 'cancel', parent.id)
    await run.says('asked to end by')
    await stage.world.release()
    const [ran, watched, cancelled] = await Promise.all([run.ended, watch.ended, cancel.ended])
    assert.deepEqual([ran.code, (JSON.parse(watched.out) as RunResults).id], [1, parent.id])
    assert.deepEqual([cancelled.code, cancelled.out], [0, `${parent.id} was past cancelling (failed). It is torn down, and nothing of it is left.\n`])
    assert.deepEqual(await stage.lastWords(), ['gone', 'gone'])
    assert.match((await stage.command('runs', 'list').ended).out, new RegExp(`^${control.id} .* control run of ${parent.id}$`, 'm'))
  })

  test('T47: a control run that cannot begin leaves the verdict as it is, and the record says why there was none', async () => {
    await using stage = await openStage({ base: {}, head: FAILING })
    await stage.world.fault({ method: 'remove', holds: true })
    const run = stage.start()
    await Promise.race([stage.world.held(), run.ended.then(({ err }) => assert.fail(`it was never held:\n${err}`))])
    // Everything of the run itself is over but for its teardown.
    rmSync(stage.recipe, { recursive: true })
    await stage.world.release()
    const ended = await run.ended
    assert.equal(ended.code, 1, ended.err)
    const results = JSON.parse(ended.out) as RunResults
    assert.deepEqual([results.verdict, results.blame, results.teardown.verdict, results.level], ['fail', 'change', 'pass', 3])
    assert.match(results.summary.whose, /^This change, as far as is known: nobody tried whether 1\.0\.0\+1 fails here in the same way\. No control run: .*scene.*\.$/)
    assert.match(ended.err, /^\d\d:\d\d .*no control run: /m)
    assert.deepEqual([await stage.lastWords(), await stage.inventory()], [['gone'], []])
    const shown = await stage.command('runs', 'list', '--json').ended
    assert.deepEqual((JSON.parse(shown.out) as Array<{ state: string }>).map(({ state }) => state), ['failed'])
  })

  test('T47: Ctrl-C in the control run ends that one alone: the verdict that was found stands, with its exit code', async () => {
    await using stage = await openStage({ base: {}, head: FAILING })
    await stage.world.fault({ method: 'deploy', skip: 2, holds: true })
    const run = stage.start()
    await Promise.race([stage.world.held(), run.ended.then(({ err }) => assert.fail(`it was never held:\n${err}`))])
    run.kill('SIGINT')
    await run.says('Ctrl-C: ending')
    await stage.world.release()
    const ended = await run.ended
    const results = JSON.parse(ended.out) as RunResults
    assert.deepEqual([ended.code, results.verdict, results.teardown.verdict], [1, 'fail', 'pass'], ended.err)
    assert.match(results.summary.whose, /No control run: ended by SIGINT\.$/)
    assert.ok(results.evidence.some(({ name }) => name === 'control-run.json'))
    assert.deepEqual([await stage.lastWords(), await stage.inventory()], [['gone', 'gone'], []])
  })
})

/** A run that stands still in the middle of a call. */
async function heldRun(stage: Stage, method = 'pull') {
  await stage.world.fault({ method, holds: true })
  const run = stage.start(INSTALL)
  await Promise.race([stage.world.held(), run.ended.then(({ err }) => assert.fail(`it was never held:\n${err}`))])
  const [row] = JSON.parse((await stage.command('runs', 'list', '--json').ended).out) as Array<{ id: string }>
  return { run, id: row!.id }
}

/** The lines of a log without their times: an event is told a little after it happened. */
function told({ err }: Ended): string[] {
  return err.split('\n').filter((line) => /^\d/.test(line) && !line.includes(' still ')).map((line) => line.slice(line.indexOf(' ')))
}

function errorOf(ended: Ended): ErrorDocument['error'] {
  return (JSON.parse(ended.out) as ErrorDocument).error
}
