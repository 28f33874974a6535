import { nextMoves, type Standing } from '../../domain/boot/supervise.ts'
import type { UnitOutcome } from '../../domain/model/boot.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EndSignals } from '../app/end-signals.ts'
import type { BootEvent, Started, UnitToStart } from './unit.ts'
import { type Limit, watchLimit } from './watch-limit.ts'

/** ms between two tries of one unit. Whoever is looked at alone is looked at often; a try that is an operation leaves its lines in the journal. */
const FIRST_PAUSE = 500
const PACE = { look: { most: 5_000, growth: 1.5 }, operation: { most: 60_000, growth: 2 } }

export interface BringUpGiven {
  /** `cancel`: nothing new begins, what is under way comes to its end or goes back. `abandon`: even that stops. */
  signals: EndSignals
  /** Are taken as they are. */
  leftOut: ReadonlySet<string>
  tell(event: BootEvent): void
}

/**
 * Brings units up, as many at once as their order allows.
 *
 * INVARIANTS
 * - A unit begins the moment the last thing that it waits for is settled, and not before.
 * - Every unit has a limit of its own, and ends by it: going back and leaving included, nobody is waited for longer than limit, grace and ten seconds.
 * - Who needs one that cannot come up is given up at once, with that one named as the cause; whatever else it waits for is not waited for (trap 14).
 * - After `signals.cancel` nothing begins any more.
 *
 * Answers an outcome for each unit, in the order given.
 */
export async function bringUp(clock: Clock, units: readonly UnitToStart[], { signals, leftOut, tell }: BringUpGiven): Promise<UnitOutcome[]> {
  const byName = new Map(units.map((unit) => [unit.name, unit]))
  const standing = new Map<string, Standing>()
  const outcomes = new Map<string, UnitOutcome>()
  const settle = (outcome: UnitOutcome) => {
    outcomes.set(outcome.unit, outcome)
    standing.set(outcome.unit, outcome.is === 'up' || outcome.is === 'left-out' ? { is: 'up' } : { is: 'dead', cause: outcome.cause ?? outcome.unit })
    tell({ is: 'over', outcome })
  }
  const notBegun = (unit: UnitToStart, given: Pick<UnitOutcome, 'is' | 'says' | 'exit'> & { cause?: string }): UnitOutcome => ({ unit: unit.name, beganAt: null, endedAt: null, did: false, tries: 0, isOptional: unit.isOptional, ...given })

  for (const unit of units) if (leftOut.has(unit.name)) settle(notBegun(unit, { is: 'left-out', says: 'left out, as asked for', exit: 0 }))

  await new Promise<void>((resolve, reject) => {
    let underWay = 0
    let mistake: { error: unknown } | undefined
    const move = () => {
      const isEnding = signals.cancel.aborted || mistake !== undefined
      // What was ended is no cause of anything: those after it are ended, too.
      const moves = isEnding ? { begin: [], giveUp: [] } : nextMoves(units, standing)
      for (const { unit, needs, cause } of moves.giveUp) {
        const needed = outcomes.get(cause)!
        settle(notBegun(byName.get(unit)!, { is: 'needs-dead', says: `it needs ${needs}${needs === cause ? '' : `, which needs ${cause}`}, which is not up: ${needed.says}`, exit: needed.exit, cause }))
      }
      for (const name of moves.begin) {
        standing.set(name, { is: 'under-way' })
        underWay += 1
        void startOne(clock, byName.get(name)!, { signals, tell })
          .then(settle, (error: unknown) => {
            mistake ??= { error }
          })
          .then(() => {
            underWay -= 1
            move()
          })
      }
      if (underWay > 0) return
      if (mistake) reject(mistake.error)
      else resolve()
    }
    move()
  })
  const round = units.filter(({ name }) => !outcomes.has(name)).map(({ name }) => name)
  for (const name of round) {
    const unit = byName.get(name)!
    settle(signals.cancel.aborted ? notBegun(unit, { is: 'ended', says: 'not begun: it was ended', exit: 0 }) : notBegun(unit, { is: 'not-up', says: `it waits in a round: ${round.join(', ')}`, exit: 4 }))
  }
  return units.map(({ name }) => outcomes.get(name)!)
}

async function startOne(clock: Clock, unit: UnitToStart, { signals, tell }: Omit<BringUpGiven, 'leftOut'>): Promise<UnitOutcome> {
  const beganAt = clock.now()
  const limit = watchLimit(clock, unit, signals)
  tell({ is: 'begins', unit: unit.name, at: beganAt })
  try {
    const { started, tries } = await untilUp(clock, unit, { limit, tell })
    const base = { unit: unit.name, beganAt, endedAt: clock.now(), tries, exit: started.exit, isOptional: unit.isOptional }
    if (started.is === 'up') return { ...base, is: 'up', says: started.says, did: started.did }
    const because = limit.hasPassed() ? `not up within ${sayDuration(unit.limitMs)}: ` : ''
    const next = started.next === undefined ? {} : { next: started.next }
    return { ...base, is: signals.cancel.aborted ? 'ended' : 'not-up', says: `${because}${started.says}`, ...next, did: true }
  } finally {
    limit.stop()
  }
}

/** Tries until it is up, cannot come up, or its time is over. Each try that failed is told. */
async function untilUp(clock: Clock, unit: UnitToStart, { limit, tell }: { limit: Limit; tell(event: BootEvent): void }): Promise<{ started: Started; tries: number }> {
  const { cancel, abandon } = limit
  let pause = FIRST_PAUSE
  for (let tries = 1; ; tries += 1) {
    const work = unit.start({ cancel, abandon, say: (text) => tell({ is: 'says', unit: unit.name, text }) })
    const started = await Promise.race([work, limit.isStuck.then((): Started => ({ is: 'not-up', says: 'it was told to go back and did not come to its end', next: 'It is left where it is; the next start goes on with it.', exit: 4, mayPass: false }))])
    if (started.is === 'up' || !started.mayPass || cancel.aborted) return { started, tries }
    tell({ is: 'again', unit: unit.name, tries, says: started.says })
    const { most, growth } = started.isUntouched ? PACE.operation : PACE.look
    pause = Math.min(pause, most)
    await clock.pause(pause, cancel)
    if (cancel.aborted) return { started, tries }
    pause *= growth
  }
}
