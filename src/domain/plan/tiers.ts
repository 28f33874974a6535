import { TIERS, type TierName } from '../model/run.ts'

/** The tiers that a run goes through, in order: all of them where none is named; whatever a named one needs comes with it. */
export function tiersToRun(asked: readonly TierName[]): TierName[] {
  if (asked.length === 0) return [...TIERS]
  const wanted = new Set<TierName>(['install', ...asked])
  if (wanted.has('restore')) wanted.add('backup')
  return TIERS.filter((tier) => wanted.has(tier))
}

/** A run that leaves a tier out has no level (invariant 8). */
export function isPartial(asked: readonly TierName[]): boolean {
  return tiersToRun(asked).length < TIERS.length
}
