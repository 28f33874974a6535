import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { RunResults } from '../../src/domain/model/run.ts'
import { seeded, shuffled } from '../support/seeded.ts'
import { openStage, type Stage } from './scripted-stage.ts'

const SEED = 20_250
const KILLS = 12
const secret = true

// Most of a run is waiting.
describe('moments of a run on the scripted engine', { concurrency: 8 }, () => {
  for (const moment of momentsToDie()) {
    test(`kill -9 ${moment.done ? 'after' : 'before'} change ${moment.change} of a run, then runs clean: nothing left (T30)`, async () => {
      const versions = { secret, services: { app: {}, worker: {} } }
      await using stage = await openStage({ base: versions, head: versions })
      await stage.world.fault({ method: 'changing', skip: moment.change - 1, holds: true, done: moment.done })
      const run = stage.start()
      const outlived = run.ended.then(({ err }) => assert.fail(`the run made fewer changes than ${moment.change}:\n${err}`))
      await Promise.race([stage.world.held(), outlived])
      await killed(run, outlived)
      assert.deepEqual(await stage.clean(), { code: 0, did: ['removed'] })
      assert.deepEqual(await stage.inventory(), [])
      assert.deepEqual(await stage.lastWords(), ['gone'])
    })
  }

  test('T42: a removal that fails makes a green run host trouble, with names; runs clean mends it when the engine does', async () => {
    await using stage = await openStage({ base: { secret }, head: { secret } })
    await stage.world.fault({ method: 'remove', times: 2, kind: 'unreachable', says: 'connection reset' })
    const { code, results } = await stage.run(['--base', 'none'])
    assert.deepEqual([code, results.verdict, results.blame, results.level], [3, 'infra', 'host', 5])
    assert.deepEqual(tiersOf(results), { lint: 'pass', install: 'pass', upgrade: 'not-applicable', backup: 'pass', restore: 'pass', custom: 'pass', teardown: 'infra' })
    assert.deepEqual([...new Set(results.teardown.leftovers.map(({ kind }) => kind))].sort(), ['network', 'secret', 'service', 'task', 'volume'])
    assert.match(results.summary.next, /runs clean/)
    assert.deepEqual(await stage.clean(), { code: 3, did: ['left'] })
    assert.deepEqual(await stage.clean(), { code: 0, did: ['removed'] })
    assert.deepEqual(await stage.inventory(), [])
  })

  test('T19: tasks that take their time to go are waited for, and then nothing is left', async () => {
    await using stage = await openStage({ base: {}, head: { services: { app: { lingersMs: 2_000 } } } })
    const { code, results } = await stage.run(['--base', 'none', '--tier', 'install'])
    assert.equal(code, 0, results.summary.why)
    assert.deepEqual(results.teardown, { verdict: 'pass', leftovers: [] })
    assert.deepEqual(await stage.inventory(), [])
  })

  test('T19: runs clean waits for what a killed teardown was still removing', async () => {
    await using stage = await openStage({ base: {}, head: { services: { app: { lingersUntilReleased: true } } } })
    const run = stage.start(['--base', 'none', '--tier', 'install'])
    const removals = (count: number) => async () => (await stage.world.counts()).remove === count
    await until('the teardown removes', run.ended, removals(1))
    await killed(run)
    const clean = stage.clean()
    await until('runs clean removes, too', clean, removals(2))
    // Whoever does not wait for the tasks says so now.
    await Promise.race([clean, new Promise((resolve) => setTimeout(resolve, 2_000).unref())])
    await stage.world.release()
    assert.deepEqual(await clean, { code: 0, did: ['removed'] })
    assert.deepEqual(await stage.inventory(), [])
  })

  test('runs that publish the same port do not overlap; one that waits can be stopped, and has made nothing', async () => {
    const version = { services: { app: { port: 18_080 } } }
    await using stage = await openStage({ base: version, head: version })
    const install = ['--base', 'none', '--tier', 'install']
    await stage.world.fault({ method: 'pull', holds: true })
    const first = stage.start(install)
    await stage.world.held()
    const [second, third] = [stage.start(install), stage.start()]
    await Promise.all([second, third].map((run) => run.says('waiting for port 18080/tcp, which run scen-')))
    third.kill('SIGINT')
    const stopped = await third.ended
    const results = JSON.parse(stopped.out) as RunResults
    assert.deepEqual([stopped.code, results.verdict, results.deploys.seen], [130, 'infra', 0])
    assert.deepEqual(results.tiers.filter(({ name }) => name !== 'lint').map(({ cause }) => cause), Array(5).fill('interrupted'))
    await stage.world.release()
    // Whoever deploys while the other one stands is refused by the engine.
    const [before, after] = (await Promise.all([first.ended, second.ended])).map(({ code, out, err }) => {
      assert.equal(code, 0, err)
      return JSON.parse(out) as RunResults
    })
    const deployed = after!.tiers.find(({ name }) => name === 'install')!.steps.find(({ name }) => name.startsWith('deploy'))!
    const gone = before!.tiers.find(({ name }) => name === 'teardown')!.steps.at(-1)!
    assert.ok(deployed.at >= gone.at, 'the second one deployed when the first one was gone')
    assert.deepEqual(await stage.lastWords(), ['gone', 'gone', 'gone'])
  })
})

/** Moments among the changes that the run of this recipe makes, without its first and with its last: drawn by a seed, so that red stays red. */
function momentsToDie(): Array<{ change: number; done: boolean }> {
  const all = Array.from({ length: 18 }, (_, index) => index + 1).flatMap((change) => [false, true].map((done) => ({ change, done })))
  return shuffled(all, seeded(SEED)).slice(0, KILLS)
}

async function killed(run: ReturnType<Stage['start']>, outlived?: Promise<unknown>): Promise<void> {
  outlived?.catch(() => {})
  run.kill('SIGKILL')
  await run.ended
}

async function until(what: string, ended: Promise<unknown>, is: () => Promise<boolean>): Promise<void> {
  let over: unknown
  void ended.then((how) => (over = how), (error: unknown) => (over = error))
  const deadline = performance.now() + 60_000
  while (!(await is())) {
    if (over !== undefined || performance.now() > deadline) assert.fail(`${what}: not seen ${over === undefined ? 'within 60 s' : `before the end: ${inspect(over)}`}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function tiersOf(results: RunResults): Record<string, string> {
  return Object.fromEntries(results.tiers.map(({ name, verdict }) => [name, verdict]))
}
