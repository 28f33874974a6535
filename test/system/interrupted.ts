import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { checkout, cli, start, temporaryFolder } from '../support/cli.ts'

/** What a person sees when a run is interrupted in each of its tiers; the same story on every engine. */
export function testInterruptions(engine: 'local' | 'swarm', given: { env(): Promise<Record<string, string>>; tiers: string[]; atOnce: number; /** What is there of the runs of this state folder. */ inventory(state: string): Promise<string[]> }): void {
  describe(`interrupted runs on ${engine}`, { concurrency: given.atOnce }, () => stories(engine, given))
}

/** The line that the log begins a tier with. */
function begins(tier: string): RegExp {
  return new RegExp(`^\\d+:\\d+ ${tier}, at most`, 'm')
}

function stories(engine: 'local' | 'swarm', given: Parameters<typeof testInterruptions>[1]): void {
  const recipe = join(checkout, 'fixtures', 'recipes', 'notes')

  for (const [index, tier] of given.tiers.entries()) {
    // On a Swarm each tier is interrupted in one way; both ways in each tier is the long form: CCCI_LONG=1.
    const both = engine === 'local' || process.env.CCCI_LONG === '1'
    if (both || index % 2 === 0) test(`Ctrl-C during ${tier} on ${engine}: torn down, exit code 130, nothing left`, async () => {
      using folder = temporaryFolder('interrupted')
      const env = await given.env()
      const run = start(['run', recipe, '--engine', engine, '--json', '--state', folder.path], { env })
      await run.says(begins(tier))
      run.kill('SIGINT')
      const ended = await run.ended
      const results = JSON.parse(ended.out)
      // Whoever interrupts the teardown of a run that has passed everything learns that it passed.
      const [code, verdict] = tier === 'teardown' ? [0, 'pass'] : [130, 'infra']
      assert.equal(ended.code, code, ended.err)
      assert.equal(results.verdict, verdict)
      assert.deepEqual(results.teardown.leftovers, [])
      // At the very beginning there may be nothing yet to tear down.
      assert.ok(tier === 'install' ? results.teardown.verdict !== 'infra' : results.teardown.verdict === 'pass')
      assert.deepEqual(await given.inventory(folder.path), [])
    })

    if (both || index % 2 === 1) test(`kill -9 during ${tier} on ${engine}, then runs clean: nothing left`, async () => {
      using folder = temporaryFolder('killed')
      const env = await given.env()
      const run = start(['run', recipe, '--engine', engine, '--state', folder.path], { env })
      await run.says(begins(tier))
      run.kill('SIGKILL')
      await run.ended
      const cleaned = await cli(['runs', 'clean', '--json', '--state', folder.path], { env })
      assert.equal(cleaned.code, 0, cleaned.err)
      assert.deepEqual(JSON.parse(cleaned.out).map((one: { did: string }) => one.did), ['removed'])
      assert.deepEqual(await given.inventory(folder.path), [])
      const again = await cli(['runs', 'clean', '--json', '--state', folder.path], { env })
      assert.deepEqual(JSON.parse(again.out), [], 'what is clean stays clean')
      const listed = JSON.parse((await cli(['runs', 'list', '--json', '--state', folder.path], { env })).out)
      assert.deepEqual(listed.map((one: { state: string; gone: boolean }) => [one.state, one.gone]), [['died', true]])
    })
  }

  test(`T28: two runs of one recipe at once on ${engine} do not touch each other, and runs clean touches neither (T29)`, async () => {
    using folder = temporaryFolder('two')
    const env = await given.env()
    const runs = [0, 1].map(() => start(['run', recipe, '--engine', engine, '--json', '--state', folder.path], { env }))
    await Promise.all(runs.map((run) => run.says(begins('upgrade'))))
    const cleaned = JSON.parse((await cli(['runs', 'clean', '--json', '--state', folder.path], { env })).out)
    assert.deepEqual(cleaned.map((one: { did: string; because: string }) => [one.did, one.because]), [['nothing', 'alive'], ['nothing', 'alive']])
    for (const run of runs) {
      const ended = await run.ended
      assert.equal(ended.code, 0, ended.err)
    }
    assert.deepEqual(await given.inventory(folder.path), [])
    assert.equal((await readdir(join(folder.path, 'runs'))).length, 2)
  })
}
