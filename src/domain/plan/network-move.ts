import type { Attached, AttachedService, DockerNetwork, NetworkUse, Subnet, TakenRange } from '../model/network.ts'
import { collisions, freeSubnet, rangeOf, sizeOf, subnetOf } from './subnets.ts'

/** Why a network cannot be moved as it was asked for. `of`: of what was asked, or of what is here now. */
export interface MoveRefusal {
  of: 'request' | 'host'
  why: string
  mend: string
}

export interface MoveSituation {
  network: DockerNetwork
  use: Pick<NetworkUse, 'used'>
  attached: Attached
  /** What the host and the engine hold beside this network. */
  taken: TakenRange[]
  /** As asked for; null: whatever is right. */
  asked: Subnet | null
  /** What the settings say such a network should have. */
  settings: Subnet
  /** Runs whose locks are held. */
  runs: string[]
}

/** Where it is to go. */
export function moveTarget({ network, use, taken, asked, settings }: MoveSituation): { to: Subnet } | MoveRefusal {
  const mend = 'Name another range: cc-ci network migrate --to SUBNET'
  const to = asked ?? (collisions(settings, taken).length === 0 ? settings : freeSubnet(settings, taken))
  if (to === undefined) return { of: 'host', why: `Every private range of the size of ${settings} is taken.`, mend }
  if (network.subnets.includes(to)) return { of: 'request', why: `${network.name} has ${to} already.`, mend }
  const [inTheWay] = collisions(to, taken)
  if (inTheWay) return { of: 'request', why: `${to} is taken: ${inTheWay.name} has ${inTheWay.subnet}.`, mend: `Name another range: cc-ci network migrate --to ${freeSubnet(to, taken) ?? 'SUBNET'}` }
  const size = sizeOf([to]) ?? 0
  const now = sizeOf(network.subnets) ?? 0
  if (size < now) return { of: 'request', why: `${to} has ${size} addresses, and ${network.name} has ${now} now: a move makes it no smaller.`, mend: `Name a range of at least that size: cc-ci network migrate --to ${freeSubnet(widened(to, now), taken) ?? 'SUBNET'}` }
  if (size < use.used * 2) return { of: 'request', why: `${to} has ${size} addresses, and ${use.used} are in use now: it would soon be as short of them.`, mend }
  return { to }
}

/** The range around this one that has so many addresses. */
function widened(subnet: Subnet, addresses: number): Subnet {
  const { first, bits } = rangeOf(subnet)!
  const wide = Math.min(bits, 32 - Math.ceil(Math.log2(addresses + 2)))
  const size = 2 ** (32 - wide)
  return subnetOf({ first: first - (first % size), bits: wide })
}

/** What would have to go, or to end, before it can be moved. */
export function moveObstacles({ network, attached, runs }: Pick<MoveSituation, 'network' | 'attached' | 'runs'>): MoveRefusal[] {
  const jobs = attached.services.filter(({ mode }) => mode === 'job')
  return [
    ...(network.driver !== 'overlay' || network.scope !== 'swarm' ? [{ of: 'host' as const, why: `${network.name} is a ${network.driver} of scope ${network.scope}, no overlay of a Swarm.`, mend: 'Only the overlay that apps share is moved.' }] : []),
    ...(attached.containers.length > 0 ? [{ of: 'host' as const, why: `Plain containers are attached, which no Swarm would attach again: ${attached.containers.join(', ')}.`, mend: `Detach each of them: docker network disconnect ${network.name} NAME` }] : []),
    ...(jobs.length > 0 ? [{ of: 'host' as const, why: `Jobs are attached, which would run once more: ${jobs.map(({ name }) => name).join(', ')}.`, mend: 'Remove them: docker service rm NAME' }] : []),
    ...(runs.length > 0 ? [{ of: 'host' as const, why: `Runs are under way and would lose the proxy: ${runs.join(', ')}.`, mend: 'Wait for their end (cc-ci runs list), or end them: cc-ci runs cancel RUN' }] : []),
  ]
}

/** The stacks that are attached, with their services; what is outside of any stack stands under its own name. */
export function stacksOf(services: AttachedService[]): Array<{ stack: string; services: string[] }> {
  const by = Map.groupBy(services, ({ stack, name }) => stack ?? name)
  return [...by].map(([stack, its]) => ({ stack, services: its.map(({ name }) => name).sort() })).sort((a, b) => (a.stack < b.stack ? -1 : 1))
}
