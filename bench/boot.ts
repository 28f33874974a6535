import { systemClock } from '../src/adapters/clock/system.ts'
import { scheduleOf } from '../src/domain/boot/schedule.ts'
import type { Clock } from '../src/ports/clock.ts'
import { bringUp } from '../src/workflows/boot/bring-up.ts'
import { drawUnits, graphOf, makespanOf, toStart } from '../test/boot/drawn-units.ts'
import { virtualClock } from '../test/support/virtual-clock.ts'
import type { Bench, Given } from './bench.ts'
import { type Row, rowOf } from './row.ts'

const GRAPHS = 1_000
/** On the machine's own clock: so many units at most, each of up to so many ms. */
const REAL = { most: 400, longestMs: 400 }

/**
 * Whole boots by our supervisor, on generated graphs, against the least that their order allows with the times that the units took: the critical path. Once on a
 * clock that passes only where everybody waits, which shows the decisions alone, and once on the machine's own, which shows what the supervisor itself costs.
 */
export const boot: Bench = {
  name: 'boot',
  about: `boots of ${GRAPHS} generated graphs, against the critical path of their units' times`,
  times: 5,
  async run(given) {
    return [await onVirtualClock(given), await onRealClock(given)]
  },
}

interface Boot {
  makespanMs: number
  criticalMs: number
}

async function bootOnce(seed: number, clock: Clock, drawn: Parameters<typeof drawUnits>[1], signal: AbortSignal): Promise<Boot> {
  const units = drawUnits(seed, drawn)
  const beganAt = clock.now()
  const outcomes = await bringUp(clock, toStart(units, clock), { signals: { cancel: signal, abandon: signal }, leftOut: new Set(), tell: () => {} })
  signal.throwIfAborted()
  const took = new Map(outcomes.map((outcome) => [outcome.unit, outcome.endedAt! - outcome.beganAt!]))
  return { makespanMs: makespanOf(outcomes, beganAt), criticalMs: scheduleOf(graphOf(units, (name) => took.get(name)!)).makespanMs }
}

async function onVirtualClock({ signal, says }: Given): Promise<Row> {
  let worst: Boot = { makespanMs: 0, criticalMs: 1 }
  for (let seed = 1; seed <= GRAPHS; seed += 1) {
    const clock = virtualClock()
    const one = await clock.until(bootOnce(seed, clock, {}, signal))
    if (one.makespanMs / one.criticalMs > worst.makespanMs / worst.criticalMs) worst = one
  }
  says(`boot, the worst of ${GRAPHS} on a virtual clock: ${worst.makespanMs} ms of ${worst.criticalMs} ms`)
  return rowOf({ work: `boot, the worst of ${GRAPHS} graphs`, peer: 'critical path', ours: [worst.makespanMs], theirs: [worst.criticalMs], unit: 'ms', goal: { of: 'ratio', atMost: 1.05 }, note: 'virtual clock' })
}

async function onRealClock({ times, signal, says }: Given): Promise<Row> {
  const boots: Boot[] = []
  for (let seed = 1; seed <= times; seed += 1) {
    boots.push(await bootOnce(seed, systemClock(), REAL, signal))
    says(`boot ${boots.at(-1)!.makespanMs} ms of ${boots.at(-1)!.criticalMs} ms`)
  }
  return rowOf({ work: `boot of up to ${REAL.most} units`, peer: 'critical path', ours: boots.map(({ makespanMs }) => makespanMs), theirs: boots.map(({ criticalMs }) => criticalMs), unit: 'ms', goal: { of: 'ratio', atMost: 1.05 }, note: 'the machine\'s clock; units that only wait' })
}
