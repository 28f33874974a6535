import { goExpression } from '../../lib/go-expression.ts'
import type { Place } from '../model/problem.ts'
import { contains, rangeOf } from '../plan/subnets.ts'
import { parseImageReference } from '../recipe/image-reference.ts'
import { Answers, type Answering } from './answers.ts'
import type { Ask, AskAtStart, BootGraph, BootRouter, BootUnit, OrderEdge, Provided, Redirects, Told, UnitName } from './graph.ts'

/** What can happen in a boot. */
export type BootEvent =
  | { is: 'begins' | 'serves' | 'up'; unit: BootUnit }
  | { is: 'answers'; url: string; redirects: Redirects; answering: Answering }

/** Why one event waits for another: the words for people are made of it. */
export type Because =
  /** Within a unit. */
  | { because: 'begins-first' | 'serves-first' }
  | { because: 'order'; edge: OrderEdge; /** Whose file says it. */ said: UnitName }
  | { because: 'gate'; ask: Ask }
  /** A command of its own start asks so, and no gate needs to say it. */
  | { because: 'at-start'; asked: AskAtStart }
  | { because: 'http-proxy'; ask: Ask; place: Place }
  | { because: 'name'; name: Provided }
  | { because: 'proxy' | 'defined-by' | 'service' | 'certificate'; router: BootRouter; place: Place }
  | { because: 'forward-auth' | 'redirect'; router: BootRouter; middleware: Told; place: Place }
  | { because: 'listens'; told: Told }
  | { because: 'network'; told: Told; made: Provided }
  | { because: 'image'; told: Told }

/** Why an event can never happen, whatever else does. */
export type Never =
  | { never: 'no-router'; host: string }
  | { never: 'no-url'; text: string }
  | { never: 'starts-later'; unit: BootUnit }
  | { never: 'does-not-start'; unit: BootUnit }
  | { never: 'no-such-unit'; name: UnitName; place: Place }
  | { never: 'needs-what-never-starts'; unit: BootUnit; needs: UnitName; place: Place }
  | { never: 'no-such-middleware'; told: Told }

/**
 * The boot as events that wait for events: all that an event waits for must have happened first. A boot comes up as far as this can be put into an order.
 * Events are numbers, so that a graph of 100,000 units is some arrays: of unit `u` 3u begins, 3u+1 serves, 3u+2 is up; what follows are answers.
 */
export interface Events {
  graph: BootGraph
  of(event: number): BootEvent
  count: number
  unitNumber: ReadonlyMap<UnitName, number>
  /** The waits of event `e` are `waitsFor[i]`, because of `why[i]`, for i from `from[e]` to below `from[e + 1]`. */
  from: Int32Array
  waitsFor: Int32Array
  why: readonly Because[]
  never: ReadonlyMap<number, Never>
}

export const BEGINS = 0
export const SERVES = 1
export const UP = 2

const BEGINS_FIRST: Because = { because: 'begins-first' }
const SERVES_FIRST: Because = { because: 'serves-first' }

/** Every wait in the boot of this graph: linear in units, edges and what is asked. */
export function eventsOf(graph: BootGraph): Events {
  return new Compiler(graph).compile()
}

class Compiler {
  readonly #graph: BootGraph
  readonly #answers: Answers
  readonly #unitNumber = new Map<UnitName, number>()
  readonly #networks: ReadonlyMap<string, Provided>
  readonly #middlewares: ReadonlyMap<string, BootGraph['middlewares'][number]>
  readonly #waiting: number[] = []
  readonly #waitedFor: number[] = []
  readonly #why: Because[] = []
  readonly #never = new Map<number, Never>()
  /** Answers, in the order of their numbers; the list grows while it is walked. */
  readonly #asked: Array<Extract<BootEvent, { is: 'answers' }>> = []
  readonly #askedNumber = new Map<string, number>()

