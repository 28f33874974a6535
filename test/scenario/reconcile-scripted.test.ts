import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPlatformStage } from './platform-stage.ts'

// time limit: 480 s, because a busy machine starts some hundred processes here slowly.

describe('platform apps on the scripted engine', { concurrency: 4 }, () => {
  test('a first release is installed, a second look does nothing, a newer one is committed, and one that is worse is rolled back', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    stage.publish('1.0.0+1', {})
    const installed = await stage.reconcile()
    assert.deepEqual([installed.code, installed.told.result], [0, { is: 'done', decision: 'install', outcome: { is: 'committed', version: '1.0.0+1' }, at: '1.0.0+1', before: [], lastLines: [] }], installed.err)
    assert.equal(await stage.answers(), '200 1.0.0+1')
    const again = await stage.reconcile()
    assert.deepEqual([again.code, again.told.result.is === 'done' && again.told.result.decision], [0, 'nothing'], again.err)
    stage.publish('1.1.0+2', {})
    const upgraded = await stage.reconcile()
    assert.equal(upgraded.code, 0, upgraded.err)
    assert.deepEqual([await stage.answers(), stage.lastGood()?.version], ['200 1.1.0+2', '1.1.0+2'])
    stage.publish('1.2.0+3', { services: { app: { exitAfterMs: 200, exitCode: 5 } } })
    const worse = await stage.reconcile()
    assert.equal(worse.code, 1, worse.err)
    assert.deepEqual([await stage.answers(), stage.lastGood()?.version], ['200 1.1.0+2', '1.1.0+2'])
    assert.deepEqual((await stage.alerts()).map(({ id, kind }) => [id, kind]), [['platform-scene-failed-1.2.0+3', 'failed']])
  })
})
