import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '../../src/domain/model/platform.ts'
import type { Hold } from '../../src/domain/plan/reconcile.ts'
import { lookFor, standsAfter } from '../../src/workflows/boot/app-unit.ts'
import type { Reconciled } from '../../src/workflows/reconcile/told.ts'

const committed: Outcome = { is: 'committed', version: '1.1.0+2' }
const rolledBack = (to: string | null): Outcome => ({ is: 'rolled-back', to, tried: '1.1.0+2', why: 'its gate did not pass', blames: 'version' })
const stuck: Outcome = { is: 'stuck', why: 'it is down', next: 'look' }
const untouched: Outcome = { is: 'untouched', why: 'the registry does not answer' }
const done = (decision: Extract<Reconciled, { is: 'done' }>['decision'], outcome: Outcome | null, at: string | null = '1.0.0+1', before: Outcome[] = []): Reconciled => ({ is: 'done', decision, outcome, at, before, lastLines: [] })
const held = (hold: Hold, at: string | null, before: Outcome[] = []): Reconciled => ({ is: 'held', at, hold, before, lastLines: [] })
const paused = (because: 'inconclusive' | 'host' | 'stuck', isDown: boolean): Reconciled => ({ is: 'paused', because, kind: 'upgrade', to: '1.1.0+2', from: '1.0.0+1', why: 'w', next: 'n', down: isDown && 'is', before: [], lastLines: [] })
const major: Hold = { kind: 'major', version: '2.0.0+3', from: '1.0.0+1' }

const cases: Array<{ that: string; given: Reconciled; then: string }> = [
  { that: 'what is well and the newest is up, and nothing was done', given: done('nothing', null), then: 'up' },
  { that: 'what was committed is up', given: done('upgrade', committed, '1.1.0+2'), then: 'up, done' },
  { that: 'what was adopted was only looked at', given: done('adopt', committed), then: 'up' },
  { that: 'what was interrupted, and is now well, is up', given: done('nothing', null, '1.1.0+2', [committed]), then: 'up, done' },
  { that: 'what went back to a version that passed its gate is up', given: done('upgrade', rolledBack('1.0.0+1')), then: 'up, done, rolled back' },
  { that: 'T14: what went back to a version that is not well either is down', given: done('upgrade', { ...rolledBack('1.0.0+1'), unwell: 'HTTP 500' } as Outcome), then: 'down' },
  { that: 'a first installation that was taken away is down', given: done('install', rolledBack(null), null), then: 'down' },
  { that: 'what is stuck is down', given: done('repair', stuck), then: 'down' },
  { that: 'what nobody touched is as it was', given: done('upgrade', untouched), then: 'as before' },
  { that: 'a newer release that waits for a person leaves the one that runs up', given: held(major, '1.0.0+1'), then: 'up' },
  { that: 'a hold after something was rolled back tells of that', given: held(major, '1.0.0+1', [rolledBack('1.0.0+1')]), then: 'up, done, rolled back' },
  { that: 'where nothing runs and the only version failed before, it is down', given: held({ kind: 'failed-before', version: '1.0.0+1', why: 'w' }, null), then: 'down' },
  { that: 'where repairs in a row did not help, it is down', given: held({ kind: 'repairs-in-a-row', version: '1.0.0+1', times: 3, why: 'w' }, '1.0.0+1'), then: 'down' },
  { that: 'what stands still because of the host may go on in a moment', given: paused('host', false), then: 'nobody knows, may pass' },
  { that: 'the same with the app down', given: paused('host', true), then: 'down, may pass' },
  { that: 'what stands still and needs a person does not pass by itself', given: paused('stuck', false), then: 'down' },
  { that: 'where nobody could look, another look may help', given: { is: 'unknown', why: 'the engine is away', before: [] }, then: 'nobody knows, may pass' },
  { that: 'what another process works on is waited for', given: { is: 'busy', holder: { pid: 1, why: 'w', since: 0 } }, then: 'nobody knows, may pass' },
  { that: 'a record that cannot be read does not mend itself', given: { is: 'damaged', trouble: { trouble: 'torn', file: 'f', says: 's', mend: 'm' } }, then: 'nobody knows' },
]

for (const { that, given, then } of cases) {
  test(`T14: ${that}`, () => {
    const stands = standsAfter({ result: given })
    const parts = stands.is === 'up' ? ['up', stands.did && 'done', stands.isRolledBack && 'rolled back'] : stands.is === 'as-before' ? ['as before'] : [stands.isDown ? 'down' : 'nobody knows', stands.mayPass && 'may pass']
    assert.equal(parts.filter(Boolean).join(', '), then)
  })
}

test('T12: what is still starting is waited for only as long as deploy, gate and rollback fit in after it', () => {
  const look = (deploy: number, rollback: number, start: number) => lookFor({ limits: { deploy: deploy * 1_000, rollback: rollback * 1_000, start: start * 1_000 }, gate: { dwellMs: 10_000 } as never }) / 1_000
  assert.deepEqual([look(300, 360, 900), look(40, 60, 180), look(300, 360, 670)], [230, 70, 8])
})
