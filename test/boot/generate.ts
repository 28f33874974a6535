import type { Ask, AskAtStart, BootGraph, BootRouter, BootUnit, Middleware, OrderEdge, Provided, Starts, Told } from '../../src/domain/boot/graph.ts'
import { seeded } from '../support/seeded.ts'

const PLACE = { file: 'generated', line: 1, column: 1 }

/** A boot drawn by lot, the same for the same seed: small, so that brute force is quick, and with every kind of edge often enough to be tied up in something. */
export function generateBoot(seed: number): BootGraph {
  return new Drawing(seeded(seed)).graph()
}

class Drawing {
  readonly #random: () => number
  readonly #names: string[]

  constructor(random: () => number) {
    this.#random = random
    this.#names = Array.from({ length: 3 + this.#below(7) }, (_, index) => `u${index}`)
  }

  graph(): BootGraph {
    const proxy = this.#often(0.85) ? this.#names[this.#below(Math.min(3, this.#names.length))]! : null
    const middlewares = this.#middlewares()
    const routers = this.#names.flatMap((name) => (this.#often(0.75) ? this.#routersOf(name, { proxy, middlewares }) : []))
    const units = this.#names.map((name, index) => this.#unit(name, index))
    const names = this.#provided(0.1, (name) => this.#hostOf(name))
    const networks = this.#provided(0.15, (name) => `net-${name}`)
    return {
      units,
      routers,
      middlewares,
      names: [...names, ...(this.#often(0.3) ? [{ name: 'elsewhere.test', ...this.#by(this.#any()) }] : [])],
      networks,
      external: ['elsewhere.test'],
    }
  }

  #unit(name: string, index: number): BootUnit {
    const starts: Starts = this.#often(0.02) ? { when: 'later', by: 'a timer', place: PLACE } : this.#often(0.01) ? { when: 'never', why: 'it is masked', place: PLACE } : { when: 'boot' }
    return {
      name,
      place: PLACE,
      starts,
      isSystem: this.#often(0.06),
      sockets: this.#often(0.08) ? [this.#earlier(index)] : [],
      order: this.#order(index),
      gate: this.#often(0.24) ? { place: PLACE, asks: Array.from({ length: this.#often(0.8) ? 1 : 2 }, () => this.#ask(name, index)) } : null,
      own: this.#often(0.4) ? this.#told('http://127.0.0.1:9/healthy') : null,
      listens: this.#often(0.4) ? [this.#told(`127.0.0.1:80${10 + index}`)] : [],
      images: this.#often(0.11) ? [this.#told(`${this.#often(0.75) ? this.#hostOf(this.#earlier(index)) : 'docker.io'}/app:1`)] : [],
      networks: this.#often(0.14) ? [this.#told(`net-${this.#earlier(index)}`)] : [],
      httpProxy: this.#often(0.16) ? { http: this.#often(0.8) ? this.#through() : null, https: this.#often(0.8) ? this.#through() : null, except: this.#often(0.3) ? [this.#hostOf(this.#any())] : [] } : null,
      budget: null,
      passesOver: [],
      asksAtStart: this.#often(0.06) ? [this.#askAtStart(name, index)] : [],
      tookMs: null,
    }
  }

  /** Mostly after those with smaller numbers, so that the order alone has a cycle only now and then. */
  #order(index: number): OrderEdge[] {
    const edges: OrderEdge[] = []
    for (const [other, unit] of this.#names.entries()) {
      const isEarlier = other < index
      if (other === index || !this.#often(isEarlier ? 0.55 : 0.004)) continue
      const kind = this.#one(['after', 'after', 'after', 'optional', 'requires', 'requisite', 'wants'] as const)
      edges.push({ kind, unit, place: PLACE })
      if (kind === 'requires' || kind === 'requisite' || kind === 'wants') edges.push({ kind: 'after', unit, place: PLACE })
    }
    const later = this.#names[index + 1]
    if (later !== undefined && this.#often(0.15)) edges.push({ kind: 'before', unit: later, place: PLACE })
    if (this.#often(0.02)) edges.push({ kind: this.#one(['after', 'optional', 'wants', 'requires', 'requisite'] as const), unit: 'nobody', place: PLACE })
    return edges
  }

  #ask(name: string, index: number): Ask {
    const whose = this.#often(0.5) ? name : this.#often(0.75) ? this.#earlier(index) : this.#any()
    const redirects = this.#often(0.8) ? 'follow' : 'answer'
    if (this.#often(0.06)) return { kind: 'unit', unit: whose === name ? this.#any() : whose, place: PLACE }
    if (this.#often(0.22)) return { kind: 'url', url: `http://127.0.0.1:80${10 + this.#names.indexOf(whose)}/`, redirects, place: PLACE }
    if (this.#often(0.05)) return { kind: 'url', url: 'https://elsewhere.test/', redirects, place: PLACE }
    return { kind: 'url', url: `${this.#often(0.9) ? 'https' : 'http'}://${this.#hostOf(whose)}/${this.#often(0.3) ? 'in/' : ''}`, redirects, place: PLACE }
  }

  #askAtStart(name: string, index: number): AskAtStart {
    const ask = this.#often(0.3) ? ({ kind: 'unit', unit: this.#any(), place: PLACE } as const) : this.#ask(name, index)
    return { ask: ask.kind === 'url' && this.#often(0.3) ? { ...ask, redirects: 'connect' } : ask, does: ask.kind === 'unit' && this.#often(0.5) ? 'starts' : 'asks', holds: this.#often(0.3) ? 'serves' : 'up', isNeeded: this.#often(0.8) }
  }

  #routersOf(name: string, given: { proxy: string | null; middlewares: readonly Middleware[] }): BootRouter[] {
    const rules = [`Host(\`${this.#hostOf(name)}\`)`, ...(this.#often(0.2) ? [`Host(\`${this.#hostOf(name)}\`) && PathPrefix(\`/in/\`)`] : [])]
    return rules.map((rule, index) => {
      const service = this.#often(0.9) ? this.#by(index === 0 ? name : this.#any()) : given.proxy === null ? this.#by(name) : null
      return {
        name: `${name}-${index}`,
        place: PLACE,
        rule: this.#told(rule),
        proxy: given.proxy === null ? null : this.#by(given.proxy),
        service,
        definedBy: this.#often(0.6) ? service : this.#often(0.4) ? this.#by(this.#any()) : null,
        middlewares: this.#often(0.3) ? [this.#told(this.#one(given.middlewares).name)] : [],
        certificate: this.#often(0.14) ? this.#by(this.#any()) : null,
        priority: this.#often(0.05) ? this.#below(60) : null,
      }
    })
  }

  #middlewares(): Middleware[] {
    return [
      { name: 'who', kind: 'forward-auth', url: `https://${this.#hostOf(this.#any())}/verify`, place: PLACE },
      { name: 'way', kind: 'redirect', url: `https://${this.#hostOf(this.#any())}/`, when: null, place: PLACE },
    ]
  }

  #provided(chance: number, nameOf: (unit: string) => string): Provided[] {
    return this.#names.filter(() => this.#often(chance)).map((name) => ({ name: nameOf(name), ...this.#by(this.#often(0.7) ? name : this.#any()) }))
  }

  #through(): Told {
    return this.#told(this.#often(0.5) ? `http://127.0.0.1:80${10 + this.#below(this.#names.length)}` : `https://${this.#hostOf(this.#any())}/`)
  }

  #hostOf(name: string): string {
    return `${name}.host.test`
  }

  #by(unit: string): { unit: string; place: typeof PLACE } {
    return { unit, place: PLACE }
  }

  #told(text: string): Told {
    return { text, place: PLACE }
  }

  #earlier(index: number): string {
    return this.#names[this.#below(Math.max(1, index))]!
  }

  #any(): string {
    return this.#one(this.#names)
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#below(list.length)]!
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #often(chance: number): boolean {
    return this.#random() < chance
  }
}
