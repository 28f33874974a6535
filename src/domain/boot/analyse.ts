import type { Place } from '../model/problem.ts'
import { addressOf } from './address.ts'
import { BEGINS, type Because, type BootEvent, type Events, eventsOf, type Never, SERVES, UP } from './events.ts'
import type { Ask, BootGraph, BootUnit, Told, UnitName } from './graph.ts'
import { knotsOf, reversed, shortestRound, standingStill } from './knots.ts'
import { OrderedBefore } from './order-before.ts'

/** One wait on the way, from who waits to what is waited for. */
export interface Step {
  event: BootEvent
  because: Because
  waitsFor: BootEvent
}

/** What is wrong with a boot. Each carries the whole way, so that a reader can walk it with a finger. */
export type Finding =
  /** Everybody on the round waits for the next: nobody on it ever comes up. `knot`: all units that are tied up in it. */
  | { finds: 'deadlock' | 'order-cycle'; unit: UnitName; knot: UnitName[]; way: Step[] }
  /** Its gate leans on a unit that nothing orders before it: it passes only where both happen to start side by side. */
  | { finds: 'unordered'; unit: UnitName; needs: UnitName; way: Step[] }
  /** What it needs does not happen in a boot at all. */
  | { finds: 'never'; unit: UnitName; never: Never; way: Step[] }
  /** Trap 14. `unit` waits for somebody (or a URL) who can never come up; `others` wait with it. */
  | { finds: 'waits-for-dead'; unit: UnitName; dead: string; others: UnitName[]; place: Place }
  /** Trap 12; ms. */
  | { finds: 'start-limit'; unit: UnitName; needs: number; has: number; place: Place }
  /** Trap 2. */
  | { finds: 'passes-over'; unit: UnitName; told: Told }

export interface Analysis {
  /** In the order in which they are worth mending: causes first, then what follows from them. */
  findings: Finding[]
  /** Units that take part in the boot and never come up. */
  standStill: UnitName[]
}

/**
 * Finds out, before anything boots, who can never come up. For every unit U everything that U's gate leans on must be U itself or ordered before U, and what
 * waits for what, hidden or not, must have no cycle. Linear in units and edges, but for the questions whether one unit is ordered before another.
 */
export function analyse(graph: BootGraph): Analysis {
  const events = eventsOf(graph)
  const still = standingStill(events)
  const knots = knotsOf(events, still).filter((knot) => takesPart(events, knot))
  const causes = [...knots.flatMap((knot) => roundIn(events, knot)), ...askingInARound(events, still, knots), ...neverHappening(events, still)]
  return {
    findings: [...causes, ...waitingForTheDead(events, still, { knots, causes }), ...leaningOnTheUnordered(events, still), ...graph.units.flatMap(shortcomings)],
    standStill: graph.units.filter((unit, number) => unit.starts.when === 'boot' && still[3 * number + UP]).map(({ name }) => name),
  }
}

/** Answers that wait for one another concern who asks; a unit that only starts later, or never, is no matter of the boot. */
function takesPart({ graph }: Events, knot: readonly number[]): boolean {
  const units = knot.filter((event) => event < 3 * graph.units.length)
  return units.length === 0 || units.some((event) => graph.units[Math.floor(event / 3)]!.starts.when === 'boot')
}

/** The shortest round through a knot; where one can be had it begins with a gate, or with what a unit cannot run without. */
function roundIn(events: Events, knot: readonly number[]): Finding[] {
  const units = 3 * events.graph.units.length
  if (!knot.some((event) => event < units)) return []
  const members = new Set(knot)
  const inOrder = knot.toSorted((a, b) => a - b)
  const waitsByItself = (event: number) => event < units && event % 3 !== BEGINS && waits(events, event).some(({ because, target }) => !because.because.endsWith('-first') && members.has(target))
  const start = inOrder.find((event) => event % 3 === UP && waitsByItself(event)) ?? inOrder.find(waitsByItself) ?? inOrder.find((event) => event < units && event % 3 === UP)!
  const way = shortestRound(events, knot, start).map((slot) => stepOf(events, slot))
  const isHidden = way.some(({ because }) => !['order', 'begins-first', 'serves-first'].includes(because.because))
  const names = [...new Set(knot.filter((event) => event < units).map((event) => unitOf(events, event).name))]
  const first = way[0]!.event
  return [{ finds: isHidden ? 'deadlock' : 'order-cycle', unit: first.is === 'answers' ? names[0]! : first.unit.name, knot: names.toSorted(), way }]
}

