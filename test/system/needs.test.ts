import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { stringify } from 'yaml'
import type { RunResults } from '../../src/domain/model/run.ts'
import { makeNeeds, makeScenarioRecipe } from '../scenario/make-recipe.ts'
import { readScenario } from '../scenario/scenario.ts'
import { appProcesses } from '../support/app-processes.ts'
import { cli, start, temporaryFolder } from '../support/cli.ts'

/** Recipes that need another one, where a run does not come to its end as it should. How it goes otherwise: scenarios 68 to 71. */

/** A check that passes once the needed app no longer answers, which is its failure: what it was to prove it could not. */
const WAITS_FOR_ITS_END = `#!/usr/bin/env node
const { CCCI_NEED_JOURNAL_URL, CCCI_NEED_JOURNAL_HOST, CCCI_CONNECT } = process.env
const { request } = await import('node:http')
const [, address, port] = /^(.+):(\\d+)$/.exec(CCCI_CONNECT)
console.log('asking')
const asked = () => new Promise((resolve) => request({ host: address, port, path: '/healthz', headers: { host: new URL(CCCI_NEED_JOURNAL_URL).host }, agent: false }, (answer) => resolve(answer.resume().statusCode)).on('error', () => resolve(0)).end())
const { setTimeout: pause } = await import('node:timers/promises')
while (await asked() === 200) await pause(50)
throw new Error('the journal is gone')
`

async function stage(folder: string, edit: (recipe: string) => Promise<void> = async () => {}): Promise<{ recipe: string; env: Record<string, string>; state: string }> {
  const scenario = await readScenario('68-needs-another')
  const recipe = await makeScenarioRecipe(scenario, folder)
  await edit(join(recipe, scenario.head!))
  const settings = join(folder, 'settings.yml')
  await writeFile(settings, stringify({ recipes: await makeNeeds(scenario, folder) }))
  return { recipe, env: { CCCI_SETTINGS: settings }, state: join(folder, 'state') }
}

async function useItUntilItsEnd(head: string): Promise<void> {
  await mkdir(join(head, 'tests'), { recursive: true })
  await writeFile(join(head, 'tests/uses-journal.mjs'), WAITS_FOR_ITS_END)
  await chmod(join(head, 'tests/uses-journal.mjs'), 0o755)
}

function isApp({ environment }: { environment: string }): boolean {
  return /(^|\0)DATA_DIR=/.test(environment)
}

describe('recipes that need another one', { concurrency: 2 }, () => {
  test('killed while the needed one is up, runs clean leaves nothing of either (T30)', async () => {
    using folder = temporaryFolder('needs-killed')
    const { recipe, env, state } = await stage(folder.path, useItUntilItsEnd)
    const run = start(['run', recipe, '--engine', 'local', '--state', state], { env })
    await run.says('the journal is used')
    // While the check runs, both stand still: an upgrade, say, would stop the one to start it anew.
    assert.equal((await appProcesses(state)).filter(isApp).length, 2)
    run.kill('SIGKILL')
    await run.ended
    const cleaned = await cli(['runs', 'clean', '--json', '--state', state], { env })
    assert.deepEqual(JSON.parse(cleaned.out).map((one: { did: string }) => one.did), ['removed'], cleaned.err)
    assert.deepEqual(await appProcesses(state), [])
    assert.deepEqual(JSON.parse((await cli(['runs', 'clean', '--json', '--state', state], { env })).out), [])
  })

  test('a check that fails because the needed one died is not the recipe\'s fault, and the run is not green (T27)', async () => {
    using folder = temporaryFolder('needs-died')
    const { recipe, env, state } = await stage(folder.path, useItUntilItsEnd)
    const run = start(['run', recipe, '--engine', 'local', '--json', '--state', state], { env })
    await run.says('the journal is used')
    const journal = (await appProcesses(state)).filter(({ environment }) => /DATA_DIR=[^\0]*journal-n/.test(environment))
    assert.equal(journal.length, 1)
    process.kill(journal[0]!.pid, 'SIGKILL')
    const { code, out, err } = await run.ended
    const { verdict, blame, summary, tiers, teardown } = JSON.parse(out) as RunResults
    assert.deepEqual([code, verdict, blame, tiers.find(({ name }) => name === 'custom')?.cause], [3, 'infra', 'host', 'need-failed'], err)
    assert.equal(summary.what, 'journal, which the recipe needs, does not run.')
    assert.deepEqual(teardown.leftovers, [])
    assert.deepEqual(await appProcesses(state), [])
  })
})
