import { type Claim, claimsOf, onlyThroughIngress, takenClaim } from '../../domain/plan/claims.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { Held } from '../../ports/lock.ts'
import type { Versions } from './candidates.ts'
import type { RunContext } from './context.ts'
import { claimsOfNeeds } from './needs.ts'

/** Takes what a host has only one of. A reason: somebody who is not us has it. */
export async function claimAll(context: RunContext, versions: Versions, claims: Held[], signal: AbortSignal): Promise<Reason | undefined> {
  const wanted = inOneOrder([...claimsOf([versions.head.recipe, ...(versions.base ? [versions.base.recipe] : [])], context.app), ...claimsOfNeeds(context)])
  const twice = wanted.find(({ lock }, index) => wanted[index + 1]?.lock === lock)
  if (twice) return { reason: 'conflict', what: `${twice.kind} ${twice.value}`, with: 'a recipe that it needs, or two of those with each other' }
  if (wanted.length === 0) return undefined
  const facts = await context.ports.engine.facts()
  const ingress = [versions.head.recipe, ...context.needs.map((need) => need.context.head.recipe)].map(onlyThroughIngress).find((port) => port !== undefined)
  if (!facts.virtualIps && ingress !== undefined) {
    return { reason: 'host', what: `port ${ingress} is published through Swarm's ingress, and this kernel has no IPVS, so it leads nowhere (mend: modprobe ip_vs on the host, or mode: host in the long form of the port)`, engineSays: '' }
  }
  const taken = takenClaim(wanted, { ports: facts.takenPorts, routers: facts.takenRouters })
  if (taken) return { reason: 'conflict', what: `${taken.kind} ${taken.value}`, with: 'something else on this host' }
  for (const claim of wanted) {
    claims.push(
      await context.ports.locks.acquire(claim.lock, `run ${context.app.run}`, {
        deadlineMs: context.ports.host.limits.run,
        signal,
        onWait: (holder) => context.emit({ kind: 'note', at: context.ports.clock.now(), text: `waiting for ${claim.kind} ${claim.value}, which ${holder.why} holds` }),
      }),
    )
  }
  return undefined
}

/** The same for every run, so that two never hold what the other one waits for. */
function inOneOrder(claims: Claim[]): Claim[] {
  return claims.toSorted((a, b) => (a.lock < b.lock ? -1 : 1))
}
