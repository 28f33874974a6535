import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { play } from './play.ts'
import { readScenarios, type ScenarioEngine } from './scenario.ts'

/** The scenarios of which `engine` is the first; with `CCCI_LONG=1` all that it can play. */
export async function testScenarios(engine: ScenarioEngine, atOnce: number): Promise<void> {
  const scenarios = (await readScenarios()).filter(({ engines }) => (process.env.CCCI_LONG === '1' ? engines.includes(engine) : engines[0] === engine))
  // Most of a run is waiting, so several go at once.
  describe(`scenarios on ${engine}`, { concurrency: atOnce }, () => {
    for (const scenario of scenarios) {
      test(`${scenario.name} on ${engine}: ${scenario.says}`, async () => {
        const { differences, err } = await play(scenario, engine)
        assert.deepEqual(differences, [], err)
      })
    }
  })
}
