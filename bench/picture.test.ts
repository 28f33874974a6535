import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResults, StepRecord } from '../src/domain/model/run.ts'
import { groupsOf, pictureOf, ticksOf } from './picture.ts'
import { waitsOf } from './waits.ts'

const step = (name: string, at: number, ms: number, waitedFor?: string): StepRecord => ({ name, verdict: 'pass', at: 1_000_000 + at, ms, ...(waitedFor !== undefined && { waitedFor }) })
const results = {
  recipe: 'a & b', engine: 'swarm', verdict: 'pass', base: null, head: { version: '1.0.0+1', commit: 'c'.repeat(40) }, startedAt: 1_000_000, endedAt: 1_010_000,
  tiers: [
    { name: 'lint', verdict: 'pass', reason: '', ms: 0, steps: [] },
    { name: 'install', verdict: 'pass', reason: '', ms: 8_900, steps: [step('check out', 500, 100), step('wait <until> it is ready', 650, 8_750, 'the app')] },
    { name: 'teardown', verdict: 'pass', reason: '', ms: 500, steps: [step('remove', 9_400, 500, 'the engine')] },
  ],
} as unknown as RunResults

test('only steps that say what they wait for are waits', () => assert.equal(waitsOf(results), 9_250))

test('the time before the first step and after the last is in the picture too, as our own', () => {
  const groups = groupsOf(results)
  assert.deepEqual(groups.map(({ tier }) => tier), ['set-up', 'install', 'teardown', 'results'])
  assert.deepEqual([groups[0]!.lines[0], groups[3]!.lines[0]].map((line) => [line!.at, line!.ms, line!.wait]), [[0, 500, false], [9_900, 100, false]])
})

test('the picture names each step, escaped, and sums up', () => {
  const svg = pictureOf(results)
  for (const text of ['a &amp; b 1.0.0+1 on swarm: pass', 'wait &lt;until&gt; it is ready', 'waits on the engine and the app: 9.25 s', 'our own: 750 ms (8.1 % of the waits)']) assert.ok(svg.includes(text), text)
})

test('there are at most a dozen marks of time', () => {
  for (const total of [900, 9_000, 65_000, 700_000, 9_000_000]) assert.ok(ticksOf(total).length <= 13, String(total))
  assert.deepEqual(ticksOf(5_500), [0, 1_000, 2_000, 3_000, 4_000, 5_000])
})
