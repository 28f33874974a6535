import type { Place } from '../model/problem.ts'
import { analyse, type Analysis, type Finding, type Step } from './analyse.ts'
import { Answers } from './answers.ts'
import type { Ask, BootGraph, BootUnit, UnitName } from './graph.ts'

/** One change to a boot. */
export type Change =
  /** The gate asks the unit's own signal in place of what it asked. */
  | { do: 'ask-own'; unit: UnitName; url: string; insteadOf: string[]; /** Whose gate asks all of that already. */ askedBy?: UnitName }
  /** Another unit, which comes later, asks from now on; in place of what it asked, where it can ask one page only. */
  | { do: 'hand-over'; unit: UnitName; urls: string[]; insteadOf: string[] }
  /** `unit` is no longer after `other`, but `other` after `unit`; whom `other` is after, `unit` comes after as well, where it did so only through `other`. */
  | { do: 'turn-round'; unit: UnitName; other: UnitName; inherits: UnitName[]; /** Both stand in one file, whose order counts. */ isListed?: true }
  | { do: 'order'; unit: UnitName; after: UnitName }
  /** The redirect itself is the answer. */
  | { do: 'take-redirect'; unit: UnitName; url: string }
  | { do: 'keep-image'; unit: UnitName; image: string }
  | { do: 'certificate-on-disk'; router: string }
  | { do: 'name-in-hosts'; name: string }
  /** The gate's requests go straight. */
  | { do: 'past-the-proxy'; unit: UnitName }

/** Changes that together mend a finding: tried, not supposed. */
export interface Fix {
  changes: Change[]
}

/** So many units may be looked at in all to try fixes; a host has some hundred. */
const MOST_WORK = 2_000_000

/**
 * The fixes that really mend each finding, best first. Each one was tried: with it everybody who was tied up comes up, nobody else stops, and no gate leans on
 * the unordered who did not before. A fix never takes a gate away without one in its place that asks for behaviour. Findings that no single fix mends,
 * or whose units wait for another cause as well, have none.
 */
export function fixesFor(graph: BootGraph, analysis: Analysis): Map<Finding, Fix[]> {
  const offered = new Map<Finding, Fix[]>()
  const answers = new Answers(graph)
  const byName = new Map(graph.units.map((unit) => [unit.name, unit]))
  let work = 0
  for (const finding of analysis.findings) {
    if (finding.finds !== 'deadlock' && finding.finds !== 'order-cycle' && finding.finds !== 'unordered' && finding.finds !== 'never') continue
    const fixes: Fix[] = []
    for (const changes of candidates(graph, finding, { answers, byName })) {
      work += graph.units.length
      if (work > MOST_WORK) return offered
      if (mends(graph, changes, { finding, analysis })) fixes.push({ changes })
    }
    offered.set(finding, withoutNeedless(withoutTwins(fixes, byName)))
  }
  return offered
}

type Mendable = Extract<Finding, { way: Step[] }>

function mends(graph: BootGraph, changes: readonly Change[], { finding, analysis }: { finding: Mendable; analysis: Analysis }): boolean {
  const after = analyse(apply(graph, changes))
  const concerned = new Set(finding.finds === 'deadlock' || finding.finds === 'order-cycle' ? finding.knot : [finding.unit])
  for (const change of changes) if ('unit' in change) concerned.add(change.unit)
  const stoodStill = new Set(analysis.standStill)
  if (after.standStill.some((unit) => concerned.has(unit) || !stoodStill.has(unit))) return false
  const leaned = new Set(analysis.findings.flatMap((one) => (one.finds === 'unordered' ? [`${one.unit} ${one.needs}`] : [])))
  return !after.findings.some((one) => one.finds === 'unordered' && (!leaned.has(`${one.unit} ${one.needs}`) || (concerned.has(one.unit) && (finding.finds !== 'unordered' || one.needs === finding.needs))))
}

