import type { ApiContainer, ApiNetworkDetails, ApiService, ApiTask, Lists } from './api.ts'
import type { Connection } from './connection.ts'
import { OVER } from './forgotten-tasks.ts'
import { DOCKER_SERVICE, stackIn } from './labels.ts'

/** An address that a network has given away, and to whom. */
export interface GivenAddress {
  address: string
  /** A stack, a service outside of any, a plain container, or the engine itself. */
  to: string
}

/**
 * Every address of a network that somebody has (trap 38). No list of the engine shows them all: tasks tell theirs and services the virtual ones; plain containers and
 * the node's own end of the network stand in the network itself, as this node sees it; of other nodes one address each is known to be taken.
 */
export async function givenAddresses({ connection, lists }: { connection: Connection; lists: Lists }, id: string): Promise<{ network: ApiNetworkDetails; given: GivenAddress[] }> {
  const network = await connection.call<ApiNetworkDetails>({ to: 'inspecting a network', path: `/networks/${id}` })
  const [tasks, services, containers] = await Promise.all([lists.tasks(), lists.services(), lists.containers()])
  const byAddress = new Map<string, string>()
  const give = (address: string | undefined, to: string) => {
    const plain = address?.split('/')[0]
    if (plain && !byAddress.has(plain)) byAddress.set(plain, to)
  }
  for (const task of tasks) for (const address of addressesOf(task, network.Id)) give(address, ownerOf(services.find(({ ID }) => ID === task.ServiceID), task))
  for (const service of services) for (const { NetworkID, Addr } of service.Endpoint?.VirtualIPs ?? []) if (NetworkID === network.Id) give(Addr, ownerOf(service))
  for (const { Gateway } of network.IPAM?.Config ?? []) give(Gateway, ENGINE)
  for (const [container, { Name, IPv4Address }] of Object.entries(network.Containers ?? {})) give(IPv4Address, containerOwner(containers.find(({ Id }) => Id === container), Name))
  const others = Math.max(0, (network.Peers?.length ?? 1) - 1)
  return { network, given: [...[...byAddress].map(([address, to]) => ({ address, to })), ...Array.from({ length: others }, () => ({ address: 'of another node', to: ENGINE }))] }
}

const ENGINE = 'the engine itself'

/** The record of an ended task still names its addresses; they were given back. */
function addressesOf(task: ApiTask, network: string): string[] {
  if (OVER.has(task.Status.State)) return []
  return (task.NetworksAttachments ?? []).flatMap(({ Network, Addresses }) => (Network.ID === network ? (Addresses ?? []) : []))
}

function ownerOf(service: ApiService | undefined, task?: ApiTask): string {
  return stackIn(service?.Spec.Labels ?? task?.Spec.ContainerSpec?.Labels) ?? service?.Spec.Name ?? 'a removed service'
}

/** What is no container is the node's own end of the network. */
function containerOwner(container: ApiContainer | undefined, name: string): string {
  return container === undefined ? ENGINE : (stackIn(container.Labels) ?? container.Labels?.[DOCKER_SERVICE] ?? `container ${name}`)
}
