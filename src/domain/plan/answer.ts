import type { App, ServiceName } from '../model/app.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'

/** What an app must answer to count as ready. */
export interface Expectation {
  url: string
  connect: { address: string; port: number }
  /** Empty: any status below 400, and 401 and 403: an app that asks who is there is up. */
  status: number[]
  contains?: string
  /** For people. */
  says: string
  /** Behind the proxy; otherwise at a port of its own. */
  proxied: boolean
}

/** Where apps are reached; the part of the engine's `Reach` that this needs. */
export interface Way {
  scheme: 'http' | 'https'
  address: string
  port: number
}

/** The answers of a probe, as far as they are judged here (the port's own union fits). */
export type Answer =
  | { kind: 'answered'; status: number; body: string }
  | { kind: 'wrong-certificate' | 'refused' | 'broken' | 'not-sent'; says: string }
  | { kind: 'timed-out'; after: string }

/** Undefined: the recipe answers no HTTP, or says not to ask. */
export function expectationOf(given: { recipe: ReadRecipe; app: App; reach: Way }): Expectation | undefined {
  const { ready } = given.recipe.config
  if (!ready.http) return undefined
  const way = wayTo(given.recipe, given.reach)
  if (!way) return undefined
  const says = [`HTTP ${ready.status.length > 0 ? ready.status.join(' or ') : 'below 400'}`, ...(ready.contains ? [`with ${JSON.stringify(ready.contains)} in it`] : [])].join(' ')
  return {
    url: urlOf(way, given.app.domain, ready.path),
    connect: { address: way.address, port: way.port },
    status: ready.status,
    ...(ready.contains ? { contains: ready.contains } : {}),
    says,
    proxied: way === given.reach,
  }
}

/** Through the proxy where a router serves the app, otherwise straight to the first published port; undefined: there is no way in. */
export function wayTo(recipe: Pick<ReadRecipe, 'routers' | 'stack'>, reach: Way): Way | undefined {
  if (recipe.routers.some((router) => router.protocol === 'http')) return reach
  const published = Object.values(recipe.stack.services)
    .flatMap((service) => service.ports ?? [])
    .find((port) => port.protocol === 'tcp' && port.published)
  return published?.published ? { scheme: 'http', address: reach.address, port: published.published } : undefined
}

/** The services that requests are led to; all of them where no router says. */
export function routedServices(recipe: Pick<ReadRecipe, 'routers' | 'stack'>): ServiceName[] {
  const routed = new Set(recipe.routers.flatMap((router) => (router.protocol === 'http' ? [router.service] : [])))
  return routed.size > 0 ? [...routed] : Object.keys(recipe.stack.services)
}

export function urlOf(way: Way, host: string, path: string): string {
  const usual = way.scheme === 'https' ? 443 : 80
  return `${way.scheme}://${host}${way.port === usual ? '' : `:${way.port}`}${path.startsWith('/') ? path : `/${path}`}`
}

/** True, or what came instead, in words. */
export function meets(answer: Answer, expectation: Pick<Expectation, 'status' | 'contains'>): true | string {
  switch (answer.kind) {
    case 'refused':
      return `connection refused (${answer.says})`
    case 'timed-out':
      return `no ${answer.after === 'connect' ? 'connection' : 'answer'} in time`
    case 'wrong-certificate':
      return `wrong certificate: ${answer.says}`
    case 'broken':
      return `a broken answer: ${answer.says}`
    case 'not-sent':
      return `it could not be asked: ${answer.says}`
    case 'answered': {
      const right = expectation.status.length > 0 ? expectation.status.includes(answer.status) : answer.status < 400 || answer.status === 401 || answer.status === 403
      if (!right) return `HTTP ${answer.status}${isProxyFallback(answer) ? ' from the proxy itself' : `: ${excerpt(answer.body)}`}`
      if (expectation.contains !== undefined && !answer.body.includes(expectation.contains)) return `HTTP ${answer.status} without ${JSON.stringify(expectation.contains)}: ${excerpt(answer.body)}`
      return true
    }
  }
}

/**
 * The proxy shows a certificate that is not the app's: the proxy's trouble and no recipe's (trap 4). A certificate that was right for the base of
 * the same run and is not for the head is the head's doing.
 */
export function lacksCertificate(answer: Answer, given: { proxied: boolean; baseAnswered: boolean }): boolean {
  return answer.kind === 'wrong-certificate' && given.proxied && !given.baseAnswered
}

/** The page Traefik gives for a host that it knows no router for (trap 4). */
export function isProxyFallback(answer: { status: number; body: string }): boolean {
  return answer.status === 404 && answer.body.trim() === '404 page not found'
}

/** One line of it, for a message. */
export function excerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim()
  return line === '' ? '(empty)' : JSON.stringify(line.length > 120 ? `${line.slice(0, 119)}…` : line)
}
