import type { Attached, DockerNetwork, NetworkUse, Subnet } from '../../../domain/model/network.ts'
import { moveObstacles, type MoveRefusal, moveTarget } from '../../../domain/plan/network-move.ts'
import { baselineOf } from '../../../domain/plan/gate.ts'
import { askRoutes } from '../../reconcile/gate.ts'
import { sharedNetwork, takenRanges } from '../make.ts'
import type { MovePorts } from './context.ts'
import { runsInFlight } from './in-flight.ts'

/** What a move would do, and what stands in its way. */
export interface MovePlan {
  of: DockerNetwork
  use: NetworkUse
  attached: Attached
  /** Addresses that answer now, and will have to again. */
  routes: string[]
  /** Null where nobody can say. */
  to: Subnet | null
  refusals: MoveRefusal[]
}

/** Changes nothing. Null: there is no network of that name. */
export async function planMove(ports: MovePorts, given: { name: string; asked: Subnet | null; settings: Subnet; signal: AbortSignal }): Promise<MovePlan | null> {
  const network = await sharedNetwork(ports.networks, given.name)
  if (!network) return null
  const [use, attached, taken, runs, answers] = await Promise.all([
    ports.networks.use(network.id),
    ports.networks.attached(network.id),
    takenRanges(ports, network.id),
    runsInFlight(ports),
    askRoutes(ports, null, given.signal),
  ])
  const target = moveTarget({ network, use, attached, taken, asked: given.asked, settings: given.settings, runs })
  return {
    of: network, use, attached,
    routes: baselineOf(answers),
    to: 'to' in target ? target.to : null,
    refusals: [...('to' in target ? [] : [target]), ...moveObstacles({ network, attached, runs })],
  }
}
