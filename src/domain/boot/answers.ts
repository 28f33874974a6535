import { addTo } from '../../lib/add-to.ts'
import { hostsOf } from '../recipe/routers.ts'
import { isLocal, portOf } from './address.ts'
import type { BootGraph, BootRouter, BootUnit, Provided, Told } from './graph.ts'
import { matchesRule } from './router-rule.ts'

/** Who answers a URL, before it is asked when. */
export type Answering =
  /** Somebody elsewhere: it needs nobody here but who resolves the name. */
  | { by: 'others'; name: Provided | undefined }
  /** The address belongs to whoever asks: its own signal. */
  | { by: 'itself' }
  | { by: 'listener'; unit: BootUnit; told: Told; name: Provided | undefined }
  | { by: 'router'; router: BootRouter; name: Provided | undefined; secure: boolean }
  | { by: 'nobody'; host: string }
  | { by: 'no-url'; text: string }

/** Looks up who answers; built once for a graph, so that each question costs no more than the routers of its host. */
export class Answers {
  readonly #byHost = new Map<string, BootRouter[]>()
  /** Whose rules name no host, or a pattern: they are tried at every one. */
  readonly #anyHost: BootRouter[] = []
  readonly #listeners = new Map<string, { unit: BootUnit; told: Told }>()
  readonly #names = new Map<string, Provided>()
  readonly #external: Set<string>
  readonly #known = new Map<string, Answering>()

  constructor(graph: BootGraph) {
    for (const router of graph.routers) {
      const hosts = hostsOf(router.rule.text)
      if (hosts.length === 0 || hosts.includes('*') || !namesItsHosts(router.rule.text)) this.#anyHost.push(router)
      else for (const host of hosts) addTo(this.#byHost, host.toLowerCase(), router)
    }
    for (const unit of graph.units) for (const told of unit.listens) this.#listeners.set(told.text.toLowerCase().replace(/^.*(?=:)/, (host) => (host === '' || isLocal(host) ? '' : host)), { unit, told })
    for (const name of graph.names) this.#names.set(name.name.toLowerCase(), name)
    this.#external = new Set(graph.external.map((host) => host.toLowerCase()))
  }

  of(text: string): Answering {
    const known = this.#known.get(text) ?? this.#find(text)
    this.#known.set(text, known)
    return known
  }

  #find(text: string): Answering {
    const url = URL.parse(text)
    if (!url) return { by: 'no-url', text }
    const port = portOf(url)
    const names = [url.hostname, ...wildcardsOf(url.hostname)]
    const name = names.map((one) => this.#names.get(one)).find((one) => one !== undefined)
    const listener = this.#listeners.get(`${isLocal(url.hostname) ? '' : url.hostname}:${port}`) ?? (url.port === '' ? undefined : this.#listeners.get(`:${port}`))
    if (listener) return { by: 'listener', ...listener, name }
    if (isLocal(url.hostname)) return { by: 'itself' }
    const request = { host: url.hostname, path: url.pathname }
    let best: BootRouter | undefined
    for (const list of [this.#byHost.get(url.hostname), this.#anyHost]) {
      for (const router of list ?? []) if (matchesRule(router.rule.text, request) && (best === undefined || priorityOf(router) > priorityOf(best))) best = router
    }
    if (best) return { by: 'router', router: best, name, secure: url.protocol === 'https:' }
    return names.some((one) => this.#external.has(one)) ? { by: 'others', name } : { by: 'nobody', host: url.hostname }
  }
}

/** `*.b.example.org`, `*.example.org` and `*.org` for `a.b.example.org`: the nearest first. */
function wildcardsOf(host: string): string[] {
  return [...host.matchAll(/\./g)].map(({ index }) => `*${host.slice(index)}`)
}

/** Whether every way to fulfil the rule begins with a host that it names. */
function namesItsHosts(rule: string): boolean {
  return !/regexp/i.test(rule) && !(rule.includes('||') && /\b(?!Host(SNI|Header)?\b)[A-Za-z]+\s*\(/i.test(rule))
}

function priorityOf(router: BootRouter): number {
  return router.priority ?? router.rule.text.length
}
