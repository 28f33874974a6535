import type { Reason } from '../model/reason.ts'
import type { Blame, TierRecord, Verdict } from '../model/run.ts'

/** What a reason means for the tier in which it came up. Total: a new variant has to be sorted here before it compiles. */
export function verdictOfReason(reason: Reason): Verdict {
  switch (reason.reason) {
    case 'host':
    case 'registry':
    case 'need-failed':
    case 'need-unknown':
    case 'leftovers':
    case 'interrupted':
    case 'our-mistake':
      return 'infra'
    case 'declared':
    case 'structural':
    case 'not-covered':
    case 'conflict':
      return 'not-applicable'
    case 'moved-nothing':
    case 'base-unusable':
    case 'data-unseen':
    case 'mount-moved':
    case 'ready-weakened':
    case 'coverage-dropped':
    case 'checks-dropped':
    case 'check-skipped':
    case 'secret-missing':
    case 'not-asked-for':
      return 'unverified'
    case 'blocked-by':
      return 'blocked'
    case 'crash-loop':
    case 'crashed-after-ready':
    case 'exited':
    case 'unhealthy':
    case 'rejected':
    case 'unschedulable':
    case 'update-paused':
    case 'engine-rolled-back':
    case 'wrong-image':
    case 'deadline':
    case 'behaviour':
    case 'no-way-in':
    case 'image-missing':
    case 'deploy-refused':
    case 'recipe-invalid':
    case 'lint':
    case 'data-lost':
    case 'backup-empty':
    case 'restore-left-behind':
    case 'hook-failed':
    case 'check-failed':
      return 'fail'
    default:
      return unhandled(reason)
  }
}

/** What is known when blame is sorted. */
export interface BlameQuestion {
  tiers: readonly TierRecord[]
  /** Whether the failing part ran the head's code, or still the base's. */
  failedAt: 'base' | 'head'
  /** There was a base at all. */
  hasBase: boolean
  /** A control run was made, and the same tier failed on the base alone, for the same reason. */
  failsOnBase: boolean
  /** The failure is ours, not the machine's. */
  ourMistake: boolean
}

/** Whose it is. First match wins. */
export function blameOf(question: BlameQuestion): Blame {
  // The lint rung is no verdict of its own: it counts only where it kept everything else from running (trap 42).
  const ran = question.tiers.filter((tier) => tier.name !== 'lint')
  const refused = ran.every((tier) => tier.verdict === 'blocked')
  const verdicts = (refused ? question.tiers : ran).map((tier) => tier.verdict)
  if (question.ourMistake) return 'cc-ci'
  if (verdicts.includes('fail')) {
    if (!question.hasBase || question.failedAt === 'base') return 'recipe'
    if (question.failsOnBase) return 'recipe'
    return 'change'
  }
  if (verdicts.includes('infra')) return 'host'
  // What nobody could look into at the base is no doing of the change.
  if (ran.some(({ cause }) => cause === 'data-unseen')) return 'recipe'
  if (verdicts.includes('unverified')) return question.hasBase ? 'change' : 'recipe'
  return 'none'
}

function unhandled(reason: never): never {
  throw new Error(`a reason that nobody sorted: ${JSON.stringify(reason)}`)
}
