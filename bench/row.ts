import { median } from './median.ts'

/** One line of the table: the same work done by us and by a peer, in the same run. */
export interface Row {
  work: string
  /** Whose way it is compared with; empty: the row stands for itself. */
  peer: string
  /** Medians. */
  ours: number
  theirs: number | null
  unit: Unit
  /** `ours / theirs`; null where there is nothing to divide by. */
  ratio: number | null
  /** At most this much. */
  goal: number
  goalFor: 'ratio' | 'ours'
  met: boolean
  /** How often our side was measured. */
  n: number
  /** How often the other one was; null where there is none. */
  theirN: number | null
  /** What a reader of the figure should know; empty: nothing. */
  note: string
}

export type Unit = 'ms' | '%' | 'wrong verdicts' | 'losses'

/** Makes a row of what was measured. `goal` is the most that is wanted, of the ratio or of our own figure. */
export function rowOf(given: {
  work: string
  peer?: string
  ours: readonly number[]
  theirs?: readonly number[]
  unit: Unit
  goal: { of: 'ratio' | 'ours'; atMost: number }
  note?: string
}): Row {
  const ours = rounded(median(given.ours))
  const theirs = given.theirs === undefined || given.theirs.length === 0 ? null : rounded(median(given.theirs))
  const ratio = theirs === null || theirs === 0 ? null : Number((ours / theirs).toFixed(3))
  const judged = given.goal.of === 'ratio' ? ratio : ours
  return {
    work: given.work,
    peer: given.peer ?? '',
    ours,
    theirs,
    unit: given.unit,
    ratio,
    goal: given.goal.atMost,
    goalFor: given.goal.of,
    met: judged !== null && judged <= given.goal.atMost,
    n: given.ours.length,
    theirN: given.theirs === undefined || given.theirs.length === 0 ? null : given.theirs.length,
    note: given.note ?? '',
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 0))
}
