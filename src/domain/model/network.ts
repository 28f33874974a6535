/** A range of addresses: `10.10.0.0/16`. */
export type Subnet = string

/** A network of the engine. */
export interface DockerNetwork {
  id: string
  name: string
  driver: string
  /** `swarm`: services may share it; `local`: of one machine alone. */
  scope: string
  attachable: boolean
  /** Nothing on it reaches the outside. */
  internal: boolean
  /** IPv4 and IPv6; empty where it has none of its own (`host`, `none`). */
  subnets: Subnet[]
  labels: Record<string, string>
  /** Of its driver, as they were asked for: `encrypted`. */
  options: Record<string, string>
}

/**
 * Something that holds a range already. `address-pool`: the engine takes from it what nobody chose. `address`: one of this machine's own.
 * `vpn`: an interface or a route of WireGuard, a tun or another tunnel.
 */
export interface TakenRange {
  by: 'docker-network' | 'address-pool' | 'interface' | 'vpn' | 'route' | 'address'
  /** Of the network, the interface or the routing table. */
  name: string
  subnet: Subnet
}

/** Whether the engine is a part of a Swarm, and may say what happens in it. `says`: where it is neither in one nor out. */
export type SwarmState = { is: 'manager' } | { is: 'none' } | { is: 'worker' } | { is: 'trouble'; says: string }

/** The addresses of a network: how many there are to give away, and how many are given. */
export interface PoolUse {
  network: string
  subnets: Subnet[]
  size: number
  used: number
}

export interface NetworkUse extends PoolUse {
  /** Stacks, services outside of any, plain containers, and the engine's own ends; the most first. */
  users: Array<{ who: string; addresses: number }>
}

/** A service's place on one network. `network`: its id. */
export interface ServiceNetwork {
  network: string
  aliases: string[]
  options: Record<string, string>
}

/** A service that is on a network, or has tasks that still are. */
export interface AttachedService {
  id: string
  name: string
  /** Null: outside of any. */
  stack: string | null
  /** All that it asks for. */
  networks: ServiceNetwork[]
  /** `job`: runs to its end, and once more when it is changed. */
  mode: 'replicated' | 'global' | 'job'
  /** How many tasks it asks for; null where that is not its to say. */
  replicas: number | null
  /** Tasks that run on this network. */
  running: number
  /** Tasks that have an address of it, running or on their way there or away. */
  tasks: number
}

export interface Attached {
  services: AttachedService[]
  /** Plain containers by name, also stopped ones: those would not find it again. */
  containers: string[]
}

/** A pool as a run found it and left it. */
export interface PoolAround {
  network: string
  size: number
  before: number
  after: number
}

/** What came of wanting a Swarm. */
export type SwarmMade = { did: 'made' } | { did: 'nothing' } | { did: 'refused'; why: string; mend: string }

/** What came of wanting the network that apps and proxy share. */
export type NetworkMade =
  | { did: 'made'; subnet: Subnet; size: number }
  /** It is there, with as many addresses as the settings ask for, or more. */
  | { did: 'nothing'; found: Omit<PoolUse, 'used'> }
  /** It is there and smaller. Never remade: everything that is attached to it would lose it. */
  | { did: 'kept'; found: Omit<PoolUse, 'used'>; wanted: Subnet }
  | { did: 'refused'; because: 'collides'; subnet: Subnet; collisions: TakenRange[]; proposal: Subnet | undefined }
  /** A move of it to another range was interrupted: that comes first, and knows what to make. */
  | { did: 'refused'; because: 'moving'; says: string }
  /** Something of that name is there which apps of a Swarm cannot share. */
  | { did: 'refused'; because: 'not-shared'; found: DockerNetwork }
