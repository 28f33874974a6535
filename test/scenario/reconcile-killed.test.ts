import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kinds } from '../torture/reconcile-kinds.ts'
import { tortureReconcile } from '../torture/reconcile.ts'

// time limit: 600 s, because a busy machine takes some three hundred reconciles here slowly.

/** The small form of `npm run torture -- reconcile`. */
describe('killed in every gap of the journal', { concurrency: 3 }, () => {
  for (const kind of kinds) {
    test(`T23: ${kind.name}: cut off in every gap, finished or undone at the next start, nothing deployed twice, what failed is told`, async () => {
      const report = await tortureReconcile({ kills: 1, seed: 20_261, only: [kind], by: 'stop', says: () => {} })
      assert.deepEqual(report.troubles, [])
      assert.ok(report.kills >= 11)
    })
  }

  test('T23: processes killed by kill -9 at drawn instants while they upgrade with data and go back: finished or undone at the next start', async () => {
    const report = await tortureReconcile({ kills: 8, everyGap: false, seed: 20_262, only: kinds.filter(({ name }) => name === 'stateful upgrade, rolled back'), says: () => {} })
    assert.deepEqual(report.troubles, [])
    assert.ok(report.kills >= 4)
  })
})
