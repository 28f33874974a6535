import type { DockerNetwork, NetworkUse, Subnet, SwarmState } from '../../../domain/model/network.ts'
import { sizeOf } from '../../../domain/plan/subnets.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Networks, NewNetwork } from '../../../ports/network.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import { type ApiNetwork, type Lists, listsOf } from './api.ts'
import { type Connection, connect } from './connection.ts'
import { attached, setService } from './attached.ts'
import { givenAddresses } from './given-addresses.ts'
import { STATE } from './labels.ts'

/** The node gives a network back a moment after the manager has: so long for its removal to be over, ms. */
const REMOVE_LIMIT_MS = 30_000
/** A network gets its range within milliseconds, or never, ms. */
const MAKE_LIMIT_MS = 5_000
const PACE_MS = { first: 20, most: 200 }

/** From these an engine takes what nobody chose, unless its configuration says something else (its `ipamutils`). */
const BUILT_IN_POOLS: Subnet[] = ['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16', '172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14', '192.168.0.0/16']

interface Info {
  DefaultAddressPools?: Array<{ Base: string }> | null
  Swarm?: { LocalNodeState?: string; ControlAvailable?: boolean; Error?: string } | null
}

/** The engine's networks: they share the connection and the labels with what runs apps on it. Works also where there is no Swarm yet. */
export function swarmNetworks(given: { dockerHost: string; clock: Clock; stateId: string }): Networks {
  const connection = connect(given)
  const lists = listsOf(connection)
  const info = () => connection.call<Info>({ to: 'asking the engine about itself', path: '/info' })
  return {
    swarm: async () => swarmIn(await info()),
    makeSwarm: () => makeSwarm(connection),
    list: async () => (await lists.networks()).map(networkOf),
    async addressPools() {
      const { DefaultAddressPools: pools } = await info()
      return pools && pools.length > 0 ? pools.map(({ Base }) => Base) : BUILT_IN_POOLS
    },
    use: (id) => use({ connection, lists }, id),
    make: (network) => make({ connection, clock: given.clock }, network, given.stateId),
    remove: (id) => remove({ connection, lists, clock: given.clock }, id),
    attached: (id) => attached({ connection, lists }, id),
    setService: (id, to) => setService(connection, id, to),
    close: async () => connection.close(),
  }
}

function swarmIn({ Swarm }: Info): SwarmState {
  switch (Swarm?.LocalNodeState) {
    case 'active':
      return { is: Swarm.ControlAvailable ? 'manager' : 'worker' }
    case 'inactive':
      return { is: 'none' }
    default:
      return { is: 'trouble', says: [Swarm?.LocalNodeState ?? 'the engine says nothing of a Swarm', Swarm?.Error].filter(Boolean).join(': ') }
  }
}

