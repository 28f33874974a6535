import type { Events } from './events.ts'

/** Which events never happen: the boot is carried out as far as it goes, and this is what stands still. 1: never. Linear, without recursion. */
export function standingStill(events: Events): Uint8Array {
  const { count, from, never } = events
  const open = new Int32Array(count)
  const waitedBy = reversed(events)
  const happened: number[] = []
  for (let event = 0; event < count; event += 1) {
    open[event] = from[event + 1]! - from[event]! + (never.has(event) ? 1 : 0)
    if (open[event] === 0) happened.push(event)
  }
  const still = new Uint8Array(count).fill(1)
  for (let at = 0; at < happened.length; at += 1) {
    const event = happened[at]!
    still[event] = 0
    for (let slot = waitedBy.from[event]!; slot < waitedBy.from[event + 1]!; slot += 1) {
      const waiter = waitedBy.waiters[slot]!
      open[waiter]! -= 1
      if (open[waiter] === 0) happened.push(waiter)
    }
  }
  return still
}

/** Who waits for each event. */
export function reversed({ count, from, waitsFor }: Events): { from: Int32Array; waiters: Int32Array } {
  const starts = new Int32Array(count + 1)
  for (const event of waitsFor) starts[event + 1]! += 1
  for (let event = 0; event < count; event += 1) starts[event + 1]! += starts[event]!
  const next = starts.slice()
  const waiters = new Int32Array(waitsFor.length)
  for (let event = 0; event < count; event += 1) {
    for (let slot = from[event]!; slot < from[event + 1]!; slot += 1) {
      const target = waitsFor[slot]!
      waiters[next[target]!] = event
      next[target]! += 1
    }
  }
  return { from: starts, waiters }
}

/**
 * The knots among the events that stand still: sets in which everybody waits, over whatever way, for everybody. Tarjan's strongly connected
 * components with a stack of our own: a chain of 100,000 units is no reason to run out of the engine's.
 */
export function knotsOf({ count, from, waitsFor }: Events, still: Uint8Array): number[][] {
  const order = new Int32Array(count)
  const lowest = new Int32Array(count)
  const nextSlot = from.slice()
  const isOpen = new Uint8Array(count)
  const open: number[] = []
  const knots: number[][] = []
  let counter = 0
  for (let root = 0; root < count; root += 1) {
    if (!still[root] || order[root] !== 0) continue
    const path = [root]
    while (path.length > 0) {
      const event = path.at(-1)!
      if (order[event] === 0) {
        counter += 1
        order[event] = counter
        lowest[event] = counter
        open.push(event)
        isOpen[event] = 1
      }
      if (nextSlot[event]! < from[event + 1]!) {
        const target = waitsFor[nextSlot[event]!]!
        nextSlot[event]! += 1
        if (!still[target]) continue
        if (order[target] === 0) path.push(target)
        else if (isOpen[target]) lowest[event] = Math.min(lowest[event]!, order[target]!)
        continue
      }
      path.pop()
      const before = path.at(-1)
      if (before !== undefined) lowest[before] = Math.min(lowest[before]!, lowest[event]!)
      if (lowest[event] !== order[event]) continue
      const knot: number[] = []
      for (let member = -1; member !== event; ) {
        member = open.pop()!
        isOpen[member] = 0
        knot.push(member)
      }
      if (knot.length > 1 || waitsForItself({ from, waitsFor }, event)) knots.push(knot.reverse())
    }
  }
  return knots
}

function waitsForItself({ from, waitsFor }: Pick<Events, 'from' | 'waitsFor'>, event: number): boolean {
  for (let slot = from[event]!; slot < from[event + 1]!; slot += 1) if (waitsFor[slot] === event) return true
  return false
}

/** The shortest way from `start` through the knot back to it, as slots of `waitsFor`. */
export function shortestRound({ count, from, waitsFor }: Events, knot: readonly number[], start: number): number[] {
  const member = new Set(knot)
  const cameBy = new Map<number, number>()
  const cameFrom = new Map<number, number>()
  const queue = [start]
  for (let at = 0; at < queue.length && at <= count; at += 1) {
    const event = queue[at]!
    for (let slot = from[event]!; slot < from[event + 1]!; slot += 1) {
      const target = waitsFor[slot]!
      if (target === start) return wayBack(slot, event, { start, cameBy, cameFrom })
      if (!member.has(target) || cameBy.has(target)) continue
      cameBy.set(target, slot)
      cameFrom.set(target, event)
      queue.push(target)
    }
  }
  return []
}

function wayBack(last: number, from: number, walked: { start: number; cameBy: ReadonlyMap<number, number>; cameFrom: ReadonlyMap<number, number> }): number[] {
  const slots = [last]
  for (let event = from; event !== walked.start; event = walked.cameFrom.get(event)!) slots.unshift(walked.cameBy.get(event)!)
  return slots
}
