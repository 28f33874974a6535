/** Apps of runs with `--keep`: what a signal does to them, and who removes them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openStage } from '../scenario/scripted-stage.ts'

const KEEP = ['--base', 'none', '--tier', 'install', '--keep']

describe('runs with --keep', { concurrency: 2 }, () => {
  test('T29: what a person wants to look at is no leftover: runs clean and doctor leave it alone, and its name removes it', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    const { code, results, err } = await stage.run(KEEP)
    assert.deepEqual([code, results.verdict], [0, 'pass'], err)
    const before = await stage.inventory()
    assert.notDeepEqual(before, [])

    const all = await stage.command('runs', 'clean').ended
    assert.deepEqual(all, { code: 0, out: 'Nothing to clean.\n', err: `${results.id}: kept, as it was started with --keep; its name removes it: cc-ci runs clean ${results.id}\n` })
    assert.deepEqual(await stage.inventory(), before)
    assert.match((await stage.command('runs', 'list').ended).out, new RegExp(`^${results.id} .*  kept: cc-ci runs clean ${results.id}$`, 'm'))
    assert.doesNotMatch((await stage.command('doctor').ended).out, /died before the teardown/)

    const named = await stage.command('runs', 'clean', results.id).ended
    assert.deepEqual([named.code, named.out], [0, ''], named.err)
    assert.match(named.err, new RegExp(`^${results.id}: removed \\(\\d+ things?\\)$`, 'm'))
    assert.deepEqual(await stage.inventory(), [])
  })

  test('a signal says that nothing is torn down, and nothing is', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    await stage.world.fault({ method: 'deploy', holds: true })
    const run = stage.start(KEEP)
    await Promise.race([stage.world.held(), run.ended.then(({ err }) => assert.fail(`it was never held:\n${err}`))])
    run.kill('SIGTERM')
    await run.says('SIGTERM: ending. Nothing is torn down, as it was started with --keep.\n')
    run.kill('SIGTERM')
    await run.says('Ending already. What was made stays, and is on record.\n')
    await stage.world.release()
    const ended = await run.ended
    assert.equal(ended.code, 143)
    assert.doesNotMatch(ended.err, /tearing down/)
    assert.notDeepEqual(await stage.inventory(), [])
  })
})
