import type { BootGraph, BootRouter, BootUnit, Redirects } from '../../src/domain/boot/graph.ts'

export interface Simulated {
  /** Units of the boot that are not up when nothing moves any more, by name. */
  stuck: string[]
  /** Units that come up, but not where only what is ordered before them is up. */
  racing: string[]
}

/**
 * Boots a graph by brute force, as the oracle for the analysis: whatever can start is started, again and again, until nothing moves. It shares nothing with
 * what it judges but the types, asks every question anew, and understands just the rules that generated graphs have: Host(`…`), and PathPrefix(`…`) beside it.
 */
export function simulate(graph: BootGraph): Simulated {
  const booting = graph.units.filter(({ starts }) => starts.when === 'boot')
  const state = new State(graph)
  for (let moved = true; moved; ) {
    moved = false
    for (const unit of booting) {
      if (!state.begun.has(unit.name) && state.mayBegin(unit)) moved = Boolean(state.begun.add(unit.name))
      if (!state.up.has(unit.name) && state.isWell(unit)) moved = Boolean(state.up.add(unit.name))
    }
  }
  const stuck = booting.filter(({ name }) => !state.up.has(name)).map(({ name }) => name)
  const racing = booting.filter((unit) => !unit.isSystem && state.up.has(unit.name) && !comesUpAlone(graph, unit)).map(({ name }) => name)
  return { stuck: stuck.toSorted(), racing: racing.toSorted() }
}

/** Whether the unit comes up where everything that is ordered before it is up, and nothing else has begun. */
function comesUpAlone(graph: BootGraph, unit: BootUnit): boolean {
  const state = new State(graph, unit)
  const before = [unit]
  for (const one of before) for (const earlier of state.directlyBefore(one)) if (!before.includes(earlier)) before.push(earlier)
  const atASocket = graph.units.filter((one) => one !== unit && before.slice(1).some(({ name }) => one.sockets.includes(name)))
  for (const one of [...before.slice(1), ...atASocket, ...graph.units.filter(({ isSystem }) => isSystem)]) {
    state.begun.add(one.name)
    state.up.add(one.name)
    state.settled.add(one.name)
  }
  state.begun.add(unit.name)
  return state.isWell(unit)
}

class State {
  readonly begun = new Set<string>()
  readonly up = new Set<string>()
  /** They serve, whatever they need. */
  readonly settled = new Set<string>()
  readonly #graph: BootGraph
  /** What its own commands ask besides its gate is left out. */
  readonly #alone: BootUnit | undefined

  constructor(graph: BootGraph, alone?: BootUnit) {
    this.#graph = graph
    this.#alone = alone
  }