function candidates(graph: BootGraph, finding: Mendable, { answers, byName }: { answers: Answers; byName: ReadonlyMap<UnitName, BootUnit> }): Change[][] {
  const { way } = finding
  const found: Change[][] = []
  const gated = gatesOn(way, byName)
  for (const { unit, asks } of gated.filter((one) => isOpen(one.unit))) {
    for (const own of ownSignals(graph, unit, answers)) {
      const last = lastUnit(way, unit)
      const change = askingOwn(unit, own, { asks, askedBy: last === undefined ? undefined : byName.get(last) })
      found.push([change])
      if (last && change.askedBy === undefined) found.push(...handedTo(byName.get(last)!, change.insteadOf).map((handed) => [change, handed]))
    }
  }
  if (finding.finds === 'unordered') found.push([{ do: 'order', unit: finding.unit, after: finding.needs }])
  for (const step of way) {
    const { because } = step
    if (because.because === 'order' && because.edge.by === undefined && step.event.is === 'begins' && step.waitsFor.is === 'up' && step.event.unit !== step.waitsFor.unit && !step.event.unit.isSystem && !step.waitsFor.unit.isSystem) found.push(...turnsRound(graph, step.event.unit, { other: step.waitsFor.unit, answers }))
    if (because.because === 'image' && step.event.is === 'serves') found.push([{ do: 'keep-image', unit: step.event.unit.name, image: because.told.text }])
    if (because.because === 'certificate') found.push([{ do: 'certificate-on-disk', router: because.router.name }])
    if (because.because === 'name') found.push([{ do: 'name-in-hosts', name: because.name.name }])
    if (because.because === 'http-proxy' && step.event.is === 'up') found.push([{ do: 'past-the-proxy', unit: step.event.unit.name }])
    if (because.because === 'redirect') for (const { unit, asks } of gated) for (const ask of asks) found.push([{ do: 'take-redirect', unit: unit.name, url: ask.url }])
  }
  // Where several gates are tied up in one knot, no single change unties it.
  if (finding.finds === 'deadlock' && finding.knot.length > 1) {
    const all = finding.knot.flatMap((name): Change[] => {
      const unit = byName.get(name)!
      const asks = urlsOf(unit)
      const [own] = ownSignals(graph, unit, answers)
      return asks.length > 0 && own !== undefined && isOpen(unit) ? [askingOwn(unit, own, { asks })] : []
    })
    if (all.length > 1) found.push(all)
  }
  return found
}

/** `askedBy`: whose gate may ask all of that already. */
function askingOwn(unit: BootUnit, url: string, { asks, askedBy }: { asks: ReadonlyArray<{ url: string }>; askedBy?: BootUnit | undefined }): Extract<Change, { do: 'ask-own' }> {
  const insteadOf = asks.map((ask) => ask.url)
  const isAsked = askedBy !== undefined && insteadOf.every((one) => urlsOf(askedBy).some((ask) => ask.url === one))
  return { do: 'ask-own', unit: unit.name, url, insteadOf, ...(isAsked && { askedBy: askedBy.name }) }
}

/** That a unit asks for all of this as well, where its gate can be had to. */
function handedTo(unit: BootUnit, urls: string[]): Change[] {
  if (!isOpen(unit)) return []
  if (!unit.gate?.asksOnePage) return [{ do: 'hand-over', unit: unit.name, urls, insteadOf: [] }]
  return urls.length === 1 && isPage(urls[0]!) ? [{ do: 'hand-over', unit: unit.name, urls, insteadOf: urlsOf(unit).map(({ url }) => url) }] : []
}

function isPage(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === 'https:' && url.port === ''
}

/** The order turned round; alone, or with the gate of the unit that now comes first asking its own signal: it may have asked those that it came after. */
function turnsRound(graph: BootGraph, later: BootUnit, { other, answers }: { other: BootUnit; answers: Answers }): Change[][] {
  const known = new Set([later.name, ...directlyBefore(graph, later)])
  const inherits = directlyBefore(graph, other).filter((name) => !known.has(name))
  const turned: Change = { do: 'turn-round', unit: later.name, other: other.name, inherits, ...(later.isListed && other.isListed && { isListed: true }) }
  // Whom it would inherit may come after it.
  const both = inherits.length > 0 ? [turned, { ...turned, inherits: [] }] : [turned]
  const asks = urlsOf(later)
  const [own] = ownSignals(graph, later, answers)
  const asksOwn = asks.length > 0 && own !== undefined && isOpen(later) ? [askingOwn(later, own, { asks, askedBy: other })] : []
  return [...both.map((one) => [one]), ...asksOwn.flatMap((asksIt) => both.map((one) => [one, asksIt]))]
}

