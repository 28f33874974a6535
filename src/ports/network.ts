import type { Attached, DockerNetwork, NetworkUse, ServiceNetwork, Subnet, SwarmState, TakenRange } from '../domain/model/network.ts'

/**
 * The engine's networks, and the Swarm in which they are.
 *
 * `make` and `remove` change one network and touch nothing that is attached to another. Two that make the same name at once: one of them gets `conflict`.
 * Errors (PortError): `conflict` (the name or the range is taken; it is still in use), `not-found`, `unsupported` (the engine is no manager of a Swarm),
 * `refused`, `unreachable`, `timeout`, `unexpected`.
 */
export interface Networks {
  swarm(): Promise<SwarmState>
  /** A Swarm of this one machine, which listens to this machine alone. `conflict` where the engine is in one. */
  makeSwarm(): Promise<void>
  list(): Promise<DockerNetwork[]>
  /** The ranges from which the engine takes what nobody chose, for networks of this one machine. */
  addressPools(): Promise<Subnet[]>
  /** The addresses that a network has given away, and to whom. By id. */
  use(id: string): Promise<NetworkUse>
  /** An overlay of the Swarm that plain containers may join, too. Answers its id. */
  make(network: NewNetwork): Promise<string>
  /** By id. Resolves once the engine does not list it any more; `conflict` while anything is attached to it. */
  remove(id: string): Promise<void>
  /** What is on a network, by id. */
  attached(id: string): Promise<Attached>
  /**
   * Gives a service, by id, these networks and that many tasks, in one change, and leaves everything else as it is. Safe to repeat: one that is so is not touched.
   * Resolves once the engine has taken it, not once it is so: that is for `attached` to say. `not-found` where the service is gone.
   */
  setService(id: string, to: { networks: ServiceNetwork[]; replicas: number | null }): Promise<void>
  close(): Promise<void>
}

export type NewNetwork = Pick<DockerNetwork, 'name' | 'subnets' | 'attachable' | 'internal' | 'labels' | 'options'>

/** What the machine itself leads somewhere: every table of routes, with the interfaces and tunnels behind them. */
export interface HostRanges {
  taken(): Promise<TakenRange[]>
}
