import assert from 'node:assert/strict'
import { test } from 'node:test'
import { median } from './median.ts'
import { rowOf } from './row.ts'
import { tableOf } from './table.ts'

test('a median is the middle one, in whatever order they came, and between the two of an even number', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([7]), 7)
  assert.throws(() => median([]), /nothing/)
})

test('one slow turn does not move a row', () => {
  const row = rowOf({ work: 'deploy', peer: 'docker', ours: [4_100, 4_000, 60_000], theirs: [14_000, 14_400, 13_900], unit: 'ms', goal: { of: 'ratio', atMost: 0.3 } })
  assert.deepEqual(row, { work: 'deploy', peer: 'docker', ours: 4_100, theirs: 14_000, unit: 'ms', ratio: 0.293, goal: 0.3, goalFor: 'ratio', met: true, n: 3, theirN: 3, note: '' })
})

const cases: Array<{ that: string; given: Parameters<typeof rowOf>[0]; met: boolean; ratio: number | null }> = [
  { that: 'a ratio above its goal is missed', given: { work: 'w', ours: [61], theirs: [100], unit: 'ms', goal: { of: 'ratio', atMost: 0.6 } }, met: false, ratio: 0.61 },
  { that: 'a goal for our own figure does not look at theirs', given: { work: 'w', ours: [61], theirs: [1], unit: 'ms', goal: { of: 'ours', atMost: 61 } }, met: true, ratio: 61 },
  { that: 'none lost of theirs is no ratio', given: { work: 'w', ours: [0], theirs: [0], unit: 'losses', goal: { of: 'ours', atMost: 0 } }, met: true, ratio: null },
  { that: 'a ratio that cannot be had is not met', given: { work: 'w', ours: [1], unit: 'ms', goal: { of: 'ratio', atMost: 1 } }, met: false, ratio: null },
]
for (const { that, given, met, ratio } of cases) {
  test(that, () => {
    const row = rowOf(given)
    assert.deepEqual([row.met, row.ratio], [met, ratio])
  })
}

test('the table', () => {
  const rows = [
    rowOf({ work: 'remove', peer: 'docker stack rm', ours: [590], theirs: [16_007], unit: 'ms', goal: { of: 'ratio', atMost: 0.06 } }),
    rowOf({ work: 'overhead', ours: [12.34], unit: '%', goal: { of: 'ours', atMost: 10 }, note: 'why it is missed' }),
  ]
  assert.equal(
    tableOf(rows),
    `work      against          ours  theirs  unit  ratio  goal          met  n
────────  ───────────────  ────  ──────  ────  ─────  ────────────  ───  ─
remove    docker stack rm   590  16,007  ms    0.037  ratio ≤ 0.06  yes  1
overhead  –                  12       –  %         –  ours ≤ 10     NO   1

  overhead: why it is missed`,
  )
})