/** Whom the unit is after, as files say it: what follows of itself, and the system, comes first anyway. */
function directlyBefore({ units }: BootGraph, { name, order }: BootUnit): UnitName[] {
  const said = new Set(order.filter(({ kind, by }) => (kind === 'after' || kind === 'optional') && by === undefined).map(({ unit }) => unit))
  return units.filter((unit) => !unit.isSystem && (said.has(unit.name) || unit.order.some((edge) => edge.kind === 'before' && edge.unit === name))).map((unit) => unit.name)
}

/** Whether its gate can be had to ask something else. */
function isOpen({ gate }: BootUnit): boolean {
  return gate?.by === undefined
}

/** The gates on the way, each with what it asks of it. */
function gatesOn(way: readonly Step[], byName: ReadonlyMap<UnitName, BootUnit>): Array<{ unit: BootUnit; asks: Array<Extract<Ask, { kind: 'url' }>> }> {
  const found = new Map<UnitName, Array<Extract<Ask, { kind: 'url' }>>>()
  for (const { event, because } of way) {
    if (event.is !== 'up' || (because.because !== 'gate' && because.because !== 'http-proxy') || because.ask.kind !== 'url') continue
    found.set(event.unit.name, [...(found.get(event.unit.name) ?? []), because.ask])
  }
  return [...found].map(([name, asks]) => ({ unit: byName.get(name)!, asks }))
}

function urlsOf(unit: BootUnit): Array<Extract<Ask, { kind: 'url' }>> {
  return (unit.gate?.asks ?? []).filter((ask) => ask.kind === 'url')
}

