import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { BackupLabels, ReadRecipe } from '../model/read-recipe.ts'
import { backupDuty, coverageOf } from './coverage.ts'
import { sampleRecipe, sampleService } from './samples/recipe.ts'

const place = { file: 'compose.yml', line: 1, column: 1 }

function labels(over: Partial<BackupLabels> = {}): BackupLabels {
  return { service: 'app', enabled: true, paths: [], volumes: {}, place, ...over }
}

function recipe(backup: BackupLabels[], over: Partial<ReadRecipe> = {}): ReadRecipe {
  return sampleRecipe({ backup, ...over })
}

const twoVolumes = { services: { app: sampleService({ volumes: [{ type: 'volume', source: 'data', target: '/data' }, { type: 'volume', source: 'cache', target: '/data/cache' }] }) }, networks: {}, volumes: { data: {}, cache: {} }, secrets: {}, configs: {} }

const cases: Array<{ that: string; given: ReadRecipe; saved: string; uncovered: string[]; astray?: string[] }> = [
  { that: 'the bare label saves every volume of the service', given: recipe([labels()], { stack: twoVolumes }), saved: 'data/. cache/.', uncovered: [] },
  { that: 'a volume can be left out', given: recipe([labels({ volumes: { cache: false } })], { stack: twoVolumes }), saved: 'data/.', uncovered: ['cache'] },
  { that: 'a path inside a volume', given: recipe([labels({ volumes: { data: 'backup.sql', cache: false } })], { stack: twoVolumes }), saved: 'data/backup.sql', uncovered: ['cache'] },
  { that: 'a path inside the container is found in the deepest volume that holds it', given: recipe([labels({ paths: ['/data/cache/x'] })], { stack: twoVolumes }), saved: 'cache/x', uncovered: ['data'] },
  { that: 'a path on no volume is astray', given: recipe([labels({ paths: ['/backup.sql'] })]), saved: '', uncovered: ['data'], astray: ['/backup.sql'] },
  { that: 'a path below another saved path is saved once', given: recipe([labels({ paths: ['/data', '/data/a'] })]), saved: 'data/.', uncovered: [] },
  { that: 'labels that are switched off save nothing', given: recipe([labels({ enabled: false })]), saved: '', uncovered: ['data'] },
  { that: '/database is not below /data', given: recipe([labels({ paths: ['/database/x'] })]), saved: '', uncovered: ['data'], astray: ['/database/x'] },
]

for (const { that, given, saved, uncovered, astray } of cases) {
  test(that, () => {
    const coverage = coverageOf(given)
    assert.equal(coverage.saved.map((entry) => `${entry.volume}/${entry.path}`).join(' '), saved)
    assert.deepEqual(coverage.uncovered, uncovered)
    assert.deepEqual(coverage.astray.map((entry) => entry.path), astray ?? [])
  })
}

const without = recipe([])
const having = recipe([labels()])
const declares = (over: Partial<ReadRecipe['config']>) => sampleRecipe({ config: { ...sampleRecipe().config, ...over } })

const duties: Array<{ that: string; base: ReadRecipe | null; head: ReadRecipe; then: string }> = [
  { that: 'labels: the tier applies', base: having, head: having, then: 'apply' },
  { that: 'T63: a head that drops its labels is not verified', base: having, head: without, then: 'dropped' },
  { that: 'T63: a head that declares the tier away is not believed', base: without, head: declares({ notApplicable: { backup: 'trust me' } }), then: 'not-covered' },
  { that: 'T63: nor one that declares away and drops', base: having, head: declares({ notApplicable: { backup: 'trust me' } }), then: 'dropped' },
  { that: 'a base that declared it is believed', base: declares({ notApplicable: { backup: 'a cache' } }), head: without, then: 'declared' },
  { that: 'a volume that the base declared not to need one is no gap', base: declares({ notBackedUp: { data: 'a cache' } }), head: without, then: 'declared' },
  { that: 'without a base the head is all there is', base: null, head: declares({ notApplicable: { backup: 'a cache' } }), then: 'declared' },
  { that: 'no labels anywhere is a gap', base: without, head: without, then: 'not-covered' },
  { that: 'no volumes, nothing to back up', base: null, head: sampleRecipe({ stack: { ...sampleRecipe().stack, services: { app: sampleService({ volumes: [] }) } } }), then: 'no-data' },
]

const nameless = (over: Partial<ReadRecipe['config']> = {}) => sampleRecipe({ backup: [labels()], stack: { ...sampleRecipe().stack, services: { app: sampleService({ volumes: [{ type: 'volume', target: '/data' }] }) } }, config: { ...sampleRecipe().config, ...over } })

test('T63: a volume without a name is data that no backup covers', () => {
  assert.deepEqual(backupDuty({ base: nameless(), head: nameless() }), { is: 'not-covered', volumes: ['/data in app'], nameless: ['/data in app'] })
  assert.equal(backupDuty({ base: nameless({ notBackedUp: { '/data': 'a cache' } }), head: nameless() }).is, 'declared')
  const both = sampleRecipe({ backup: [labels()], stack: { ...sampleRecipe().stack, services: { app: sampleService({ volumes: [...sampleService().volumes!, { type: 'volume', target: '/more' }] }) } } })
  const duty = backupDuty({ base: both, head: both })
  assert.deepEqual(duty.is === 'apply' && duty.gaps, ['/more in app'])
})

for (const { that, base, head, then } of duties) test(that, () => assert.equal(backupDuty({ base, head }).is, then))