/** Units whose gates (or images) lead into a round of answers alone: redirects in a circle. */
function askingInARound(events: Events, still: Uint8Array, knots: readonly number[][]): Finding[] {
  const units = 3 * events.graph.units.length
  const rounds = new Map(knots.filter((knot) => knot.every((event) => event >= units)).flatMap((knot) => knot.map((event): [number, readonly number[]] => [event, knot])))
  if (rounds.size === 0) return []
  const found: Finding[] = []
  for (const [number, unit] of events.graph.units.entries()) {
    if (unit.starts.when !== 'boot' || !still[3 * number + UP]) continue
    const met = new Set<readonly number[]>()
    walk(events, [3 * number + SERVES, 3 * number + UP], (event, way) => {
      const knot = rounds.get(event)
      if (knot && !met.has(knot)) found.push({ finds: 'deadlock', unit: unit.name, knot: [unit.name], way: [...way(), ...shortestRound(events, knot, event).map((slot) => stepOf(events, slot))] })
      if (knot) met.add(knot)
      return !knot && (event >= units || (unitOf(events, event) === unit && event % 3 !== BEGINS)) ? 'on' : 'stop'
    })
  }
  return found
}

function neverHappening(events: Events, still: Uint8Array): Finding[] {
  const found: Finding[] = []
  if (events.never.size === 0) return found
  for (const [number, unit] of events.graph.units.entries()) {
    if (unit.starts.when !== 'boot' || !still[3 * number + UP]) continue
    walk(events, [3 * number + BEGINS, 3 * number + SERVES, 3 * number + UP], (event, way) => {
      const never = events.never.get(event)
      if (never) found.push({ finds: 'never', unit: unit.name, never, way: way() })
      if (event >= 3 * events.graph.units.length) return 'on'
      // What another unit of the boot lacks is said of that one.
      const other = unitOf(events, event)
      return (other === unit && event % 3 !== BEGINS) || other.starts.when !== 'boot' ? 'on' : 'stop'
    })
  }
  return found
}

function leaningOnTheUnordered(events: Events, still: Uint8Array): Finding[] {
  const found: Finding[] = []
  const before = new OrderedBefore(events, still)
  const units = events.graph.units.length
  for (const [number, unit] of events.graph.units.entries()) {
    if (unit.starts.when !== 'boot' || unit.isSystem || still[3 * number + UP] || !leans(events, number)) continue
    const told = new Set<number>()
    walk(events, [3 * number + SERVES, 3 * number + UP], (event, way) => {
      if (event >= 3 * units) return 'on'
      const other = Math.floor(event / 3)
      if (other === number) return event % 3 === BEGINS ? 'stop' : 'on'
      if (!told.has(other) && !events.graph.units[other]!.isSystem && !before.isBefore(other, number) && !hasSocketBefore(events, { other, number, before })) {
        told.add(other)
        found.push({ finds: 'unordered', unit: unit.name, needs: events.graph.units[other]!.name, way: way() })
      }
      return 'stop'
    }, ({ because }) => because !== 'at-start')
  }
  return found
}

/** Whether a request waits at its socket, which is ordered before who asks: what starts it then is that request. */
function hasSocketBefore({ graph, unitNumber }: Events, { other, number, before }: { other: number; number: number; before: OrderedBefore }): boolean {
  return graph.units[other]!.sockets.some((socket) => {
    const at = unitNumber.get(socket)
    return at !== undefined && before.isBefore(at, number)
  })
}

/** Whether a unit waits for anything but its own turn. */
function leans({ from }: Events, number: number): boolean {
  return from[3 * number + UP + 1]! - from[3 * number + SERVES]! > 2
}

function waitingForTheDead(events: Events, still: Uint8Array, { knots, causes }: { knots: number[][]; causes: Finding[] }): Finding[] {
  if (causes.length === 0) return []
  const cameFrom = new Map<number, number>()
  const queue: number[] = []
  const begin = (event: number, root: number) => {
    if (cameFrom.has(event) || !still[event]) return
    cameFrom.set(event, root)
    queue.push(event)
  }
  const units = 3 * events.graph.units.length
  const knotted = new Set<UnitName>()
  for (const knot of knots) {
    const tied = knot.filter((event) => event < units)
    for (const event of tied) knotted.add(unitOf(events, event).name)
    if (tied.length > 0) for (const event of knot) begin(event, event)
  }
  for (const cause of causes) if (!knotted.has(cause.unit)) begin(3 * events.unitNumber.get(cause.unit)! + UP, 3 * events.unitNumber.get(cause.unit)! + UP)
  const dead = new Set(queue.filter((event) => event < units).map((event) => Math.floor(event / 3)))
  const waitedBy = reversed(events)
  const groups = new Map<number, { unit: number; place: Place; others: UnitName[] }>()
  const counted = new Set(dead)
  for (let at = 0; at < queue.length; at += 1) {
    const event = queue[at]!
    const root = cameFrom.get(event)!
    for (let slot = waitedBy.from[event]!; slot < waitedBy.from[event + 1]!; slot += 1) {
      const waiter = waitedBy.waiters[slot]!
      const number = Math.floor(waiter / 3)
      begin(waiter, root)
      if (waiter >= units || counted.has(number)) continue
      counted.add(number)
      const unit = events.graph.units[number]!
      if (unit.isSystem || unit.starts.when !== 'boot') continue
      const group = groups.get(root)
      if (group) group.others.push(unit.name)
      else groups.set(root, { unit: number, place: placeOfWait(events, waiter, event) ?? unit.place, others: [] })
    }
  }
  return [...groups].map(([root, { unit, place, others }]) => ({ finds: 'waits-for-dead' as const, unit: events.graph.units[unit]!.name, dead: nameOf(events.of(root)), others: others.toSorted(), place }))
}

