import type { LastGood, OpenOperation } from '../model/platform.ts'

/**
 * Whether the record names what this operation brings: it passed its gate, people may have used it ever since, and what they did is in no snapshot. From then
 * on the operation only goes forward, however often it is taken up. A repair brings what was known-good before, and has no way back anyhow.
 */
export function isCommitted(lastGood: LastGood | null, { from, to }: Pick<OpenOperation, 'from' | 'to'>): boolean {
  const names = (one: LastGood | null) => one !== null && one.version === to.version && one.commit === to.commit && one.config === to.config
  return names(lastGood) && !names(from)
}
