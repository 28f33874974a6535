import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResults, TierRecord } from '../model/run.ts'
import { sayCancelled, sayDied, sayMistaken } from './run-ending.ts'

const tier = (cause?: string): TierRecord => ({ name: 'install', verdict: cause ? 'infra' : 'pass', reason: '', ...(cause ? { cause } : {}), ms: 1, steps: [] })
const run = (given: { cause?: string; verdict: RunResults['verdict']; teardown: RunResults['teardown'] }) => ({ id: 'note-1f2e3d', tiers: [tier(given.cause)], ...given }) as unknown as RunResults
const torn: RunResults['teardown'] = { verdict: 'pass', leftovers: [] }
const kept: RunResults['teardown'] = { verdict: 'not-applicable', leftovers: [] }
const left: RunResults['teardown'] = { verdict: 'infra', leftovers: [{ kind: 'volume', id: '1', name: 'note_data' }] }

const commandLine = (command: string) => `./cc-ci ${command}`
for (const [given, clean, said] of [
  [{ cause: 'interrupted', verdict: 'infra', teardown: torn }, true, 'note-1f2e3d is cancelled. It is torn down, and nothing of it is left.'],
  [{ cause: 'interrupted', verdict: 'infra', teardown: kept }, false, 'note-1f2e3d is cancelled. Its app is kept, as it was started with --keep; ./cc-ci runs clean note-1f2e3d removes it.'],
  [{ cause: 'interrupted', verdict: 'infra', teardown: left }, false, 'note-1f2e3d is cancelled, but it is NOT torn down (volume note_data). ./cc-ci runs clean note-1f2e3d removes what it left.'],
  [{ verdict: 'pass', teardown: torn }, true, 'note-1f2e3d was past cancelling (passed). It is torn down, and nothing of it is left.'],
] as const) test(`a cancelled run: ${said}`, () => assert.equal(sayCancelled(run(given), { clean, commandLine }), said))

test('a run that died says what to do, and only while there is something to do', () => {
  assert.equal(sayDied('note-1f2e3d', { clean: false, commandLine }), 'note-1f2e3d died before its end. ./cc-ci runs clean note-1f2e3d removes what it left.')
  assert.equal(sayDied('note-1f2e3d', { clean: true, commandLine }), 'note-1f2e3d died before its end. Nothing of it is left.')
})

test('a run that a mistake of ours kept from beginning is not called refused', () => {
  assert.equal(sayMistaken('note-1f2e3d'), 'note-1f2e3d was not begun: cc-ci itself failed, and what it said then is its mistake to report. This says nothing about the recipe. Nothing was made.')
})
