import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { checkout, cli, start, temporaryFolder } from '../support/cli.ts'

/** What a person sees when a run is interrupted in each of its tiers; the same story on every engine. */
export function testInterruptions(engine: 'local' | 'swarm', given: { env(): Promise<Record<string, string>>; tiers: string[]; inventory(state: string): Promise<string[]> }): void {
  const recipe = join(checkout, 'fixtures', 'recipes', 'notes')

  for (const tier of given.tiers) {
    test(`Ctrl-C during ${tier} on ${engine}: torn down, exit code 130, nothing left`, async () => {
      using folder = temporaryFolder('interrupted')
      const env = await given.env()
      const before = await given.inventory(folder.path)
      const run = start(['run', recipe, '--engine', engine, '--json', '--state', folder.path], { env })
      await run.says(new RegExp(`^.*\\b${tier}\\b`, 'm'))
      run.kill('SIGINT')
      const ended = await run.ended
      assert.equal(ended.code, 130, ended.err)
      const results = JSON.parse(ended.out)
      assert.equal(results.verdict, 'infra')
      assert.deepEqual(results.teardown, { verdict: 'pass', leftovers: [] })
      assert.deepEqual(await given.inventory(folder.path), before)
    })

    test(`kill -9 during ${tier} on ${engine}, then runs clean: nothing left`, async () => {
      using folder = temporaryFolder('killed')
      const env = await given.env()
      const before = await given.inventory(folder.path)
      const run = start(['run', recipe, '--engine', engine, '--state', folder.path], { env })
      await run.says(new RegExp(`^.*\\b${tier}\\b`, 'm'))
      run.kill('SIGKILL')
      await run.ended
      const cleaned = await cli(['runs', 'clean', '--json', '--state', folder.path], { env })
      assert.equal(cleaned.code, 0, cleaned.err)
      assert.deepEqual(JSON.parse(cleaned.out).map((one: { did: string }) => one.did), ['removed'])
      assert.deepEqual(await given.inventory(folder.path), before)
      const again = await cli(['runs', 'clean', '--json', '--state', folder.path], { env })
      assert.deepEqual(JSON.parse(again.out), [], 'what is clean stays clean')
      const listed = JSON.parse((await cli(['runs', 'list', '--json', '--state', folder.path], { env })).out)
      assert.deepEqual(listed.map((one: { state: string; gone: boolean }) => [one.state, one.gone]), [['died', true]])
    })
  }

  test(`T28: two runs of one recipe at once on ${engine} do not touch each other, and runs clean touches neither (T29)`, async () => {
    using folder = temporaryFolder('two')
    const env = await given.env()
    const before = await given.inventory(folder.path)
    const runs = [0, 1].map(() => start(['run', recipe, '--engine', engine, '--json', '--state', folder.path], { env }))
    await Promise.all(runs.map((run) => run.says(/^.*\bupgrade\b/m)))
    const cleaned = JSON.parse((await cli(['runs', 'clean', '--json', '--state', folder.path], { env })).out)
    assert.deepEqual(cleaned.map((one: { did: string; because: string }) => [one.did, one.because]), [['nothing', 'alive'], ['nothing', 'alive']])
    for (const run of runs) {
      const ended = await run.ended
      assert.equal(ended.code, 0, ended.err)
    }
    assert.deepEqual(await given.inventory(folder.path), before)
    assert.equal((await readdir(join(folder.path, 'runs'))).length, 2)
  })
}
