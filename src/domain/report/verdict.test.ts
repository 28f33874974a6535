import assert from 'node:assert/strict'
import test from 'node:test'
import type { Problem } from '../model/problem.ts'
import { TIERS, type TierName, type TierRecord, type Verdict } from '../model/run.ts'
import { exitCodeOf, verdictOf } from './verdict.ts'

type Outcome = Partial<Record<TierRecord['name'], Verdict | 'absent'>>

function tiers(outcome: Outcome): TierRecord[] {
  const all: Outcome = { lint: 'pass', install: 'pass', upgrade: 'pass', backup: 'pass', restore: 'pass', custom: 'pass', teardown: 'pass', ...outcome }
  return Object.entries(all)
    .filter(([, verdict]) => verdict !== 'absent')
    .map(([name, verdict]) => ({ name: name as TierRecord['name'], verdict: verdict as Verdict, reason: '', ms: 1, steps: [] }))
}

const nothing: Outcome = { install: 'absent', upgrade: 'absent', backup: 'absent', restore: 'absent', custom: 'absent' }
const all = (verdict: Verdict): Outcome => Object.fromEntries(TIERS.map((name) => [name, verdict]))

const CASES: Array<{ that: string; given: Outcome; asked?: TierName[]; gives: Verdict }> = [
  { that: 'all passed is a pass', given: {}, gives: 'pass' },
  { that: 'what does not apply is passed over', given: { upgrade: 'not-applicable', custom: 'not-applicable' }, gives: 'pass' },
  { that: 'a failed tier fails the run, with the rest blocked', given: { upgrade: 'fail', backup: 'blocked', restore: 'blocked', custom: 'blocked' }, gives: 'fail' },
  { that: 'a failed tier wins over host trouble elsewhere', given: { backup: 'infra', custom: 'fail' }, gives: 'fail' },
  { that: 'host trouble in a tier is infra', given: { install: 'infra', upgrade: 'blocked', backup: 'blocked', restore: 'blocked', custom: 'blocked' }, gives: 'infra' },
  { that: 'host trouble wins over what is not proven', given: { backup: 'unverified', custom: 'infra' }, gives: 'infra' },
  { that: 'a tier that should have run and did not is not green', given: { custom: 'unverified' }, gives: 'unverified' },
  { that: 'a tier that left no record is not green', given: { restore: 'absent' }, gives: 'unverified' },
  { that: 'a tier that was not asked for is not missed', given: { upgrade: 'absent', backup: 'absent', restore: 'absent', custom: 'absent' }, asked: ['install'], gives: 'pass' },
  { that: 'a tier that was asked for is missed in a partial run, too', given: { upgrade: 'absent', backup: 'absent', restore: 'absent', custom: 'absent' }, asked: ['install', 'custom'], gives: 'unverified' },
  { that: 'a run in which nothing applied is never green', given: all('not-applicable'), gives: 'unverified' },
  { that: 'a host that cannot take the recipe at all is not the recipe\'s fault', given: { ...all('not-applicable'), teardown: 'absent' }, gives: 'not-applicable' },
  { that: 'a run in which nothing ran is never green', given: nothing, gives: 'unverified' },
  { that: 'a run that was asked for nothing is never green', given: nothing, asked: [], gives: 'unverified' },
  { that: 'nobody looked whether it is gone: not green', given: { teardown: 'absent' }, gives: 'unverified' },
  { that: 'kept on purpose is no leftover', given: { teardown: 'not-applicable' }, gives: 'pass' },
  { that: 'lint that only warns costs its rung and nothing else', given: { lint: 'fail' }, gives: 'pass' },
  { that: 'a refused recipe fails, though nothing ran', given: { lint: 'fail', ...all('blocked'), teardown: 'absent' }, gives: 'fail' },
  { that: 'a recipe that was refused before any tier was written down fails', given: { lint: 'fail', ...nothing, teardown: 'absent' }, gives: 'fail' },
]

for (const { that, given, asked, gives } of CASES) {
  test(that, () => assert.equal(verdictOf(tiers(given), asked ? { asked } : {}), gives))
}

test('T42: a green run with leftovers is host trouble, never a red recipe', () => {
  for (const teardown of ['infra', 'fail', 'unverified', 'blocked'] as const) assert.equal(verdictOf(tiers({ teardown })), 'infra', teardown)
})

test('T42: a red run stays red, however clean or dirty its clean-up was', () => {
  for (const teardown of ['pass', 'infra', 'fail', 'unverified', 'absent'] as const) assert.equal(verdictOf(tiers({ custom: 'fail', teardown })), 'fail', teardown)
})

test('exit codes are those of the table in README.md', () => {
  const mistake: Problem = { file: 'compose.yml', line: 1, column: 1, rule: 'R011', severity: 'error', message: '', mend: '' }
  const exit = (verdict: Verdict, seen = 1, lint: Problem[] = []) => exitCodeOf({ verdict, tiers: [], lint, deploys: { expected: 1, seen } })
  assert.equal(exit('pass'), 0)
  assert.equal(exit('fail'), 1)
  assert.equal(exit('blocked'), 1)
  assert.equal(exit('unverified'), 1)
  assert.equal(exit('infra'), 3)
  assert.equal(exit('not-applicable'), 3)
  assert.equal(exit('fail', 0, [mistake]), 2, 'a bad recipe, refused before anything was created')
  assert.equal(exit('fail', 1, [mistake]), 1, 'it ran, so it is judged by what it did')
  assert.equal(exit('fail', 0, [{ ...mistake, severity: 'warning' }]), 1)
  const ended = (verdict: Verdict, more: TierRecord[] = []) => exitCodeOf({ verdict, tiers: [...more, { name: 'install', verdict: 'infra', reason: '', cause: 'interrupted', ms: 1, steps: [] }], lint: [], deploys: { expected: 1, seen: 1 } })
  assert.equal(ended('infra'), 130, 'somebody ended it')
  assert.equal(ended('fail', [{ name: 'install', verdict: 'fail', reason: '', cause: 'exited', ms: 1, steps: [] }]), 1, 'it had failed before')
})
