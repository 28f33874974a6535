import { nearest } from '../../../lib/nearest.ts'
import { fit } from '../../../lib/schema.ts'
import { parseYaml, placeOfKey, type YamlReading } from '../../../lib/yaml.ts'
import { hasErrors, type Place, type Problem } from '../../model/problem.ts'
import type { Ask, BootGraph, BootUnit, OrderEdge, Told, UnitName } from '../graph.ts'
import { probesDefinition, type WrittenProbes } from './definition.ts'

interface ProbesFile {
  file: string
  text: string
}

type Path = ReadonlyArray<string | number>

/**
 * Adds what probes files say, one after the other, to units that were read elsewhere. With no units from elsewhere the files describe the boot alone, together,
 * and every unit that one of them names with an entry of its own is one.
 */
export function addProbes(graph: BootGraph, ...files: ProbesFile[]): { graph: BootGraph; problems: Problem[] } {
  const alone = graph.units.length === 0
  // One for all files: there may be as many files as units are many.
  const units = new Map(graph.units.map((unit) => [unit.name, unit]))
  const all: { graph: BootGraph; problems: Problem[] } = { graph, problems: [] }
  for (const file of files) {
    const added = addFile(all.graph, file, { units, alone })
    all.graph = added.graph
    all.problems.push(...added.problems)
  }
  return { ...all, graph: { ...all.graph, units: [...units.values()] } }
}

/** Units are added in place; the rest comes back. */
function addFile(graph: BootGraph, given: ProbesFile, { units, alone }: { units: Map<UnitName, BootUnit>; alone: boolean }): { graph: BootGraph; problems: Problem[] } {
  const yaml = parseYaml(given.text)
  const problems: Problem[] = yaml.problems.map(({ line, column, severity, message, mend }) => ({ file: given.file, line, column, rule: 'probes/yaml', severity, message, mend }))
  if (hasErrors(problems)) return { graph, problems }
  const fitted = fit(probesDefinition, yaml.value ?? {})
  if ('misfits' in fitted) {
    for (const { kind, path, message, mend } of fitted.misfits) {
      const at = kind === 'unknown-key' ? placeOfKey(yaml, path) : yaml.placeOf(path)
      problems.push({ file: given.file, ...at, rule: kind === 'unknown-key' ? 'probes/unknown-key' : 'probes/value', severity: 'error', message, mend })
    }
    return { graph, problems }
  }
  return new Adding(graph, fitted.value, { yaml, file: given.file, problems, units, alone }).add()
}

class Adding {
  readonly #graph: BootGraph
  readonly #written: WrittenProbes
  readonly #yaml: YamlReading
  readonly #file: string
  readonly #problems: Problem[]
  readonly #units: Map<UnitName, BootUnit>
  /** Units come from probes alone. */
  readonly #alone: boolean

  constructor(graph: BootGraph, written: WrittenProbes, read: { yaml: YamlReading; file: string; problems: Problem[]; units: Map<UnitName, BootUnit>; alone: boolean }) {
    this.#graph = graph
    this.#written = written
    this.#yaml = read.yaml
    this.#file = read.file
    this.#problems = read.problems
    this.#alone = read.alone
    this.#units = read.units
  }

