import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type PoolAtRun, poolState, poolTrend } from './pool-trend.ts'

const pool = (size: number, used: number) => ({ network: 'proxy', subnets: [], size, used })
const at = (minute: number, before: number, after: number, over: Partial<PoolAtRun> = {}): PoolAtRun => ({ run: `note-00000${minute}`, at: minute * 60_000, network: 'proxy', size: 254, before, after, ...over })

describe('the shared pool of addresses', () => {
  const cases: Array<{ that: string; size: number; used: number; is: string }> = [
    { that: 'a large one in use', size: 65_534, used: 400, is: 'good' },
    { that: 'a /24 of which a quarter is left', size: 254, used: 190, is: 'good' },
    { that: 'a /24 of which less is left', size: 254, used: 191, is: 'note' },
    { that: 'a /24 with 32 left', size: 254, used: 222, is: 'note' },
    { that: 'a /24 with 31 left', size: 254, used: 223, is: 'trouble' },
    { that: 'a /28, which never has enough', size: 14, used: 3, is: 'trouble' },
    { that: 'more in use than it has', size: 14, used: 16, is: 'trouble' },
  ]
  for (const { that, size, used, is } of cases) test(`T38: ${that}: ${is}`, () => assert.equal(poolState(pool(size, used)), is))

  test('runs that leave addresses behind: it is told after how many more it is used up', () => {
    const { runs, grewBy, runsLeft } = poolTrend(pool(254, 54), [at(3, 48, 54), at(1, 14, 30), at(2, 30, 48)])
    assert.deepEqual([runs.map(({ run }) => run), grewBy, runsLeft], [['note-000001', 'note-000002', 'note-000003'], 40, 15])
  })

  test('runs that give back what they took: nothing is foretold', () => {
    assert.deepEqual(poolTrend(pool(254, 14), [at(1, 14, 14), at(2, 14, 13)]), { runs: [at(1, 14, 14), at(2, 14, 13)], grewBy: -1, runsLeft: null })
    assert.deepEqual(poolTrend(pool(254, 14), []), { runs: [], grewBy: 0, runsLeft: null })
  })

  test('ten tell, and those on another network, or on it as it was before it grew, do not', () => {
    const many = Array.from({ length: 12 }, (_, index) => at(index, index, index + 1))
    const { runs, grewBy } = poolTrend(pool(254, 12), [...many, at(20, 0, 200, { network: 'other' }), at(21, 0, 13, { size: 14 })])
    assert.deepEqual([runs.length, runs[0]?.before, grewBy], [10, 2, 10])
  })
})
