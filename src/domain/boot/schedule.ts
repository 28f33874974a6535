import { BEGINS, eventsOf, UP } from './events.ts'
import type { BootGraph, UnitName } from './graph.ts'

/** When a unit begins and is up, ms from the beginning of the boot, where each starts as soon as it may. */
export interface Slot {
  unit: UnitName
  beginsAt: number
  upAt: number
  /** Null: no time is recorded, and it counts as none. */
  tookMs: number | null
  /** The unit that it waited for last; null: it begins at once. */
  after: UnitName | null
  /** How many of those that begin at the same moment come before it one after another, as none of them takes any time that is known. */
  wave: number
  isCritical: boolean
}

export interface Schedule {
  /** In the order in which they begin. Of the system only those on which something hangs. */
  slots: Slot[]
  makespanMs: number
  /** The chain that the makespan is made of, first to last. */
  critical: UnitName[]
  /** What each unit of that chain is worth: so much sooner would everything be up if it took no time at all, best first. */
  gains: Array<{ unit: UnitName; savesMs: number }>
  /** Of which no time is recorded. */
  unknown: UnitName[]
}

/** So many units of the critical chain are tried; they are the longest. */
const MOST_TRIED = 30

/**
 * When everything is up, from the recorded times, with as many units at once as the order allows. Of a sound boot only: there everything that a gate leans on
 * is up before it begins, so that the order alone says when.
 */
export function scheduleOf(graph: BootGraph): Schedule {
  const events = eventsOf(graph)
  const units = graph.units.map(({ name }, number) => ({ name, number })).filter(({ number }) => graph.units[number]!.starts.when === 'boot').map(({ number }) => number)
  const before = new Map(units.map((unit) => [unit, Array.from(events.waitsFor.subarray(events.from[3 * unit + BEGINS], events.from[3 * unit + BEGINS + 1]), (event) => (event - UP) / 3)]))
  const inOrder = ordered(units, before)
  const took = (unit: number) => graph.units[unit]!.tookMs ?? 0
  const times = timesOf(inOrder, before, took)
  const makespanMs = Math.max(0, ...inOrder.map((unit) => times.get(unit)!.upAt))
  const critical = chainTo(latest(inOrder, times), times)
  const tried = critical.filter((unit) => took(unit) > 0).toSorted((a, b) => took(b) - took(a)).slice(0, MOST_TRIED)
  const isCritical = new Set(critical)
  const name = (unit: number) => graph.units[unit]!.name
  return {
    slots: inOrder
      .filter((unit) => !graph.units[unit]!.isSystem)
      .map((unit) => ({ unit: name(unit), ...times.get(unit)!, after: times.get(unit)!.after === null ? null : name(times.get(unit)!.after!), tookMs: graph.units[unit]!.tookMs, isCritical: isCritical.has(unit) }))
      .toSorted((a, b) => a.beginsAt - b.beginsAt || a.wave - b.wave),
    makespanMs,
    critical: critical.filter((unit) => !graph.units[unit]!.isSystem).map(name),
    gains: tried
      .map((unit) => ({ unit: name(unit), savesMs: makespanMs - Math.max(0, ...[...timesOf(inOrder, before, (one) => (one === unit ? 0 : took(one))).values()].map(({ upAt }) => upAt)) }))
      .toSorted((a, b) => b.savesMs - a.savesMs),
    unknown: inOrder.filter((unit) => !graph.units[unit]!.isSystem && graph.units[unit]!.tookMs === null).map(name),
  }
}

interface Times {
  beginsAt: number
  upAt: number
  after: number | null
  wave: number
}

/** Each after all that it waits for; what waits in a round is left out. */
function ordered(units: readonly number[], before: ReadonlyMap<number, readonly number[]>): number[] {
  const open = new Map(units.map((unit) => [unit, before.get(unit)!.length]))
  const after = new Map<number, number[]>(units.map((unit) => [unit, []]))
  for (const unit of units) for (const earlier of before.get(unit)!) after.get(earlier)?.push(unit)
  const found = units.filter((unit) => open.get(unit) === 0)
  for (const unit of found) {
    for (const later of after.get(unit)!) {
      open.set(later, open.get(later)! - 1)
      if (open.get(later) === 0) found.push(later)
    }
  }
  return found
}

function timesOf(inOrder: readonly number[], before: ReadonlyMap<number, readonly number[]>, took: (unit: number) => number): Map<number, Times> {
  const times = new Map<number, Times>()
  for (const unit of inOrder) {
    const last = latest(before.get(unit)!, times)
    const beginsAt = last === null ? 0 : times.get(last)!.upAt
    const wave = last === null || times.get(last)!.beginsAt < beginsAt ? 0 : times.get(last)!.wave + 1
    times.set(unit, { beginsAt, upAt: beginsAt + took(unit), after: last, wave })
  }
  return times
}

/** Who is up last. Of those that are up at the same moment, the one that comes after the others. */
function latest(units: readonly number[], times: ReadonlyMap<number, Times>): number | null {
  let last: number | null = null
  for (const unit of units) if (last === null || isLater(times.get(unit)!, times.get(last)!)) last = unit
  return last
}

function isLater(a: Times, b: Times): boolean {
  return (a.upAt - b.upAt || a.beginsAt - b.beginsAt || a.wave - b.wave) > 0
}

function chainTo(last: number | null, times: ReadonlyMap<number, Times>): number[] {
  const chain: number[] = []
  for (let unit = last; unit !== null; unit = times.get(unit)!.after) chain.unshift(unit)
  return chain
}
