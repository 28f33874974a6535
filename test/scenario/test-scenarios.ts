import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { OpenHost } from './host.ts'
import { play } from './play.ts'
import { readScenarios, type ScenarioEngine } from './scenario.ts'

/** The scenarios of which `engine` is the first, but for those that take minutes; with `CCCI_LONG=1` all that it can play. */
export async function testScenarios(engine: ScenarioEngine, given: { atOnce: number; openHost: OpenHost }): Promise<void> {
  const scenarios = (await readScenarios()).filter(({ engines, long }) => (process.env.CCCI_LONG === '1' ? engines.includes(engine) : engines[0] === engine && !long))
  // Most of a run is waiting, so several go at once.
  describe(`scenarios on ${engine}`, { concurrency: given.atOnce }, () => {
    for (const scenario of scenarios) {
      test(`${scenario.name} on ${engine}: ${scenario.says}`, async () => {
        const { differences, err } = await play(scenario, engine, given.openHost)
        assert.deepEqual(differences, [], err)
      })
    }
  })
}
