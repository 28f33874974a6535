import type { Given } from './bench.ts'

/**
 * Measures both sides `times` times, one after the other, and changes who goes first, so that a warm cache, a busy minute or what the
 * other one left behind falls on both alike.
 */
export async function alternate<Ours, Theirs>(given: Given & { work: string }, sides: { ours(): Promise<Ours>; theirs(): Promise<Theirs> }): Promise<{ ours: Ours[]; theirs: Theirs[] }> {
  const found: { ours: Ours[]; theirs: Theirs[] } = { ours: [], theirs: [] }
  const measureOurs = async () => void found.ours.push(await sides.ours())
  const measureTheirs = async () => void found.theirs.push(await sides.theirs())
  for (let turn = 0; turn < given.times; turn++) {
    for (const measure of turn % 2 === 0 ? [measureOurs, measureTheirs] : [measureTheirs, measureOurs]) {
      given.signal.throwIfAborted()
      given.says(`${given.work}: ${turn + 1} of ${given.times}, ${measure === measureOurs ? 'ours' : 'theirs'}`)
      await measure()
    }
  }
  return found
}
