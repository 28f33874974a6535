import type { AttachedService, DockerNetwork, ServiceNetwork } from '../../src/domain/model/network.ts'
import { collisions, sizeOf } from '../../src/domain/plan/subnets.ts'
import type { Networks } from '../../src/ports/network.ts'
import { PortError } from '../../src/ports/port-error.ts'

/** What stands on an engine, and outlives whoever is killed. Trusted because it passes the port's contract. */
export interface NetworkWorld {
  networks: DockerNetwork[]
  services: Array<Pick<AttachedService, 'id' | 'name' | 'stack' | 'networks' | 'mode' | 'replicas'>>
  /** Plain containers, by name, with the network's id. */
  containers: Array<{ name: string; network: string }>
  /** Counts what was changed, for ids and to see that nothing was. */
  changes: number
}

export function emptyWorld(): NetworkWorld {
  return { networks: [], services: [], containers: [], changes: 0 }
}

export function networksInMemory(world: NetworkWorld): Networks {
  const networkOf = (id: string) => {
    const found = world.networks.find((one) => one.id === id)
    if (!found) throw new PortError('not-found', `there is no network ${id}`)
    return found
  }
  const asks = (service: { networks: ServiceNetwork[] }, id: string) => service.networks.some(({ network }) => network === id)
  const attached = async (id: string) => {
    networkOf(id)
    return {
      services: world.services.filter((service) => asks(service, id)).map((service) => ({ ...structuredClone(service), running: service.replicas ?? 1, tasks: service.replicas ?? 1 })),
      containers: world.containers.filter(({ network }) => network === id).map(({ name }) => name),
    }
  }
  return {
    swarm: async () => ({ is: 'manager' }),
    makeSwarm: async () => {
      throw new PortError('conflict', 'it is in one')
    },
    list: async () => structuredClone(world.networks),
    addressPools: async () => ['172.17.0.0/16'],
    async use(id) {
      const { name, subnets } = networkOf(id)
      const { services, containers } = await attached(id)
      const users = services.map(({ stack, name, tasks }) => ({ who: stack ?? name, addresses: tasks }))
      return { network: name, subnets, size: sizeOf(subnets) ?? 0, used: users.reduce((sum, { addresses }) => sum + addresses, 2 + containers.length), users }
    },
    async make(network) {
      if (world.networks.some(({ name }) => name === network.name)) throw new PortError('conflict', `there is a network ${network.name}`)
      const taken = world.networks.flatMap(({ name, subnets }) => subnets.map((subnet) => ({ by: 'docker-network' as const, name, subnet })))
      if (network.subnets.some((subnet) => collisions(subnet, taken).length > 0)) throw new PortError('conflict', `${network.subnets.join()} is taken`)
      world.changes += 1
      const id = `n${world.changes}`
      world.networks.push({ id, driver: 'overlay', scope: 'swarm', ...structuredClone(network) })
      return id
    },
    async remove(id) {
      if (!world.networks.some((one) => one.id === id)) return
      const { services, containers } = await attached(id)
      if (services.length > 0 || containers.length > 0) throw new PortError('conflict', `network ${id} is in use`)
      world.changes += 1
      world.networks = world.networks.filter((one) => one.id !== id)
    },
    attached,
    async setService(id, to) {
      const service = world.services.find((one) => one.id === id)
      if (!service) throw new PortError('not-found', `there is no service ${id}`)
      for (const { network } of to.networks) networkOf(network)
      const next = { ...service, networks: structuredClone(to.networks), replicas: to.replicas ?? service.replicas }
      if (JSON.stringify(next) === JSON.stringify(service)) return
      world.changes += 1
      Object.assign(service, next)
    },
    close: async () => {},
  }
}
