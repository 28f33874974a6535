import { leftOf, poolState } from '../../../domain/plan/pool-trend.ts'
import { isPortError } from '../../../ports/port-error.ts'
import { openMove } from '../../../workflows/network/move/open-move.ts'
import { poolOf } from '../../../workflows/network/pool.ts'
import type { Call } from '../../command.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'
import { howToMake } from '../../network/how-to-make.ts'

/** Whether the next runs find an address on the network that apps and proxy share (trap 38). Nothing where there is no Swarm to ask. */
export async function networkFindings({ services }: Call): Promise<Finding[]> {
  const { networks, moves } = services.networkPorts
  const name = services.settings.proxy.network
  try {
    if ((await networks.swarm()).is !== 'manager') return []
    const open = await openMove(moves, name)
    if (open !== undefined) return [{ about: 'network', state: 'trouble', says: open, mend: 'cc-ci network migrate --yes' }]
    const pool = await poolOf(networks, name)
    if (!pool) return [{ about: 'network', state: 'trouble', says: `there is no network ${name}: no app can be reached`, mend: howToMake(services.settings) }]
    const says = `${leftOf(pool)} of ${pool.size} addresses of ${name} are free (${pool.subnets.join(' and ')})`
    const state = poolState(pool)
    return [{ about: 'network', state, says, ...(state === 'good' ? {} : { mend: 'cc-ci network migrate, which shows what it would do' }) }]
  } catch (error) {
    // That the engine does not answer is a finding of its own.
    if (isPortError(error)) return []
    throw error
  }
}
