import type { App, ServiceName } from '../model/app.ts'
import type { ReadRecipe } from '../model/read-recipe.ts'
import type { Reason } from '../model/reason.ts'
import type { ReadyRule } from '../model/recipe-config.ts'

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
  return {
    url: urlOf(way, given.app.domain, ready.path),
    connect: { address: way.address, port: way.port },
    status: ready.status,
    ...(ready.contains ? { contains: ready.contains } : {}),
    says: sayRule(ready),
    proxied: way === given.reach,
  }
}

/** What has to come, for people. */
export function sayRule(ready: Pick<ReadyRule, 'status' | 'contains'>): string {
  return [`HTTP ${ready.status.length > 0 ? ready.status.join(' or ') : 'below 400'}`, ...(ready.contains ? [`with ${JSON.stringify(ready.contains)} in it`] : [])].join(' ')
}

/**
 * Why a head that is to answer cannot be asked: no way leads to it, though one led to the base, or its settings say what it has to answer. Undefined: there
 * is one, or nobody ever asked for any.
 */
export function lostWayIn(given: { base: ReadRecipe | null; head: ReadRecipe; app: Pick<App, 'domain'>; reach: Way }): Extract<Reason, { reason: 'no-way-in' }> | undefined {
  const { base, head, app, reach } = given
  const { ready } = head.config
  if (!ready.http || wayTo(head, reach)) return undefined
  const before = base?.config.ready.http ? wayTo(base, reach) : undefined
  const isStated = ['path', 'status', 'contains'].some((key) => head.configFrom[`ready.${key}`] !== undefined)
  if (!before && !isStated) return undefined
  const had = before === reach && base ? routedServices(base) : []
  return { reason: 'no-way-in', url: urlOf(before ?? reach, app.domain, ready.path), expected: sayRule(ready), before: had.length > 0 ? { by: 'router', services: had } : before ? { by: 'port' } : { by: 'nothing' } }
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

/** `asked` empty: as in {@link Expectation}. */
export function isRightStatus(status: number, asked: readonly number[]): boolean {
  return asked.length > 0 ? asked.includes(status) : status < 400 || status === 401 || status === 403
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
      if (!isRightStatus(answer.status, expectation.status)) return `HTTP ${answer.status}${isProxyFallback(answer) ? ' from the proxy itself' : `: ${excerpt(answer.body)}`}`
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