  constructor(graph: BootGraph) {
    this.#graph = graph
    this.#answers = new Answers(graph)
    for (const [number, unit] of graph.units.entries()) this.#unitNumber.set(unit.name, number)
    this.#networks = new Map(graph.networks.map((network) => [network.name, network]))
    this.#middlewares = new Map(graph.middlewares.map((middleware) => [middleware.name, middleware]))
  }

  compile(): Events {
    const { units } = this.#graph
    for (const [number, unit] of units.entries()) this.#unit(unit, 3 * number)
    for (let at = 0; at < this.#asked.length; at += 1) this.#answer(this.#asked[at]!, 3 * units.length + at)
    const asked = this.#asked
    return {
      graph: this.#graph,
      of: (event) => (event < 3 * units.length ? { is: event % 3 === BEGINS ? 'begins' : event % 3 === SERVES ? 'serves' : 'up', unit: units[Math.floor(event / 3)]! } : asked[event - 3 * units.length]!),
      count: 3 * units.length + asked.length,
      unitNumber: this.#unitNumber,
      never: this.#never,
      ...this.#sorted(3 * units.length + asked.length),
    }
  }

  #unit(unit: BootUnit, base: number): void {
    this.#waits(base + SERVES, base + BEGINS, BEGINS_FIRST)
    this.#waits(base + UP, base + SERVES, SERVES_FIRST)
    if (unit.starts.when === 'later') this.#never.set(base + BEGINS, { never: 'starts-later', unit })
    if (unit.starts.when === 'never') this.#never.set(base + BEGINS, { never: 'does-not-start', unit })
    for (const edge of unit.order) this.#order(unit, edge, base)
    for (const told of unit.networks) {
      const made = this.#networks.get(told.text)
      if (made) this.#needs(base + SERVES, made.unit, UP, { because: 'network', told, made }, made.place)
    }
    for (const told of unit.images) {
      const registry = this.#registryOf(told.text)
      if (registry !== undefined) this.#waits(base + SERVES, this.#asks(registry, 'follow'), { because: 'image', told })
    }
    for (const ask of unit.gate?.asks ?? []) {
      if (ask.kind === 'unit') this.#needs(base + UP, ask.unit, UP, { because: 'gate', ask }, ask.place)
      else this.#gateAsks(unit, ask, base)
    }
    for (const asked of unit.asksAtStart) if (isLookedAt(unit, asked, this)) this.#asksAtStart(asked, base)
  }

  answering(url: string): Answering {
    return this.#answers.of(url)
  }

  unitNamed(name: UnitName): BootUnit | undefined {
    const number = this.#unitNumber.get(name)
    return number === undefined ? undefined : this.#graph.units[number]
  }

