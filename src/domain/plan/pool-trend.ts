import type { RunId } from '../model/app.ts'
import type { PoolAround, PoolUse } from '../model/network.ts'

/** Fewer than this are gone with a few runs beside one another: a service takes two, and an app has several. */
const FEW = 32
const SHARE_TO_NOTE = 0.25
/** So many runs tell where it goes. */
const RUNS = 10

export function leftOf({ size, used }: PoolUse): number {
  return Math.max(0, size - used)
}

/** Whether the next runs will find addresses (trap 38). */
export function poolState(pool: PoolUse): 'good' | 'note' | 'trouble' {
  const left = leftOf(pool)
  return left < FEW ? 'trouble' : left < pool.size * SHARE_TO_NOTE ? 'note' : 'good'
}

export interface PoolAtRun extends PoolAround {
  run: RunId
  /** ms UTC, when it ended. */
  at: number
}

export interface PoolTrend {
  /** Oldest first. */
  runs: PoolAtRun[]
  /** By how much the use grew from the first of them to the end of the last; below 0: addresses came back. */
  grewBy: number
  /** At this pace it is used up after so many more; null: it does not grow. */
  runsLeft: number | null
}

/** Where the pool goes, from what its last runs recorded. Runs on a network of another name or size tell nothing of this one. */
export function poolTrend(pool: PoolUse, recorded: PoolAtRun[]): PoolTrend {
  const runs = recorded.filter(({ network, size }) => network === pool.network && size === pool.size).sort((a, b) => a.at - b.at).slice(-RUNS)
  const [first, last] = [runs[0], runs.at(-1)]
  const grewBy = first && last ? last.after - first.before : 0
  return { runs, grewBy, runsLeft: grewBy > 0 ? Math.floor((leftOf(pool) * runs.length) / grewBy) : null }
}
