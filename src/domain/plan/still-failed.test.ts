import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndedOperation } from '../model/platform.ts'
import type { Hold } from './reconcile.ts'
import { stillFailed } from './still-failed.ts'
import { whatFailed } from './what-failed.ts'

/** `upgrade 1.0 2.0 ok`, `repair 1.0 1.0 ok`, `upgrade 1.0 1.0 bad` (other settings), `upgrade 1.0 2.0 host`. */
function operations(written: string[]): EndedOperation[] {
  return written.map((line, index): EndedOperation => {
    const [kind, from, to, end] = line.split(' ') as [EndedOperation['kind'], string, string, 'ok' | 'bad' | 'host' | 'untouched']
    return {
      n: index + 1, id: `o${index + 1}`, kind, from: from === '-' ? null : from, to, beganAt: 0, endedAt: 1,
      outcome: end === 'ok' ? { is: 'committed', version: to } : end === 'untouched' ? { is: 'untouched', why: 'x' } : { is: 'rolled-back', to: from === '-' ? null : from, tried: to, why: 'x', blames: end === 'host' ? 'host' : 'version' },
    }
  })
}

const failedBefore: Hold = { kind: 'failed-before', version: '2.0', why: 'x' }
const rows: Array<{ that: string; history: string[]; hold?: Hold; isAtRest?: true; knowsReleases?: false; then: string[] }> = [
  { that: 'nothing failed', history: ['install - 1.0 ok', 'upgrade 1.0 2.0 ok'], isAtRest: true, then: [] },
  { that: 'a release that did not do, until another one was committed', history: ['upgrade 1.0 2.0 bad', 'upgrade 1.0 3.0 bad'], then: ['o1 release', 'o2 release'] },
  { that: 'the same release twice is told as the last time', history: ['upgrade 1.0 2.0 bad', 'upgrade 1.0 2.0 bad'], then: ['o2 release'] },
  { that: 'another one was committed', history: ['upgrade 1.0 2.0 bad', 'upgrade 1.0 3.0 ok'], isAtRest: true, then: [] },
  { that: 'a repair is no release, and neither are other settings', history: ['upgrade 1.0 2.0 bad', 'repair 1.0 1.0 ok', 'upgrade 1.0 1.0 ok'], then: ['o1 release'] },
  { that: 'what is held for having failed is still so, whatever was adopted meanwhile', history: ['upgrade 1.0 2.0 bad', 'adopt - 1.5 ok'], hold: failedBefore, then: ['o1 release'] },
  { that: 'a withdrawn release has failed all the same', history: ['upgrade 1.0 2.0 bad'], isAtRest: true, then: ['o1 release'] },
  { that: 'settings that did not do', history: ['install - 1.0 ok', 'upgrade 1.0 1.0 bad'], then: ['o2 settings'] },
  { that: 'settings that are held for it', history: ['upgrade 1.0 1.0 bad'], hold: { kind: 'settings-failed-before', version: '1.0', why: 'x' }, then: ['o1 settings'] },
  { that: 'settings that were taken back', history: ['upgrade 1.0 1.0 bad'], isAtRest: true, then: [] },
  { that: 'settings that were taken back, while a newer release waits', history: ['upgrade 1.0 1.0 bad'], hold: { kind: 'major', version: '2.0', from: '1.0' }, then: [] },
  { that: 'settings that were mended', history: ['upgrade 1.0 1.0 bad', 'upgrade 1.0 1.0 ok'], then: [] },
  { that: 'a host that stood in the way', history: ['upgrade 1.0 2.0 host'], then: ['o1 host'] },
  { that: 'a host that stood in the way, and then the release did not do', history: ['upgrade 1.0 2.0 host', 'upgrade 1.0 2.0 bad'], then: ['o2 release'] },
  { that: 'a host that stood in the way, and then it was committed', history: ['upgrade 1.0 2.0 host', 'upgrade 1.0 2.0 ok'], then: [] },
  { that: 'a host that stood in the way, and then before anything was touched', history: ['upgrade 1.0 2.0 host', 'upgrade 1.0 2.0 untouched'], then: ['o1 host'] },
  { that: 'a host that stood in the way of what is wanted no more', history: ['upgrade 1.0 2.0 host'], isAtRest: true, then: [] },
  { that: 'the same while nobody knows what is published', history: ['upgrade 1.0 2.0 host'], isAtRest: true, knowsReleases: false, then: ['o1 host'] },
]
for (const { that, history, hold, isAtRest, knowsReleases, then } of rows) {
  test(`T23: still failed: ${that}`, () => {
    const still = stillFailed(operations(history), { hold, isAtRest: isAtRest ?? false, knowsReleases: knowsReleases ?? true })
    assert.deepEqual(still.map((one) => `${one.id} ${whatFailed(one.outcome)}`), then)
  })
}