function placeOfWait(events: Events, waiter: number, target: number): Place | undefined {
  const because = waits(events, waiter).find((wait) => wait.target === target)?.because
  return because && placeOf(because)
}

/** A unit's name, or the URL that is asked. */
export function nameOf(event: BootEvent): string {
  return event.is === 'answers' ? event.url : event.unit.name
}

/** Where the files say it; undefined: it lies in the nature of a unit. */
export function placeOf(because: Because): Place | undefined {
  switch (because.because) {
    case 'begins-first':
    case 'serves-first':
      return undefined
    case 'order':
      return because.edge.place
    case 'gate':
      return because.ask.place
    case 'name':
      return because.name.place
    case 'at-start':
      return because.asked.ask.place
    case 'listens':
    case 'network':
    case 'image':
      return because.told.place
    default:
      return because.place
  }
}

/** What a look at the unit alone shows. */
function shortcomings(unit: BootUnit): Finding[] {
  const { budget } = unit
  const needs = budget ? budget.deploy + budget.dwell + budget.rollback : 0
  return [
    ...(budget && budget.start !== null && needs > budget.start ? [{ finds: 'start-limit' as const, unit: unit.name, needs, has: budget.start, place: budget.place }] : []),
    ...unit.passesOver.filter(({ asks }) => unit.gate?.asks.some((ask) => asks.includes(askedBy(ask)))).map((told) => ({ finds: 'passes-over' as const, unit: unit.name, told })),
  ]
}

function askedBy(ask: Ask): string {
  return ask.kind === 'unit' ? ask.unit : (addressOf(ask.url) ?? ask.url)
}

/** From these events to all that they wait for, each once, as far as `visit` says, over the waits that `isWay` takes; `way` gives the steps from the beginning. */
function walk(events: Events, starts: readonly number[], visit: (event: number, way: () => Step[]) => 'on' | 'stop', isWay: (because: Because) => boolean = () => true): void {
  const cameBy = new Map<number, { slot: number; event: number } | undefined>(starts.map((start) => [start, undefined]))
  const stack = starts.toReversed()
  while (stack.length > 0) {
    const event = stack.pop()!
    const way = () => {
      const steps: Step[] = []
      for (let step = cameBy.get(event); step; step = cameBy.get(step.event)) steps.unshift(stepOf(events, step.slot))
      return steps
    }
    if (visit(event, way) === 'stop') continue
    for (let slot = events.from[event + 1]! - 1; slot >= events.from[event]!; slot -= 1) {
      const target = events.waitsFor[slot]!
      if (cameBy.has(target) || !isWay(events.why[slot]!)) continue
      cameBy.set(target, { slot, event })
      stack.push(target)
    }
  }
}

function waits({ from, waitsFor, why }: Events, event: number): Array<{ target: number; because: Because }> {
  const found: Array<{ target: number; because: Because }> = []
  for (let slot = from[event]!; slot < from[event + 1]!; slot += 1) found.push({ target: waitsFor[slot]!, because: why[slot]! })
  return found
}

function stepOf(events: Events, slot: number): Step {
  return { event: events.of(eventOfSlot(events, slot)), because: events.why[slot]!, waitsFor: events.of(events.waitsFor[slot]!) }
}

/** Whose wait a slot is, by halving. */
function eventOfSlot({ from, count }: Events, slot: number): number {
  let [low, high] = [0, count - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (from[middle]! <= slot) low = middle
    else high = middle - 1
  }
  return low
}

function unitOf(events: Events, event: number): BootUnit {
  return events.graph.units[Math.floor(event / 3)]!
}