  add(): { graph: BootGraph; problems: Problem[] } {
    const written = this.#written
    for (const name of Object.keys(written.units)) this.#unit(name)
    const routers = Object.entries(written.routers).map(([name, router]) => {
      const path = ['routers', name]
      const proxy = router.proxy === undefined ? written.proxy : router.proxy
      const service = router.service ?? null
      const definedBy = router.defined_by === undefined ? service : router.defined_by
      if (router.rule === undefined && router.host === undefined) this.#wrong(path, 'probes/no-rule', `The router "${name}" has neither rule nor host: nothing leads to it.`, 'Write host: or rule:.')
      return {
        name,
        place: this.#key(path),
        rule: { text: router.rule ?? (router.host === undefined ? '' : `Host(\`${router.host}\`)`), place: this.#place([...path, router.rule === undefined ? 'host' : 'rule']) },
        proxy: this.#named(proxy, router.proxy === undefined ? ['proxy'] : [...path, 'proxy']),
        service: this.#named(service, [...path, 'service']),
        definedBy: this.#named(definedBy, [...path, router.defined_by === undefined ? 'service' : 'defined_by']),
        middlewares: this.#told(router.middlewares, [...path, 'middlewares']),
        certificate: this.#named(router.certificate, [...path, 'certificate']),
        priority: router.priority ?? null,
      }
    })
    const middlewares: BootGraph['middlewares'] = Object.entries(written.middlewares).map(([name, middleware]) =>
      'redirect' in middleware
        ? { name, kind: 'redirect' as const, url: middleware.redirect, when: null, place: this.#key(['middlewares', name]) }
        : { name, kind: 'forward-auth' as const, url: middleware.forward_auth, place: this.#key(['middlewares', name]) },
    )
    const provided = (section: 'names' | 'networks') => Object.entries(written[section]).map(([name, unit]) => ({ name, ...this.#named(unit, [section, name])! }))
    return {
      graph: {
        units: this.#graph.units,
        routers: [...this.#graph.routers, ...routers],
        middlewares: [...this.#graph.middlewares, ...middlewares],
        names: [...this.#graph.names, ...provided('names')],
        networks: [...this.#graph.networks, ...provided('networks')],
        external: [...this.#graph.external, ...written.external],
      },
      problems: this.#problems,
    }
  }

  #unit(name: UnitName): void {
    const written = this.#written.units[name]!
    const path = ['units', name]
    const known = this.#units.get(name)
    if (!known && !this.#alone) {
      const close = nearest(name, [...this.#units.keys()])
      this.#wrong(path, 'probes/no-such-unit', `There is no unit "${name}" here.`, close ? `Write "${close}"?` : 'Name a unit of the folder.')
      return
    }
    const unit = known ?? unitNamed(name, this.#key(path))
    const order = (['after', 'before', 'requires', 'wants', 'optional'] as const).flatMap((kind) => written[kind].map((other, index): OrderEdge => ({ kind, unit: other, place: this.#place([...path, kind, index]) })))
    const { gate } = written
    const short = this.#raw([...path, 'gate'])
    const urls = typeof short === 'string' || Array.isArray(short) ? [...path, 'gate'] : [...path, 'gate', 'url']
    const asks: Ask[] = [
      ...(gate?.url ?? []).map((url, index) => ({ kind: 'url' as const, url, redirects: gate!.redirects, place: this.#place([...urls, index]) })),
      ...(gate?.up ?? []).map((other, index) => ({ kind: 'unit' as const, unit: other, place: this.#place([...path, 'gate', 'up', index]) })),
    ]
    // One that says only how long it may take leaves what is asked as it is known from elsewhere.
    if (gate && asks.length === 0 && (gate.deploy ?? gate.dwell ?? gate.rollback) === undefined) this.#wrong([...path, 'gate'], 'probes/empty-gate', `The gate of "${name}" asks nothing.`, 'Name a URL, or units under up:; without a gate, take it out.')
    this.#units.set(name, {
      ...unit,
      starts: written.starts === undefined ? unit.starts : startsAs(written.starts, this.#place([...path, 'starts'])),
      order: [...unit.order, ...order],
      gate: asks.length > 0 ? { place: this.#key([...path, 'gate']), asks } : unit.gate,
      own: written.own === undefined ? unit.own : { text: written.own, place: this.#place([...path, 'own']) },
      listens: [...unit.listens, ...this.#told(written.listens, [...path, 'listens'])],
      images: [...unit.images, ...this.#told(written.images, [...path, 'images'])],
      networks: [...unit.networks, ...this.#told(written.networks, [...path, 'networks'])],
      httpProxy: written.http_proxy === undefined ? unit.httpProxy : proxyForAll({ text: written.http_proxy, place: this.#place([...path, 'http_proxy']) }, written.no_proxy),
      budget: this.#budget(unit, name),
      tookMs: written.took ?? unit.tookMs,
    })
  }

  /** What the file does not say of it stays as it is known from elsewhere. */
  #budget({ budget }: BootUnit, name: UnitName): BootUnit['budget'] {
    const { gate, start_limit: limit } = this.#written.units[name]!
    if (limit === undefined && (gate?.deploy ?? gate?.dwell ?? gate?.rollback) === undefined) return budget
    return {
      deploy: gate?.deploy ?? budget?.deploy ?? 0,
      dwell: gate?.dwell ?? budget?.dwell ?? 0,
      rollback: gate?.rollback ?? budget?.rollback ?? 0,
      start: limit ?? budget?.start ?? null,
      place: limit === undefined ? (budget?.place ?? this.#key(['units', name])) : this.#place(['units', name, 'start_limit']),
    }
  }

  #named(unit: UnitName | null | undefined, path: Path): { unit: UnitName; place: Place } | null {
    return unit === null || unit === undefined ? null : { unit, place: this.#place(path) }
  }

  #told(texts: readonly string[], path: Path): Told[] {
    return texts.map((text, index) => ({ text, place: this.#place([...path, index]) }))
  }

  #raw(path: Path): unknown {
    let value: unknown = this.#yaml.value
    for (const part of path) value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined
    return value
  }

  #place(path: Path): Place {
    return { file: this.#file, ...this.#yaml.placeOf(path) }
  }

  #key(path: Path): Place {
    return { file: this.#file, ...placeOfKey(this.#yaml, path) }
  }

  #wrong(path: Path, rule: string, message: string, mend: string): void {
    this.#problems.push({ ...this.#key(path), rule, severity: 'error', message, mend })
  }
}

function startsAs(when: 'boot' | 'later' | 'never', place: Place): BootUnit['starts'] {
  return when === 'boot' ? { when } : when === 'later' ? { when, by: 'something else', place } : { when, why: 'the probes file says so', place }
}

function proxyForAll(proxy: Told, except: readonly string[]): BootUnit['httpProxy'] {
  return { http: proxy, https: proxy, except }
}

/** A unit of which nothing is known but its name. */
export function unitNamed(name: UnitName, place: Place): BootUnit {
  return { name, place, starts: { when: 'boot' }, isSystem: false, sockets: [], order: [], gate: null, own: null, listens: [], images: [], networks: [], httpProxy: null, budget: null, passesOver: [], asksAtStart: [], tookMs: null }
}

export const NOTHING: BootGraph = { units: [], routers: [], middlewares: [], names: [], networks: [], external: [] }
