import type { ComposeReading } from '../compose/read.ts'
import type { Reach } from './refusal.ts'

/** Containers of one stack at the same time; recipes have fewer than twenty. */
const MOST_REPLICAS = 50
/** Those of the host's own services begin below this. */
const FIRST_FREE_PORT = 1024
/** What Docker's engine and Swarm talk through. */
const ENGINE_PORTS = new Set([2375, 2376, 2377, 4789, 7946])

/** How a stack reaches for more of the host than an app needs: so many containers that nothing else runs, and ports of the host's own services. */
export function reachesForAmounts({ stack, placeOf }: Pick<ComposeReading, 'stack' | 'placeOf'>): Reach[] {
  return [...reachesOfReplicas({ stack, placeOf }), ...reachesOfPorts({ stack, placeOf })]
}

function reachesOfReplicas({ stack, placeOf }: Pick<ComposeReading, 'stack' | 'placeOf'>): Reach[] {
  const wanted = Object.entries(stack.services).map(([service, { deploy }]) => ({ service, replicas: deploy?.mode?.startsWith('global') ? 1 : (deploy?.replicas ?? 1) }))
  const all = wanted.reduce((sum, { replicas }) => sum + replicas, 0)
  const most = wanted.toSorted((a, b) => b.replicas - a.replicas)[0]
  if (!most || all <= MOST_REPLICAS) return []
  const message = `The stack asks for ${all} containers at once, ${most.replicas} of them for \`${most.service}\`: no more than ${MOST_REPLICAS} are started.`
  return [{ kind: 'replicas', place: placeOf(['services', most.service, 'deploy', 'replicas']), message, instead: 'Lower `replicas`.', allow: `replicas:${all}` }]
}

function reachesOfPorts({ stack, placeOf }: Pick<ComposeReading, 'stack' | 'placeOf'>): Reach[] {
  return Object.entries(stack.services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap(({ published, protocol }, index) => {
      if (!published || (published >= FIRST_FREE_PORT && !ENGINE_PORTS.has(published))) return []
      const whose = ENGINE_PORTS.has(published) ? "the engine's own" : 'one of those that belong to services of the host'
      return [{ kind: 'host-port', place: placeOf(['services', service, 'ports', index, 'published']), message: `The service \`${service}\` publishes port ${published}/${protocol}, ${whose}.`, instead: 'Leave it to the proxy, or publish one from 1024 on.', allow: `host-port:${published}/${protocol}` }]
    }),
  )
}