  #asksAtStart(asked: AskAtStart, base: number): void {
    const { ask, holds } = asked
    const event = base + (holds === 'serves' ? SERVES : UP)
    this.#waits(event, ask.kind === 'unit' ? 3 * this.#unitNumber.get(ask.unit)! + UP : this.#asks(ask.url, ask.redirects), { because: 'at-start', asked })
  }

  #gateAsks(unit: BootUnit, ask: Extract<Ask, { kind: 'url' }>, base: number): void {
    if (this.#answers.of(ask.url).by === 'itself') return
    const proxy = proxyFor(unit, ask.url)
    if (proxy && this.#answers.of(proxy.text).by !== 'nobody') this.#waits(base + UP, this.#asks(proxy.text, 'follow'), { because: 'http-proxy', ask, place: proxy.place })
    this.#waits(base + UP, this.#asks(ask.url, ask.redirects), { because: 'gate', ask })
  }

  #order(unit: BootUnit, edge: OrderEdge, base: number): void {
    const other = this.#unitNumber.get(edge.unit)
    if (edge.kind === 'requires' || edge.kind === 'requisite') {
      const needed = other === undefined ? undefined : this.#graph.units[other]
      if (other === undefined) this.#never.set(base + BEGINS, { never: 'no-such-unit', name: edge.unit, place: edge.place })
      else if (needed?.starts.when === 'never' || (needed?.starts.when === 'later' && edge.kind === 'requisite')) this.#never.set(base + BEGINS, { never: 'needs-what-never-starts', unit, needs: edge.unit, place: edge.place })
    }
    // Order with somebody who takes no part in the boot is no order.
    if (other === undefined || unit.starts.when !== 'boot' || this.#graph.units[other]!.starts.when !== 'boot') return
    if (edge.kind === 'after' || edge.kind === 'optional') this.#waits(base + BEGINS, 3 * other + UP, { because: 'order', edge, said: unit.name })
    if (edge.kind === 'before') this.#waits(3 * other + BEGINS, base + UP, { because: 'order', edge, said: unit.name })
  }

  #answer(event: Extract<BootEvent, { is: 'answers' }>, number: number): void {
    const { answering } = event
    if (answering.by === 'nobody') this.#never.set(number, { never: 'no-router', host: answering.host })
    if (answering.by === 'no-url') this.#never.set(number, { never: 'no-url', text: answering.text })
    if (answering.by === 'listener') this.#waits(number, 3 * this.#unitNumber.get(answering.unit.name)! + SERVES, { because: 'listens', told: answering.told })
    if ('name' in answering && answering.name) this.#needs(number, answering.name.unit, UP, { because: 'name', name: answering.name }, answering.name.place)
    if (answering.by === 'router') this.#throughRouter(answering.router, { ...event, number, secure: answering.secure })
  }

  #throughRouter(router: BootRouter, asked: { number: number; url: string; redirects: Redirects; secure: boolean }): void {
    const { number } = asked
    const { proxy, definedBy, certificate, service } = router
    if (proxy) this.#needs(number, proxy.unit, SERVES, { because: 'proxy', router, place: proxy.place }, proxy.place)
    // Whoever listens there takes the connection, whether there is a way on or not.
    if (asked.redirects === 'connect') {
      if (!proxy && service) this.#needs(number, service.unit, SERVES, { because: 'service', router, place: service.place }, service.place)
      return
    }
    // Where the request gets as far as the service, that says it already.
    const isServed = service !== null && !router.middlewares.some(({ text }) => this.#redirects(text, asked.url))
    if (definedBy && !(isServed && service.unit === definedBy.unit)) this.#needs(number, definedBy.unit, SERVES, { because: 'defined-by', router, place: definedBy.place }, definedBy.place)
    // Who serves with a certificate of its own making has it once it serves.
    if (certificate && asked.secure && certificate.unit !== proxy?.unit && certificate.unit !== service?.unit) this.#needs(number, certificate.unit, UP, { because: 'certificate', router, place: certificate.place }, certificate.place)
    for (const told of router.middlewares) {
      const middleware = this.#middlewares.get(told.text)
      if (!middleware) {
        this.#never.set(number, { never: 'no-such-middleware', told })
        return
      }
      if (middleware.kind === 'redirect') {
        const target = redirected(asked.url, middleware)
        if (target === undefined) continue
        // The proxy answers by itself: what stands behind the redirect is never asked.
        if (asked.redirects === 'follow') this.#waits(number, this.#asks(target, 'follow'), { because: 'redirect', router, middleware: told, place: middleware.place })
        return
      }
      if (this.#answers.of(middleware.url).by !== 'itself') this.#waits(number, this.#asks(middleware.url, 'follow'), { because: 'forward-auth', router, middleware: told, place: middleware.place })
    }
    if (service) this.#needs(number, service.unit, SERVES, { because: 'service', router, place: service.place }, service.place)
  }

  #redirects(name: string, url: string): boolean {
    const middleware = this.#middlewares.get(name)
    return middleware?.kind === 'redirect' && redirected(url, middleware) !== undefined
  }

  /** The URL of the registry, where it is one of ours, or one whose name a unit of ours resolves; undefined: it is somebody else's. */
  #registryOf(image: string): string | undefined {
    const reference = parseImageReference(image)
    if ('why' in reference) return undefined
    const url = `https://${reference.registry}/v2/`
    const answering = this.#answers.of(url)
    return answering.by === 'router' || answering.by === 'listener' || (answering.by === 'others' && answering.name) ? url : undefined
  }

  #asks(url: string, redirects: Redirects): number {
    const key = `${redirects} ${url}`
    const known = this.#askedNumber.get(key)
    if (known !== undefined) return known
    const number = 3 * this.#graph.units.length + this.#asked.length
    this.#askedNumber.set(key, number)
    this.#asked.push({ is: 'answers', url, redirects, answering: this.#answers.of(url) })
    return number
  }

  #needs(event: number, unit: UnitName, what: typeof SERVES | typeof UP, because: Because, place: Place): void {
    const number = this.#unitNumber.get(unit)
    if (number === undefined) this.#never.set(event, { never: 'no-such-unit', name: unit, place })
    else this.#waits(event, 3 * number + what, because)
  }

  #waits(event: number, forEvent: number, because: Because): void {
    this.#waiting.push(event)
    this.#waitedFor.push(forEvent)
    this.#why.push(because)
  }

  /** The waits of one event side by side, in the order in which they were found. */
  #sorted(count: number): Pick<Events, 'from' | 'waitsFor' | 'why'> {
    const from = new Int32Array(count + 1)
    for (const event of this.#waiting) from[event + 1]! += 1
    for (let event = 0; event < count; event += 1) from[event + 1]! += from[event]!
    const next = from.slice()
    const waitsFor = new Int32Array(this.#waiting.length)
    const why = new Array<Because>(this.#waiting.length)
    for (let at = 0; at < this.#waiting.length; at += 1) {
      const event = this.#waiting[at]!
      const slot = next[event]!
      next[event] = slot + 1
      waitsFor[slot] = this.#waitedFor[at]!
      why[slot] = this.#why[at]!
    }
    return { from, waitsFor, why }
  }
}

/** Whether what a unit's own commands ask is taken for an ask of its gate: it has to be answered, and by somebody of this boot. */
export function isLookedAt({ name }: BootUnit, { ask, does, isNeeded }: AskAtStart, graph: { answering(url: string): Answering; unitNamed(name: UnitName): BootUnit | undefined }): boolean {
  if (!isNeeded) return false
  if (ask.kind === 'unit') return graph.unitNamed(ask.unit)?.starts.when === 'boot' && (does !== 'starts' || ask.unit !== name)
  const { by } = graph.answering(ask.url)
  return by === 'router' || by === 'listener'
}

/** Where a redirect leads: a whole URL, or another scheme or path at the host that was asked. Undefined: it leaves this request alone. */
function redirected(asked: string, { url: target, when }: { url: string; when: string | null }): string | undefined {
  if (when !== null) {
    const pattern = goExpression(when)
    // What the groups of a pattern would be that cannot be read, nobody can say.
    if (!pattern) return target.includes('$') ? undefined : target
    return pattern.test(asked) ? asked.replace(pattern, target.replace(/\$\{(\d+)\}/g, '$$$1').replace(/\$\{(\w+)\}/g, '$$<$1>')) : undefined
  }
  if (target === 'https:' || target === 'http:') return asked.replace(/^[a-z]+:/i, target)
  return URL.canParse(target, asked) ? new URL(target, asked).href : target
}

/** Through which proxy a unit's requests for this URL go. */
function proxyFor({ httpProxy }: BootUnit, text: string): Told | undefined {
  const url = URL.parse(text)
  if (!httpProxy || !url || isExcepted(url.hostname, httpProxy.except)) return undefined
  return (url.protocol === 'https:' ? httpProxy.https : httpProxy.http) ?? undefined
}

/** As `NO_PROXY` says it: `*`, a host, a domain with everything below it, or a range of addresses. */
function isExcepted(host: string, except: readonly string[]): boolean {
  return except.some((one) => {
    if (one.includes('/')) {
      const [range, address] = [rangeOf(one), rangeOf(`${host}/32`)]
      return range !== undefined && address !== undefined && contains(range, address)
    }
    return one === '*' || host === one.replace(/^\*?\./, '') || host.endsWith(`.${one.replace(/^\*?\./, '')}`)
  })
}
