import { hasErrors } from '../model/problem.ts'
import { TIERS, type RunResults, type TierName, type TierRecord, type Verdict } from '../model/run.ts'
import { wasStopped } from './words.ts'

/**
 * The run's verdict, from its tiers. First match wins:
 *
 * 1. a tier failed: `fail`. That stands whatever the clean-up does (trap 42).
 * 2. the host or cc-ci failed, in a tier or in the clean-up: `infra`. Leftovers are never the recipe's fault (trap 42).
 * 3. the recipe was refused, so that nothing ran: `fail`. A lint that only warns costs its rung of the level, never the verdict.
 * 4. no tier applies to this host, and nothing was made (a port that is taken): `not-applicable`.
 * 5. a tier that was asked for is absent, blocked or unverified, or nobody looked whether the run is gone: `unverified`.
 * 6. nothing passed: `unverified`. A run that did nothing is never green (invariant 8).
 *
 * `asked`: the tiers that the run was to go through; the others are not missed. `teardown` may be absent only where nothing was made.
 */
export function verdictOf(tiers: readonly TierRecord[], given: { asked?: readonly TierName[] } = {}): Verdict {
  const asked = given.asked ?? TIERS
  const verdict = (name: TierRecord['name']) => tiers.find((tier) => tier.name === name)?.verdict
  const ofTiers = TIERS.map(verdict).filter((one) => one !== undefined)
  const teardown = verdict('teardown')

  if (ofTiers.includes('fail')) return 'fail'
  if (ofTiers.includes('infra') || (teardown !== undefined && !isClean(teardown))) return 'infra'
  if (verdict('lint') === 'fail' && wasRefused(ofTiers)) return 'fail'
  if (teardown === undefined && ofTiers.length > 0 && ofTiers.every((one) => one === 'not-applicable')) return 'not-applicable'
  if (asked.some((name) => !isClean(verdict(name) ?? 'unverified'))) return 'unverified'
  if (teardown === undefined || !ofTiers.includes('pass')) return 'unverified'
  return 'pass'
}

function isClean(verdict: Verdict): boolean {
  return verdict === 'pass' || verdict === 'not-applicable'
}

/** No tier ran, or each says that something before it did not pass. */
function wasRefused(ofTiers: readonly Verdict[]): boolean {
  return ofTiers.every((verdict) => verdict === 'blocked')
}

/** What the process ends with; the README has the table. Of a run that somebody ended: as after Ctrl-C, whoever it was. */
export function exitCodeOf(results: Pick<RunResults, 'verdict' | 'tiers' | 'lint' | 'deploys'>): number {
  if (wasStopped(results)) return 130
  if (results.verdict !== 'pass' && results.deploys.seen === 0 && hasErrors(results.lint)) return 2
  switch (results.verdict) {
    case 'pass':
      return 0
    case 'fail':
    case 'blocked':
    case 'unverified':
      return 1
    // Not applicable as a whole (a port that this host has taken): nothing is known of the recipe, and that is never green.
    case 'infra':
    case 'not-applicable':
      return 3
  }
}
