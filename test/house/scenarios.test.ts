import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { fits } from '../scenario/judge.ts'
import { makeNeeds, makeScenarioRecipe } from '../scenario/make-recipe.ts'
import { readScenarios } from '../scenario/scenario.ts'
import { temporaryFolder } from '../support/cli.ts'

test('scenarios are numbered without a gap, and every one can be made', async () => {
  const scenarios = await readScenarios()
  assert.deepEqual(scenarios.map(({ name }) => Number(name.slice(0, 2))), scenarios.map((_, index) => index + 1))
  assert.ok(scenarios.filter(({ engines }) => engines.includes('swarm')).length >= 20)
  using folder = temporaryFolder('scenarios')
  for (const scenario of scenarios) {
    const made = await makeScenarioRecipe(scenario, join(folder.path, scenario.name))
    await makeNeeds(scenario, join(folder.path, scenario.name))
    const versions = readdirSync(made)
    assert.deepEqual(versions.toSorted(), scenario.scenes ? ['1.0.0+1', '1.1.0+2'] : [scenario.base, scenario.head].toSorted(), scenario.name)
    if (scenario.engines.includes('local')) for (const version of versions) assertSameServices(join(made, version), scenario.name)
  }
})

function assertSameServices(recipe: string, name: string): void {
  const [compose, local] = ['compose.yml', 'compose.local.yml'].map((file) => parse(readFileSync(join(recipe, file), 'utf8')) as { services: object })
  assert.deepEqual(Object.keys(local!.services), Object.keys(compose!.services), `${name}: the overlay for local has the same services`)
}

test('an ellipsis stands for what differs from run to run, and for nothing else', () => {
  const fitting = (wanted: string, text: string) => fits(wanted, text)
  assert.ok(fitting('http://…/healthz does not answer.', 'http://note-1a2b3c.ci.test/healthz does not answer.'))
  assert.ok(fitting('it says so', 'it says so'))
  assert.ok(fitting('… and …', 'this and that'))
  assert.ok(!fitting('it says so', 'it says so.'))
  assert.ok(!fitting('http://…/healthz', 'https://host/healthz'))
  assert.ok(!fitting('it ended … times.', 'it ended 3 times'))
  assert.ok(!fitting('ab…ba', 'aba'))
})