  directlyBefore(unit: BootUnit): BootUnit[] {
    return this.#graph.units.filter(
      (other) =>
        other.starts.when === 'boot' &&
        (unit.order.some((edge) => (edge.kind === 'after' || edge.kind === 'optional') && edge.unit === other.name) || other.order.some((edge) => edge.kind === 'before' && edge.unit === unit.name)),
    )
  }

  mayBegin(unit: BootUnit): boolean {
    for (const { kind, unit: name } of unit.order) {
      const needed = this.#unit(name)?.starts.when ?? 'never'
      if ((kind === 'requires' && needed === 'never') || (kind === 'requisite' && needed !== 'boot')) return false
    }
    return this.directlyBefore(unit).every(({ name }) => this.up.has(name))
  }

  isWell(unit: BootUnit): boolean {
    if (!this.#serves(unit.name, new Set())) return false
    if (!this.#startsBy(unit, 'up', new Set())) return false
    for (const ask of unit.gate?.asks ?? []) {
      if (ask.kind === 'unit' ? !this.up.has(ask.unit) : !this.#passes(unit, ask.url, ask.redirects)) return false
    }
    return true
  }

  #startsBy(unit: BootUnit, holds: 'serves' | 'up', asking: ReadonlySet<string>): boolean {
    if (unit === this.#alone) return true
    return unit.asksAtStart.every(({ ask, does, holds: what, isNeeded }) => {
      if (!isNeeded || what !== holds) return true
      if (ask.kind === 'unit') return this.#unit(ask.unit)?.starts.when !== 'boot' || (does === 'starts' && ask.unit === unit.name) || this.up.has(ask.unit)
      return !(this.#listener(ask.url) ?? this.#router(ask.url)) || this.#answers(ask.url, ask.redirects, asking)
    })
  }

  #passes(unit: BootUnit, url: string, redirects: Redirects): boolean {
    if (this.#isOwnAddress(url)) return true
    const { hostname, protocol } = new URL(url)
    const through = unit.httpProxy?.[protocol === 'https:' ? 'https' : 'http']?.text
    if (through !== undefined && !unit.httpProxy?.except.some((one) => one === '*' || one === hostname) && this.#isKnown(through) && !this.#answers(through, 'follow', new Set())) return false
    return this.#answers(url, redirects, new Set())
  }

  #unit(name: string): BootUnit | undefined {
    return this.#graph.units.find((unit) => unit.name === name)
  }

  #serves(name: string, asking: ReadonlySet<string>): boolean {
    if (this.settled.has(name)) return true
    const unit = this.#unit(name)
    if (!unit || !this.begun.has(name) || asking.has(name)) return false
    const inner = new Set([...asking, name])
    if (!this.#startsBy(unit, 'serves', inner)) return false
    const attached = unit.networks.every(({ text }) => this.#graph.networks.filter((network) => network.name === text).every((network) => this.up.has(network.unit)))
    return attached && unit.images.every(({ text }) => {
      const registry = `https://${text.split('/')[0]}/v2/`
      return !this.#isKnown(registry) || this.#answers(registry, 'follow', inner)
    })
  }

  #answers(url: string, redirects: Redirects, asking: ReadonlySet<string>): boolean {
    const question = `${redirects} ${url}`
    if (asking.has(question)) return false
    const inner = new Set([...asking, question])
    const { hostname, protocol } = new URL(url)
    const listener = this.#listener(url)
    const router = this.#router(url)
    if (this.#isOwnAddress(url)) return true
    if (!listener && !router && !this.#graph.external.includes(hostname)) return false
    for (const name of this.#graph.names) if (name.name === hostname && !this.up.has(name.unit)) return false
    if (!listener && !router) return true
    if (listener) return this.#serves(listener.name, inner)
    const { proxy, service, definedBy, certificate } = router!
    if (proxy && !this.#serves(proxy.unit, inner)) return false
    if (redirects === 'connect') return proxy !== null || !service || this.#serves(service.unit, inner)
    if (definedBy && !this.#serves(definedBy.unit, inner)) return false
    if (certificate && protocol === 'https:' && ![proxy?.unit, service?.unit].includes(certificate.unit) && !this.up.has(certificate.unit)) return false
    for (const { text } of router!.middlewares) {
      const middleware = this.#graph.middlewares.find(({ name }) => name === text)
      if (!middleware) return false
      if (middleware.kind === 'redirect') return redirects === 'answer' || this.#answers(middleware.url, 'follow', inner)
      if (!this.#answers(middleware.url, 'follow', inner)) return false
    }
    return !service || this.#serves(service.unit, inner)
  }

  #isKnown(url: string): boolean {
    return Boolean(this.#listener(url) ?? this.#router(url)) || this.#graph.external.includes(new URL(url).hostname) || this.#isOwnAddress(url)
  }

  #listener(url: string): BootUnit | undefined {
    const { host } = new URL(url)
    return this.#graph.units.findLast(({ listens }) => listens.some(({ text }) => text === host))
  }

  #isOwnAddress(url: string): boolean {
    return new URL(url).hostname === '127.0.0.1' && !this.#listener(url)
  }

  #router(url: string): BootRouter | undefined {
    const { hostname, pathname } = new URL(url)
    const fitting = this.#graph.routers.filter(({ rule }) => rule.text.includes(`Host(\`${hostname}\`)`) && pathname.startsWith(/PathPrefix\(`([^`]*)`\)/.exec(rule.text)?.[1] ?? '/'))
    return fitting.toSorted((a, b) => (b.priority ?? b.rule.text.length) - (a.priority ?? a.rule.text.length))[0]
  }
}
