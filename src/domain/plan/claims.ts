import type { App } from '../model/app.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'

/**
 * Things of which a host has only one, and that a run therefore must have to itself: published ports and fixed names in the proxy. Two stacks that
 * say a router or middleware of one name lose it both; two that say a service of one name share each other's visitors.
 */
export interface Claim {
  kind: 'port' | 'router' | 'middleware' | 'proxy-service'
  value: string
  /** The lock's name. */
  lock: string
}

export function claimsOf(recipes: readonly ReadRecipe[], app: App): Claim[] {
  const claims = new Map<string, Claim>()
  for (const recipe of recipes) {
    for (const service of Object.values(recipe.stack.services)) {
      for (const port of service.ports ?? []) {
        if (port.published) add(claims, 'port', `${port.published}/${port.protocol}`)
      }
    }
    for (const { router, protocol } of recipe.routers) {
      if (!carriesName(router, app.stack)) add(claims, 'router', `${router}@${protocol}`)
    }
    for (const { kind, name, protocol } of definitionsIn(recipe)) {
      if (!carriesName(name, app.stack)) add(claims, kind, `${name}@${protocol}`)
    }
  }
  return [...claims.values()].sort((a, b) => (a.lock < b.lock ? -1 : 1))
}

/** Whether a name is the stack's own: its name stands in it whole, between the ends, dashes or underscores. */
function carriesName(name: string, stack: string): boolean {
  const isInner = (letter: string | undefined): boolean => letter !== undefined && /[A-Za-z0-9]/.test(letter)
  for (let at = name.indexOf(stack); at >= 0; at = name.indexOf(stack, at + 1)) {
    if (!isInner(name[at - 1]) && !isInner(name[at + stack.length])) return true
  }
  return false
}

const DEFINITION = /^traefik\.(http|tcp|udp)\.(middlewares|services)\.([^.]+)\./i

function definitionsIn({ stack }: ReadRecipe): Array<{ kind: Claim['kind']; name: string; protocol: string }> {
  return Object.values(stack.services).flatMap(({ deploy }) =>
    Object.keys(deploy?.labels ?? {}).flatMap((label) => {
      const [, protocol, what, name] = DEFINITION.exec(label) ?? []
      if (!protocol || !what || !name) return []
      return [{ kind: what.toLowerCase() === 'services' ? ('proxy-service' as const) : ('middleware' as const), name, protocol: protocol.toLowerCase() }]
    }),
  )
}

/** A claim that the host's other apps already hold: the run cannot be made here. */
export function takenClaim(claims: readonly Claim[], taken: { ports: readonly number[]; routers: readonly string[] }): Claim | undefined {
  return claims.find((claim) =>
    claim.kind === 'port' ? taken.ports.includes(Number.parseInt(claim.value, 10)) : claim.kind === 'router' && taken.routers.includes(claim.value.replace(/@.*/, '')),
  )
}

function add(claims: Map<string, Claim>, kind: Claim['kind'], value: string): void {
  const lock = `${kind}:${value}`
  claims.set(lock, { kind, value, lock })
}

/**
 * A published port that people reach only through Swarm's ingress; undefined where there is none, or where a router or a host-mode port leads in.
 * On a kernel without IPVS that way leads nowhere, and the recipe is not to blame.
 */
export function onlyThroughIngress(recipe: ReadRecipe): number | undefined {
  if (!recipe.config.ready.http || recipe.routers.some((router) => router.protocol === 'http')) return undefined
  const ports = Object.values(recipe.stack.services).flatMap((service) => service.ports ?? []).filter((port) => port.protocol === 'tcp' && port.published)
  const first = ports[0]
  return first?.mode === 'ingress' ? first.published : undefined
}