/** Where a unit can be asked without anybody else: what it says itself, then its own address behind the proxy, then a port of its own. */
function ownSignals(graph: BootGraph, unit: BootUnit, answers: Answers): string[] {
  const asked = new Set(urlsOf(unit).map(({ url }) => url))
  const routed = graph.routers.filter(({ service, proxy }) => (service ?? proxy)?.unit === unit.name).map(({ rule }) => /Host\(\s*[`"']([^`"']+)/i.exec(rule.text)?.[1]).filter((host) => host !== undefined).map((host) => `https://${host}/`)
  const listened = unit.listens.map(({ text }) => `http://${text.startsWith(':') ? `127.0.0.1${text}` : text}/`)
  // What it says of itself is better than a guess at the same host.
  const own = unit.own?.text
  const guessed = own !== undefined && URL.canParse(own) ? [...routed, ...listened].filter((url) => new URL(url).host !== new URL(own).host) : [...routed, ...listened]
  const all = [...(own === undefined ? [] : [own]), ...guessed.filter((url) => !unit.gate?.asksOnePage || isPage(url))]
  return [...new Set(all)].filter((url) => !asked.has(url) && ['router', 'listener', 'itself'].includes(answers.of(url).by)).slice(0, 4)
}

/** Who was asked for in the end: the unit that comes up last on the way and can hold the old gate itself. */
function lastUnit(way: readonly Step[], gated: BootUnit): UnitName | undefined {
  const served = way.findLast(({ because }) => because.because === 'service' || because.because === 'listens')?.waitsFor
  return served && served.is !== 'answers' && served.unit.name !== gated.name ? served.unit.name : undefined
}

/** The same boot with the changes made. */
export function apply(graph: BootGraph, changes: readonly Change[]): BootGraph {
  return changes.reduce(change, graph)
}

function change(graph: BootGraph, one: Change): BootGraph {
  const withUnit = (name: UnitName, make: (unit: BootUnit) => BootUnit): BootGraph => ({ ...graph, units: graph.units.map((unit) => (unit.name === name ? make(unit) : unit)) })
  switch (one.do) {
    case 'ask-own':
      return withUnit(one.unit, (unit) => ({ ...unit, gate: unit.gate && { ...unit.gate, asks: [...asksBut(unit, one.insteadOf), asking(one.url, unit.gate.place)] } }))
    case 'hand-over':
      return withUnit(one.unit, (unit) => ({ ...unit, gate: { place: unit.place, ...unit.gate, asks: [...asksBut(unit, one.insteadOf), ...one.urls.map((url) => asking(url, unit.place))] } }))
    case 'turn-round':
      return { ...graph, units: graph.units.map((unit) => turnedRound(unit, one)) }
    case 'order':
      return withUnit(one.unit, (unit) => ({ ...unit, order: [...unit.order, { kind: 'after', unit: one.after, place: unit.place }] }))
    case 'take-redirect':
      return withUnit(one.unit, (unit) => ({ ...unit, gate: unit.gate && { ...unit.gate, asks: unit.gate.asks.map((ask) => (ask.kind === 'url' && ask.url === one.url ? { ...ask, redirects: 'answer' as const } : ask)) } }))
    case 'keep-image':
      return withUnit(one.unit, (unit) => ({ ...unit, images: unit.images.filter(({ text }) => text !== one.image) }))
    case 'certificate-on-disk':
      return { ...graph, routers: graph.routers.map((router) => (router.name === one.router ? { ...router, certificate: null } : router)) }
    case 'past-the-proxy':
      return withUnit(one.unit, (unit) => ({ ...unit, httpProxy: unit.httpProxy && { ...unit.httpProxy, except: ['*'] } }))
    case 'name-in-hosts':
      return { ...graph, names: graph.names.filter(({ name }) => name !== one.name) }
  }
}

function asksBut({ gate }: BootUnit, urls: readonly string[]): Ask[] {
  return (gate?.asks ?? []).filter((ask) => ask.kind !== 'url' || !urls.includes(ask.url))
}

function asking(url: string, place: Place): Ask {
  return { kind: 'url', url, redirects: 'follow', place }
}

function turnedRound(unit: BootUnit, { unit: later, other: earlier, inherits }: { unit: UnitName; other: UnitName; inherits: readonly UnitName[] }): BootUnit {
  if (unit.name === later) return { ...unit, order: [...unit.order.filter((edge) => edge.unit !== earlier || edge.kind === 'before' || edge.by !== undefined), ...inherits.map((name) => ({ kind: 'after' as const, unit: name, place: unit.place }))] }
  if (unit.name === earlier) return { ...unit, order: [...unit.order.filter((edge) => edge.unit !== later || edge.kind !== 'before' || edge.by !== undefined), { kind: 'after', unit: later, place: unit.place }] }
  return unit
}

/**
 * Each idea once, as it was found first: with the order that is inherited rather than without it, with the signal that a unit names rather than with a guess.
 */
function withoutTwins(fixes: readonly Fix[], byName: ReadonlyMap<UnitName, BootUnit>): Fix[] {
  const first = new Map<string, Fix>()
  for (const fix of fixes) {
    const idea = JSON.stringify(fix.changes.map((one) => (one.do === 'turn-round' ? { ...one, inherits: [] } : one.do === 'ask-own' && byName.get(one.unit)!.own ? { ...one, url: '' } : one)))
    if (!first.has(idea)) first.set(idea, fix)
  }
  return [...first.values()]
}

/** Those that change nothing besides what is enough. Who hands over changes more, and gives up less. */
function withoutNeedless(fixes: readonly Fix[]): Fix[] {
  return fixes.filter((fix) => !fixes.some((enough) => {
    const needless = fix.changes.filter((change) => !enough.changes.some((one) => isWithin(one, change)))
    return needless.some((change) => change.do !== 'hand-over') && enough.changes.every((one) => fix.changes.some((change) => isWithin(one, change)))
  }))
}

/** Whether a change does all of another one, or is the same. */
function isWithin(one: Change, change: Change): boolean {
  if (one.do === 'ask-own' && change.do === 'ask-own') return one.unit === change.unit && one.url === change.url && one.insteadOf.every((url) => change.insteadOf.includes(url))
  if (one.do === 'turn-round' && change.do === 'turn-round') return one.unit === change.unit && one.other === change.other
  return JSON.stringify(one) === JSON.stringify(change)
}