/** On the loopback alone: nobody else can join, no port is open to the world, and the Swarm outlives every change of the machine's addresses. */
async function makeSwarm(connection: Connection): Promise<void> {
  try {
    await connection.call({ to: 'making a Swarm', method: 'POST', path: '/swarm/init', body: { ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' } })
  } catch (error) {
    // The API answers 503 where it is in one.
    if (isPortError(error) && /already part of a swarm/i.test(error.says)) throw new PortError('conflict', error.message, { cause: error, says: error.says })
    throw error
  }
}

function networkOf({ Id, Name, Driver, Scope, Attachable, Internal, IPAM, Labels, Options }: ApiNetwork): DockerNetwork {
  // The number of its VXLAN is the engine's to give.
  const options = Object.fromEntries(Object.entries(Options ?? {}).filter(([key]) => key !== 'com.docker.network.driver.overlay.vxlanid_list'))
  return { id: Id, name: Name, driver: Driver, scope: Scope, attachable: Attachable, internal: Internal, subnets: subnetsOf({ IPAM }), labels: Labels ?? {}, options }
}

export function subnetsOf({ IPAM }: Pick<ApiNetwork, 'IPAM'>): Subnet[] {
  return (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? [])
}

async function use(parts: { connection: Connection; lists: Lists }, id: string): Promise<NetworkUse> {
  const { network, given } = await givenAddresses(parts, id)
  const users = Map.groupBy(given, ({ to }) => to)
  return {
    network: network.Name,
    subnets: subnetsOf(network),
    size: sizeOf(subnetsOf(network)) ?? 0,
    used: given.length,
    users: [...users].map(([who, { length }]) => ({ who, addresses: length })).sort((a, b) => b.addresses - a.addresses || (a.who < b.who ? -1 : 1)),
  }
}

/**
 * The Swarm takes any network down in its list and gives it its range afterwards: one that overlaps another never gets it, and nobody is told (measured on 20.10).
 * What has its range has a gateway.
 */
async function make({ connection, clock }: { connection: Connection; clock: Clock }, network: NewNetwork, stateId: string): Promise<string> {
  const { Id } = await connection.call<{ Id: string }>({
    to: `making network ${network.name} with ${network.subnets.join(' and ')}`,
    method: 'POST',
    path: '/networks/create',
    body: {
      Name: network.name,
      CheckDuplicate: true,
      Driver: 'overlay',
      Scope: 'swarm',
      Attachable: network.attachable,
      Internal: network.internal,
      EnableIPv6: network.subnets.some((subnet) => subnet.includes(':')),
      Options: network.options,
      Labels: { [STATE]: stateId, ...network.labels },
      IPAM: { Driver: 'default', Config: network.subnets.map((Subnet) => ({ Subnet })) },
    },
  })
  const from = clock.monotonic()
  for (let pace = PACE_MS.first; ; pace = Math.min(pace * 1.5, PACE_MS.most)) {
    const { IPAM } = await connection.call<ApiNetwork>({ to: `inspecting network ${network.name}`, path: `/networks/${Id}` })
    const ranges = IPAM?.Config ?? []
    if (ranges.length >= network.subnets.length && ranges.every(({ Gateway }) => Gateway)) return Id
    if (clock.monotonic() - from > MAKE_LIMIT_MS) break
    await clock.pause(pace)
  }
  await connection.call({ to: `removing network ${network.name}, which has no range`, method: 'DELETE', path: `/networks/${Id}` })
  throw new PortError('conflict', `making network ${network.name}: the engine does not give it ${network.subnets.join(' and ')}, for another network has that range, or a part of it`)
}

async function remove(parts: { connection: Connection; lists: Lists; clock: Clock }, id: string): Promise<void> {
  const { connection, lists, clock } = parts
  const from = clock.monotonic()
  for (let pace = PACE_MS.first; ; pace = Math.min(pace * 1.5, PACE_MS.most)) {
    const network = (await lists.networks()).find(({ Id }) => Id === id)
    if (!network) return
    let refusal: PortError | undefined
    try {
      await connection.call({ to: `removing network ${network.Name}`, method: 'DELETE', path: `/networks/${id}` })
    } catch (error) {
      if (!isPortError(error) || error.kind === 'unreachable') throw error
      if (error.kind !== 'not-found') refusal = error
    }
    const late = clock.monotonic() - from > REMOVE_LIMIT_MS
    // A task that has just ended is still on it for a moment; who asks for it, or is on it by hand, stays.
    if (refusal && (late || (await isAskedFor(parts, id)))) throw new PortError('conflict', refusal.message, { cause: refusal, says: refusal.says })
    if (late) throw new PortError('timeout', `removing network ${network.Name}: after ${REMOVE_LIMIT_MS} ms the engine still lists it`)
    await clock.pause(pace)
  }
}

async function isAskedFor(parts: { connection: Connection; lists: Lists }, id: string): Promise<boolean> {
  try {
    const { services, containers } = await attached(parts, id)
    return containers.length > 0 || services.some(({ networks }) => networks.some(({ network }) => network === id))
  } catch (error) {
    if (isPortError(error, 'not-found')) return false
    throw error
  }
}
