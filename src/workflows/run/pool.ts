import type { PoolAround, PoolUse } from '../../domain/model/network.ts'
import { within } from '../app/within.ts'
import type { RunPorts } from './context.ts'

/** A count for the record is not worth waiting for, ms. */
const LIMIT = 5_000

/** The shared pool as the run finds it; what is answered looks again, after the run. An engine that cannot say costs the figure, not the run. */
export async function watchPool(ports: Pick<RunPorts, 'pool' | 'clock'>): Promise<() => Promise<PoolAround | undefined>> {
  const look = (): Promise<PoolUse | undefined> => within(ports.clock, LIMIT, 'to how many addresses are in use', ports.pool).catch(() => undefined)
  const found = await look()
  return async () => {
    const left = found && (await look())
    return left && { network: left.network, size: left.size, before: found.used, after: left.used }
  }
}
