import type { Level, RunResults, TierRecord } from '../model/run.ts'
import { listed, outcomeWord } from './words.ts'

/** The rungs, lowest first; a rung is climbed when all its tiers passed. */
const RUNGS: ReadonlyArray<{ level: Level; tiers: ReadonlyArray<TierRecord['name']> }> = [
  { level: 1, tiers: ['install'] },
  { level: 2, tiers: ['upgrade'] },
  { level: 3, tiers: ['backup', 'restore'] },
  { level: 4, tiers: ['custom'] },
  { level: 5, tiers: ['lint'] },
]

/** What data without any backup can reach at most. */
const CAP_UNCOVERED: Level = 2

export interface LevelGiven {
  /** Not all tiers were asked for. */
  partial: boolean
  /** Volumes that no backup covers and nobody declared (trap 63). */
  uncovered: readonly string[]
}

/**
 * The highest rung that passed with every lower one passed or not applicable, and in one sentence what keeps it from the next.
 * Null for a partial run. A rung of which one half passed and the other does not apply is passed over, not climbed.
 */
export function levelOf(tiers: readonly TierRecord[], { partial, uncovered }: LevelGiven): { level: Level | null; reason: string } {
  if (partial) return { level: null, reason: 'Not all tiers were asked for: a partial run has no level.' }
  let level: Level = 0
  const passedOver: string[] = []
  for (const rung of RUNGS) {
    if (rung.level > CAP_UNCOVERED && uncovered.length > 0) {
      return { level, reason: `No backup covers ${listed(uncovered, 6)}: level ${CAP_UNCOVERED} at most, until the base has backup labels or \`notBackedUp\` in its cc-ci.yml says why not.${notClimbed(passedOver)}` }
    }
    const records = rung.tiers.map((name) => tiers.find((tier) => tier.name === name) ?? { name, verdict: 'unverified' as const })
    const inTheWay = records.find(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable')
    if (inTheWay) return { level, reason: `Level ${rung.level} needs ${rung.tiers.join(' and ')}, and ${inTheWay.name} ${was(inTheWay)}.${notClimbed(passedOver)}` }
    const absent = records.filter(({ verdict }) => verdict === 'not-applicable').map(({ name }) => name)
    passedOver.push(...absent)
    if (absent.length === 0) level = rung.level
    else if (rung.level === 1) return { level, reason: 'Level 1 needs install, and install does not apply.' }
  }
  if (passedOver.length === 0) return { level, reason: 'Every rung passed.' }
  return { level, reason: `Every rung that applies passed; ${listed(passedOver, 6)} ${passedOver.length === 1 ? 'does' : 'do'} not apply.` }
}

/** Why a level may be lower than the one before the rung that is in the way. */
function notClimbed(passedOver: readonly string[]): string {
  if (passedOver.length === 0) return ''
  return ` Passed over, not climbed, because ${passedOver.length === 1 ? 'it does' : 'they do'} not apply: ${listed(passedOver, 6)}.`
}

function was(tier: Pick<TierRecord, 'verdict' | 'cause'>): string {
  const word = outcomeWord(tier)
  if (tier.cause === 'lint') return `has ${word}`
  if (tier.verdict === 'infra' && tier.cause !== 'interrupted') return `met ${word}`
  return tier.verdict === 'fail' || tier.verdict === 'pass' ? word : `was ${word}`
}

/** What a level says of a recipe, for people who meet the number alone. */
export function levelMeaning(level: RunResults['level']): string {
  switch (level) {
    case null:
      return 'no level'
    case 0:
      return 'not proven to install'
    case 1:
      return 'installs'
    case 2:
      return 'installs and upgrades'
    case 3:
      return 'installs, upgrades, backs up and restores'
    case 4:
      return 'passes its own checks, too'
    case 5:
      return 'passes everything, lint included'
  }
}
