import type { UnitName } from './graph.ts'

/** What of a unit decides when it begins. */
export interface Waiting {
  name: UnitName
  /** Have to be up before it begins. */
  requires: readonly UnitName[]
  /** Have to be over, whatever became of them. */
  after: readonly UnitName[]
}

/** Where a unit stands. A unit without a state waits. */
export type Standing =
  | { is: 'under-way' }
  /** It is up, or counts as such for those after it. */
  | { is: 'up' }
  /** `cause`: the unit that it began with; its own name where it is itself dead. */
  | { is: 'dead'; cause: UnitName }

export interface NextMoves {
  /** All of them at once: none waits for another. */
  begin: UnitName[]
  /** Can no longer come up, because one that they need cannot. In the order in which it follows. */
  giveUp: Array<{ unit: UnitName; needs: UnitName; cause: UnitName }>
}

/**
 * What to do now, seen where each unit stands: a unit begins as soon as all that it waits for is settled, and is given up as soon as one that it needs is dead,
 * though others that it needs may still be under way (trap 14).
 */
export function nextMoves(units: readonly Waiting[], standing: ReadonlyMap<UnitName, Standing>): NextMoves {
  const names = new Set(units.map(({ name }) => name))
  const known = new Map(standing)
  const moves: NextMoves = { begin: [], giveUp: [] }
  // Those that are not among the units are no matter of this boot.
  const stands = (name: UnitName) => (names.has(name) ? known.get(name) : ({ is: 'up' } as const))
  for (let before = -1; before < moves.giveUp.length; ) {
    before = moves.giveUp.length
    for (const { name, requires } of units) {
      if (known.has(name)) continue
      for (const needs of requires) {
        const needed = stands(needs)
        if (needed?.is !== 'dead') continue
        moves.giveUp.push({ unit: name, needs, cause: needed.cause })
        known.set(name, { is: 'dead', cause: needed.cause })
        break
      }
    }
  }
  const isOver = (name: UnitName) => ['up', 'dead'].includes(stands(name)?.is ?? '')
  for (const { name, requires, after } of units) {
    if (!known.has(name) && requires.every((one) => stands(one)?.is === 'up') && after.every(isOver)) moves.begin.push(name)
  }
  return moves
}

/** The units in an order in which each comes after all that it waits for, the other way round: how a host is taken down. */
export function downOrder(units: readonly Waiting[]): Waiting[] {
  const later = new Map<UnitName, UnitName[]>(units.map(({ name }) => [name, []]))
  for (const { name, requires, after } of units) for (const earlier of [...requires, ...after]) later.get(earlier)?.push(name)
  return units.map(({ name }) => ({ name, requires: [], after: later.get(name)! })).toReversed()
}
