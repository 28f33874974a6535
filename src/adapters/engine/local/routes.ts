import type { StackService } from '../../../domain/model/stack.ts'

/** A way into a service: requests for the host (any host where undefined) whose path begins like that. */
export interface Route {
  host: string
  prefix: string
}

/**
 * What Traefik's labels of a service say, as far as this engine's router goes: `Host(…)` and `PathPrefix(…)` of HTTP routers.
 * Other matchers are taken as true; entrypoints, certificates and middlewares belong to the real proxy.
 */
export function routesOf(service: StackService): Route[] {
  const labels = { ...service.labels, ...service.deploy?.labels }
  if (labels['traefik.enable'] === 'false') return []
  return Object.entries(labels).flatMap(([key, rule]) => {
    if (!/^traefik\.http\.routers\.[^.]+\.rule$/.test(key)) return []
    // Each side of an "or" is a way in of its own.
    return String(rule).split('||').flatMap((side) => {
      const prefixes = argumentsOf(side, 'PathPrefix')
      return argumentsOf(side, 'Host').flatMap((host) => (prefixes.length > 0 ? prefixes : ['/']).map((prefix) => ({ host: host.toLowerCase(), prefix })))
    })
  })
}

function argumentsOf(rule: string, matcher: string): string[] {
  return [...rule.matchAll(new RegExp(`\\b${matcher}\\(([^)]*)\\)`, 'g'))].flatMap(([, list = '']) => [...list.matchAll(/[`"']([^`"']+)[`"']/g)].map(([, value]) => value!))
}
