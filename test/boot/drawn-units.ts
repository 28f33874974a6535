import type { BootGraph } from '../../src/domain/boot/graph.ts'
import { NOTHING, unitNamed } from '../../src/domain/boot/probes/read.ts'
import type { UnitOutcome } from '../../src/domain/model/boot.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { UnitToStart } from '../../src/workflows/boot/unit.ts'
import { seeded } from '../support/seeded.ts'

/** A unit that was drawn: how long its start takes, and what comes of it. */
export interface DrawnUnit {
  name: string
  requires: string[]
  after: string[]
  tookMs: number
  ends: 'up' | 'dead' | 'hangs'
  isOptional: boolean
}

/** Units in an order without rounds: each waits for some of those before it, for most only for a few that are near, as on a host. `trouble`: the share that fails. */
export function drawUnits(seed: number, { trouble = 0, most = 80, longestMs = 600_000 } = {}): DrawnUnit[] {
  const random = seeded(seed)
  const count = 2 + Math.floor(random() * most)
  const reach = 1 + Math.floor(random() * count)
  const share = 0.5 + random() * 4
  return Array.from({ length: count }, (_, index) => {
    const earlier = Array.from({ length: Math.min(reach, index) }, (_, back) => `u${index - 1 - back}`).filter(() => random() < share / Math.min(reach, index))
    const draw = random()
    return {
      name: `u${index}`,
      requires: earlier.filter((_, at) => at % 4 !== 3),
      after: earlier.filter((_, at) => at % 4 === 3),
      tookMs: 1 + Math.floor(random() * random() * longestMs),
      ends: draw < 0.7 * trouble ? 'dead' : draw < trouble ? 'hangs' : 'up',
      isOptional: random() < 0.1,
    }
  })
}

export const LIMIT_MS = 900_000
export const GRACE_MS = 60_000
/** What one that hangs costs: its limit, the time to go back, and the time to leave. */
export const HANGS_MS = LIMIT_MS + GRACE_MS + 10_000

/** As the supervisor takes them; what they do costs time on that clock and nothing else. */
export function toStart(units: readonly DrawnUnit[], clock: Clock): UnitToStart[] {
  return units.map(({ name, requires, after, tookMs, ends, isOptional }) => ({
    name, requires, after, isOptional, limitMs: LIMIT_MS, graceMs: GRACE_MS,
    async start() {
      if (ends === 'hangs') return await new Promise(() => {})
      await clock.pause(tookMs)
      return ends === 'up' ? { is: 'up', says: 'up', did: true, exit: 0 } : { is: 'not-up', says: `${name} is broken`, exit: 4, mayPass: false }
    },
  }))
}

/** The same as a graph with the times that were measured, for the prediction. */
export function graphOf(units: readonly DrawnUnit[], took: (unit: string) => number): BootGraph {
  const place = { file: 'drawn', line: 1, column: 1 }
  return { ...NOTHING, units: units.map(({ name, requires, after }) => ({ ...unitNamed(name, place), order: [...requires, ...after].map((unit) => ({ kind: 'after', unit, place })), tookMs: took(name) })) }
}

/** How long the whole took, ms. */
export function makespanOf(outcomes: readonly UnitOutcome[], beganAt: number): number {
  return Math.max(0, ...outcomes.map(({ endedAt }) => (endedAt ?? beganAt) - beganAt))
}

export interface Expected {
  is: 'up' | 'not-up' | 'needs-dead'
  /** ms from the beginning; null: it is never begun. */
  beginsAt: number | null
  /** When it is known what became of it. */
  overAt: number
}

/** What has to come out, by going through the units in their own order, and sharing nothing with the supervisor. */
export function expectedOf(units: readonly DrawnUnit[]): Map<string, Expected> {
  const expected = new Map<string, Expected>()
  for (const { name, requires, after, tookMs, ends } of units) {
    const needed = requires.map((one) => expected.get(one)!)
    const dead = needed.filter(({ is }) => is !== 'up').map(({ overAt }) => overAt)
    if (dead.length > 0) {
      expected.set(name, { is: 'needs-dead', beginsAt: null, overAt: Math.min(...dead) })
      continue
    }
    const beginsAt = Math.max(0, ...[...needed, ...after.map((one) => expected.get(one)!)].map(({ overAt }) => overAt))
    expected.set(name, { is: ends === 'up' ? 'up' : 'not-up', beginsAt, overAt: beginsAt + (ends === 'hangs' ? HANGS_MS : tookMs) })
  }
  return expected
}
