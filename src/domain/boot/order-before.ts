import { BEGINS, type Events, SERVES, UP } from './events.ts'

/**
 * Answers whether one unit is ordered before another, over whatever chain. Most questions are about a neighbour; the others are searched backwards through
 * units that can still lie between the two by their depth. Only for units that do not stand still: their order has no cycle.
 */
export class OrderedBefore {
  readonly #events: Events
  readonly #depth: Int32Array
  /** When each unit was last seen, by the number of the question. */
  readonly #seen: Int32Array
  #question = 0

  constructor(events: Events, still: Uint8Array) {
    this.#events = events
    this.#depth = depths(events, still)
    this.#seen = new Int32Array(this.#depth.length)
  }

  /** Unit numbers. */
  isBefore(earlier: number, later: number): boolean {
    this.#question += 1
    const stack = [later]
    while (stack.length > 0) {
      const unit = stack.pop()!
      const before = this.#directlyBefore(unit)
      for (const one of before) if (one === earlier) return true
      for (const one of before) {
        if (this.#seen[one] === this.#question || this.#depth[one]! <= this.#depth[earlier]!) continue
        this.#seen[one] = this.#question
        stack.push(one)
      }
    }
    return false
  }

  #directlyBefore(unit: number): number[] {
    const { from, waitsFor } = this.#events
    const found: number[] = []
    for (let slot = from[3 * unit + BEGINS]!; slot < from[3 * unit + BEGINS + 1]!; slot += 1) found.push((waitsFor[slot]! - UP) / 3)
    return found
  }
}

/** How long the longest chain before each unit is; 0 where it, or what it stands in, never begins. */
function depths({ graph, from, waitsFor }: Events, still: Uint8Array): Int32Array {
  const count = graph.units.length
  const depth = new Int32Array(count)
  const open = new Int32Array(count)
  const after: number[][] = Array.from({ length: count }, () => [])
  const ready: number[] = []
  for (let unit = 0; unit < count; unit += 1) {
    if (still[3 * unit + SERVES]) continue
    const event = 3 * unit + BEGINS
    open[unit] = from[event + 1]! - from[event]!
    for (let slot = from[event]!; slot < from[event + 1]!; slot += 1) after[(waitsFor[slot]! - UP) / 3]!.push(unit)
    if (open[unit] === 0) ready.push(unit)
  }
  for (let at = 0; at < ready.length; at += 1) {
    const unit = ready[at]!
    for (const one of after[unit]!) {
      depth[one] = Math.max(depth[one]!, depth[unit]! + 1)
      open[one]! -= 1
      if (open[one] === 0) ready.push(one)
    }
  }
  return depth
}
