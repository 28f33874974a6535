import assert from 'node:assert/strict'
import test from 'node:test'
import type { Level, TierRecord, Verdict } from '../model/run.ts'
import { levelMeaning, levelOf } from './level.ts'

type Outcome = Partial<Record<TierRecord['name'], Verdict>>

function tiers(outcome: Outcome): TierRecord[] {
  const all: Outcome = { install: 'pass', upgrade: 'pass', backup: 'pass', restore: 'pass', custom: 'pass', lint: 'pass', ...outcome }
  return Object.entries(all).map(([name, verdict]) => ({ name: name as TierRecord['name'], verdict, reason: '', ms: 1, steps: [] }))
}

const CASES: Array<{ that: string; given: Outcome; uncovered?: string[]; gives: { level: Level; reason: string } }> = [
  { that: 'all rungs', given: {}, gives: { level: 5, reason: 'Every rung passed.' } },
  { that: 'nothing', given: { install: 'fail', upgrade: 'blocked' }, gives: { level: 0, reason: 'Level 1 needs install, and install failed.' } },
  { that: 'install alone', given: { upgrade: 'fail' }, gives: { level: 1, reason: 'Level 2 needs upgrade, and upgrade failed.' } },
  { that: 'a backup without its restore is half a rung', given: { restore: 'fail' }, gives: { level: 2, reason: 'Level 3 needs backup and restore, and restore failed.' } },
  { that: 'host trouble proves nothing', given: { backup: 'infra', restore: 'blocked' }, gives: { level: 2, reason: 'Level 3 needs backup and restore, and backup met host trouble.' } },
  { that: 'lint is the top', given: { lint: 'fail' }, gives: { level: 4, reason: 'Level 5 needs lint, and lint failed.' } },
  { that: 'a higher rung is worth nothing over a broken one', given: { custom: 'unverified' }, gives: { level: 3, reason: 'Level 4 needs custom, and custom was not proven.' } },
  { that: 'what does not apply is passed over', given: { upgrade: 'not-applicable' }, gives: { level: 5, reason: 'Every rung that applies passed; upgrade does not apply.' } },
  {
    that: 'the highest rung that passed counts, not the highest that does not apply',
    given: { backup: 'not-applicable', restore: 'not-applicable', custom: 'not-applicable', lint: 'fail' },
    gives: { level: 2, reason: 'Level 5 needs lint, and lint failed. Passed over, not climbed, because they do not apply: backup, restore and custom.' },
  },
  {
    that: 'a declared half of a rung is passed over, not climbed',
    given: { restore: 'not-applicable', custom: 'fail' },
    gives: { level: 2, reason: 'Level 4 needs custom, and custom failed. Passed over, not climbed, because it does not apply: restore.' },
  },
  { that: 'an install that does not apply proves nothing', given: { install: 'not-applicable' }, gives: { level: 0, reason: 'Level 1 needs install, and install does not apply.' } },
]

for (const { that, given, gives } of CASES) test(that, () => assert.deepEqual(levelOf(tiers(given), { partial: false, uncovered: [] }), gives))

test('who was stopped and what only warns are not called broken', () => {
  const reasonOf = (name: TierRecord['name'], verdict: Verdict, cause: string) => levelOf(tiers({}).map((tier) => (tier.name === name ? { ...tier, verdict, cause } : tier)), { partial: false, uncovered: [] }).reason
  assert.equal(reasonOf('lint', 'fail', 'lint'), 'Level 5 needs lint, and lint has warnings.')
  assert.equal(reasonOf('custom', 'infra', 'interrupted'), 'Level 4 needs custom, and custom was stopped.')
})

test('T55: a partial run has no level, so nothing can be promoted by it', () => {
  assert.deepEqual(levelOf(tiers({}), { partial: true, uncovered: [] }), { level: null, reason: 'Not all tiers were asked for: a partial run has no level.' })
})

test('a rung without a record was not climbed', () => {
  assert.deepEqual(levelOf([], { partial: false, uncovered: [] }), { level: 0, reason: 'Level 1 needs install, and install was not proven.' })
})

test('T63: volumes that no backup covers cap the level at 2, though every tier passed or does not apply', () => {
  const said = 'No backup covers data and uploads: level 2 at most, until the base has backup labels or `notBackedUp` in its cc-ci.yml says why not.'
  const none = { backup: 'not-applicable', restore: 'not-applicable' } as const
  assert.deepEqual(levelOf(tiers(none), { partial: false, uncovered: ['data', 'uploads'] }), { level: 2, reason: said })
  assert.deepEqual(levelOf(tiers({}), { partial: false, uncovered: ['data', 'uploads'] }), { level: 2, reason: said }, 'some are covered, and these are not')
  assert.deepEqual(levelOf(tiers({ ...none, upgrade: 'not-applicable' }), { partial: false, uncovered: ['data', 'uploads'] }), { level: 1, reason: `${said} Passed over, not climbed, because it does not apply: upgrade.` }, 'not even that level')
  assert.deepEqual(levelOf(tiers(none), { partial: false, uncovered: [] }), { level: 5, reason: 'Every rung that applies passed; backup and restore do not apply.' })
})

test('T63: backup labels that the head dropped leave the rung unproven, and the level below it', () => {
  const given = { backup: 'unverified', restore: 'unverified' } as const
  assert.deepEqual(levelOf(tiers(given), { partial: false, uncovered: [] }), { level: 2, reason: 'Level 3 needs backup and restore, and backup was not proven.' })
})

test('each level says what it is worth', () => {
  assert.deepEqual(([null, 0, 1, 2, 3, 4, 5] as const).map(levelMeaning), [
    'no level', 'not proven to install', 'installs', 'installs and upgrades', 'installs, upgrades, backs up and restores', 'passes its own checks, too', 'passes everything, lint included',
  ])
})
