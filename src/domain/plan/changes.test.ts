import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { ReadRecipe } from '../model/read-recipe.ts'
import { orphans, whatChanges } from './changes.ts'
import { sampleRecipe, sampleService } from './samples/recipe.ts'

function withService(over: Parameters<typeof sampleService>[0]): ReadRecipe {
  return sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService(over) } } })
}

const content = { base: () => 'same', head: () => 'same' }
const config = (name: string) => sampleRecipe({ stack: { ...sampleRecipe().stack, configs: { settings: { name, file: 'settings.json' } } } })

const cases: Array<{ that: string; base: ReadRecipe; head: ReadRecipe; contentOf?: typeof content; then: string[] }> = [
  { that: 'T26: the same thing again is no upgrade', base: sampleRecipe(), head: sampleRecipe(), then: [] },
  {
    that: 'T26: another version label alone is no upgrade',
    base: withService({ deploy: { labels: { 'coop-cloud.x.version': '1.0.0+1' } } }),
    head: withService({ deploy: { labels: { 'coop-cloud.x.version': '1.0.1+1' } } }),
    then: [],
  },
  { that: 'another image', base: sampleRecipe(), head: withService({ image: 'sample:2' }), then: ['image of app: sample:1 → sample:2'] },
  { that: 'another command', base: sampleRecipe(), head: withService({ command: ['x'] }), then: ['definition of app'] },
  { that: 'the order of keys is no change', base: withService({ environment: { A: '1', B: '2' } }), head: withService({ environment: { B: '2', A: '1' } }), then: [] },
  { that: 'a config of another name', base: config('a_v1'), head: config('a_v2'), then: ['config settings'] },
  { that: 'a config of the same name with another text', base: config('a'), head: config('a'), contentOf: { base: () => 'old', head: () => 'new' }, then: ['config settings'] },
  { that: 'a setting that reaches the app', base: sampleRecipe({ env: { MODE: 'a' } }), head: sampleRecipe({ env: { MODE: 'b' } }), then: ['setting MODE'] },
]

for (const { that, base, head, contentOf, then } of cases) test(that, () => assert.deepEqual(whatChanges(base, head, contentOf ?? content), then))

test('T31: services that the head dropped are named', () => {
  const base = sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService(), worker: sampleService() } } })
  assert.deepEqual(orphans(base, sampleRecipe()), ['worker'])
  assert.deepEqual(whatChanges(base, sampleRecipe(), content), ['service worker is gone'])
})
