import type { Attached, DockerNetwork, NetworkMade, PoolUse, Subnet, SwarmMade, TakenRange } from '../model/network.ts'
import type { MoveOutcome } from '../model/network-move.ts'
import { stacksOf } from '../plan/network-move.ts'
import type { PoolTrend } from '../plan/pool-trend.ts'
import { sizeOf } from '../plan/subnets.ts'
import { counted, listed } from './words.ts'

/** What came of it, in one sentence; `mend` where something is left to do, `refused` where nothing stands that could be used. */
export interface SaidMade {
  says: string
  mend?: string
  refused: boolean
}

export function saySwarmMade(made: SwarmMade): SaidMade {
  switch (made.did) {
    case 'made':
      return { says: 'made a Swarm of this machine', refused: false }
    case 'nothing':
      return { says: 'this engine manages a Swarm', refused: false }
    case 'refused':
      return { says: made.why, mend: made.mend, refused: true }
  }
}

export function sayNetworkMade(made: NetworkMade, name: string): SaidMade {
  if (made.did === 'made') return { says: `made network ${name}: ${made.subnet}, ${made.size} addresses`, refused: false }
  if (made.did === 'nothing') return { says: `network ${name} is there: ${made.found.subnets.join(' and ')}, ${made.found.size} addresses`, refused: false }
  if (made.did === 'kept') return { says: `network ${name} is there with ${made.found.size} addresses (${made.found.subnets.join(' and ')}); the settings ask for ${made.wanted}`, mend: 'cc-ci network migrate', refused: false }
  if (made.because === 'moving') return { says: made.says, mend: 'cc-ci network migrate --yes', refused: true }
  if (made.because === 'not-shared') return { says: `network ${name} is a ${made.found.driver} of scope ${made.found.scope}, which services of a Swarm cannot share`, mend: `docker network rm ${name}, or another name under proxy.network in the settings`, refused: true }
  return { says: `network ${name} cannot have ${made.subnet}: ${listed(made.collisions.map(sayTaken), 4)}`, mend: made.proposal === undefined ? 'Every private range is taken: free one, then write it under proxy.subnet in the settings.' : `write into the settings: proxy: { subnet: ${made.proposal} }`, refused: true }
}

export function sayTaken({ by, name, subnet }: TakenRange): string {
  switch (by) {
    case 'docker-network':
      return `network ${name} has ${subnet}`
    case 'address-pool':
      return `the engine gives ${subnet} away by itself (default-address-pools)`
    case 'interface':
      return `interface ${name} has ${subnet}`
    case 'vpn':
      return `the VPN ${name} leads to ${subnet}`
    case 'route':
      return `a route (${name}) leads to ${subnet}`
    case 'address':
      return `${subnet.split('/')[0]} is ${name}`
  }
}

/** Where a pool goes, in one sentence. */
export function sayTrend({ runs, grewBy, runsLeft }: PoolTrend): string {
  if (runs.length === 0) return 'no run has recorded it yet'
  const over = runs.length === 1 ? 'the last run' : `the last ${runs.length} runs`
  if (runsLeft === null) return grewBy === 0 ? `unchanged over ${over}` : `${-grewBy} fewer in use after ${over}`
  return `${grewBy} more in use after ${over}; at this pace it is used up after ${runsLeft} more`
}

/** What a move would do, and what it costs, before it is begun; what stands in its way comes first. `to` null: there is nowhere to move it. */
export function sayMovePlan({ of, to, use, attached, routes, refusals }: { of: DockerNetwork; to: Subnet | null; use: PoolUse; attached: Attached; routes: string[]; refusals: ReadonlyArray<{ why: string; mend: string }> }): string[] {
  const stacks = stacksOf(attached.services)
  const refused = refusals.flatMap(({ why, mend }) => [`  it cannot be done: ${why}`, `    mend: ${mend}`])
  if (to === null) return [`${of.name}: ${of.subnets.join(' and ')} is not moved`, ...refused, `  ${use.used} of ${use.size} addresses are in use`]
  return [
    `${of.name}: ${of.subnets.join(' and ')} → ${to}`,
    ...refused,
    `  ${use.used} of ${use.size} addresses are in use; afterwards there are ${sizeOf([to]) ?? 0}`,
    `  moved, all at once: ${counted(stacks.length, 'stack')}`,
    ...stacks.map(({ stack, services }) => `    ${stack}: ${services.join(', ')}`),
    `  answering before, and to answer after it: ${counted(routes.length, 'route')}`,
    ...routes.map((url) => `    ${url}`),
    '  step by step; each can be taken up again, and taken back:',
    '    1. every service is taken off the network and stopped; its data,',
    '       its other networks, and what is not on this one stay as they are',
    '    2. the network is removed, and made anew with its name and the new range',
    '    3. every service is attached again under its aliases, and started',
    '    4. every route is asked until it answers; if one does not, all goes back',
    '  interrupted is every app behind the proxy, from step 1 to step 4: about as',
    '  long as the slowest of them takes to stop and to start again',
  ]
}

export function sayMoveOutcome(outcome: MoveOutcome, name: string): string {
  switch (outcome.is) {
    case 'moved':
      return `moved network ${name} to ${outcome.to}`
    case 'went-back':
      return `went back: network ${name} has ${outcome.to.join(' and ')} as before: ${outcome.why}`
    case 'untouched':
      return `nothing was touched: ${outcome.why}`
  }
}
