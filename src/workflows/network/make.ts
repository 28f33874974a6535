import type { DockerNetwork, NetworkMade, Subnet, SwarmMade, TakenRange } from '../../domain/model/network.ts'
import { collisions, freeSubnet, sizeOf } from '../../domain/plan/subnets.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { HostRanges, Networks } from '../../ports/network.ts'
import type { NetworkMoves } from '../../ports/network-moves.ts'
import { openMove } from './move/open-move.ts'

/** What making and looking at the shared network needs of the outside. */
export interface NetworkPorts {
  networks: Networks
  ranges: HostRanges
  moves: NetworkMoves
}

/** Safe to repeat: an engine that is in a Swarm stays in it. */
export async function makeSwarm(networks: Networks): Promise<SwarmMade> {
  const state = await networks.swarm()
  switch (state.is) {
    case 'manager':
      return { did: 'nothing' }
    case 'worker':
      return { did: 'refused', why: 'This engine is a worker of a Swarm: only a manager can be told what to run.', mend: 'Set docker.host to a manager, or on one of them: docker node promote NODE' }
    case 'trouble':
      return { did: 'refused', why: `This engine's Swarm is in trouble: ${state.says}`, mend: 'Look at: docker info; a locked one opens with: docker swarm unlock' }
    case 'none':
      try {
        await networks.makeSwarm()
        return { did: 'made' }
      } catch (error) {
        // Somebody else was quicker.
        if (isPortError(error, 'conflict')) return { did: 'nothing' }
        throw error
      }
  }
}

/** The network that apps and proxy share. Safe to repeat; needs a Swarm. */
export async function makeProxyNetwork(ports: NetworkPorts, wanted: { name: string; subnet: Subnet }): Promise<NetworkMade> {
  const { networks } = ports
  const open = await openMove(ports.moves, wanted.name)
  if (open !== undefined) return { did: 'refused', because: 'moving', says: open }
  const found = await sharedNetwork(networks, wanted.name)
  if (found) return standing(found, wanted)
  const taken = await takenRanges(ports)
  const inTheWay = collisions(wanted.subnet, taken)
  if (inTheWay.length > 0) return { did: 'refused', because: 'collides', subnet: wanted.subnet, collisions: inTheWay, proposal: freeSubnet(wanted.subnet, taken) }
  try {
    await networks.make({ name: wanted.name, subnets: [wanted.subnet], attachable: true, internal: false, labels: {}, options: {} })
    return { did: 'made', subnet: wanted.subnet, size: sizeOf([wanted.subnet]) ?? 0 }
  } catch (error) {
    const madeMeanwhile = isPortError(error, 'conflict') && (await sharedNetwork(networks, wanted.name))
    if (madeMeanwhile) return standing(madeMeanwhile, wanted)
    throw error
  }
}

export async function sharedNetwork(networks: Networks, name: string): Promise<DockerNetwork | undefined> {
  const named = (await networks.list()).filter((network) => network.name === name)
  // A bridge may carry the name of an overlay; services get the overlay.
  return named.find(({ scope }) => scope === 'swarm') ?? named[0]
}

function standing(found: DockerNetwork, wanted: { subnet: Subnet }): NetworkMade {
  if (found.scope !== 'swarm' || found.driver !== 'overlay') return { did: 'refused', because: 'not-shared', found }
  const size = sizeOf(found.subnets) ?? 0
  const pool = { network: found.name, subnets: found.subnets, size }
  return size < (sizeOf([wanted.subnet]) ?? 0) ? { did: 'kept', found: pool, wanted: wanted.subnet } : { did: 'nothing', found: pool }
}

/** Everything that holds a range on this host and this engine. `but`: a network by its id, which is about to go. */
export async function takenRanges({ networks, ranges }: Pick<NetworkPorts, 'networks' | 'ranges'>, but?: string): Promise<TakenRange[]> {
  const [listed, pools, routes] = await Promise.all([networks.list(), networks.addressPools(), ranges.taken()])
  return [
    ...listed.filter(({ id }) => id !== but).flatMap(({ name, subnets }) => subnets.map((subnet): TakenRange => ({ by: 'docker-network', name, subnet }))),
    ...pools.map((subnet): TakenRange => ({ by: 'address-pool', name: "the engine's address pool", subnet })),
    ...routes,
  ]
}
