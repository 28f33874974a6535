import type { UnitOutcome } from '../model/boot.ts'
import { NOTHING, unitNamed } from './probes/read.ts'
import { type Schedule, scheduleOf } from './schedule.ts'
import type { Waiting } from './supervise.ts'

/** The best that the order allows with the times that this very boot's units took: what it really took is compared with that. Of units that came up alone. */
export function measuredSchedule(units: readonly Waiting[], outcomes: readonly UnitOutcome[]): Schedule {
  const place = { file: '', line: 1, column: 1 }
  const took = new Map(outcomes.flatMap(({ unit, beganAt, endedAt }) => (beganAt === null || endedAt === null ? [] : [[unit, endedAt - beganAt] as const])))
  const begun = units.filter(({ name }) => took.has(name))
  return scheduleOf({ ...NOTHING, units: begun.map(({ name, requires, after }) => ({ ...unitNamed(name, place), order: [...requires, ...after].map((unit) => ({ kind: 'after', unit, place })), tookMs: took.get(name)! })) })
}
