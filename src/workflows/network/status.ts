import type { NetworkUse } from '../../domain/model/network.ts'
import { leftOf, poolState, type PoolTrend, poolTrend } from '../../domain/plan/pool-trend.ts'
import type { Networks } from '../../ports/network.ts'
import type { RunRecords } from '../../ports/run-records.ts'
import { poolOf } from './pool.ts'

export interface PoolStatus extends NetworkUse {
  left: number
  state: ReturnType<typeof poolState>
  trend: PoolTrend
}

/** The shared pool with where it goes; undefined where there is no network of that name. */
export async function poolStatus({ networks, records }: { networks: Networks; records: Pick<RunRecords, 'list'> }, name: string): Promise<PoolStatus | undefined> {
  const [pool, runs] = await Promise.all([poolOf(networks, name), records.list()])
  if (!pool) return undefined
  const recorded = runs.flatMap(({ id, results }) => (results?.addresses ? [{ ...results.addresses, run: id, at: results.endedAt }] : []))
  return { ...pool, left: leftOf(pool), state: poolState(pool), trend: poolTrend(pool, recorded) }
}
