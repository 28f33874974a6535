import type { Outcome } from '../model/platform.ts'

export type RolledBack = Extract<Outcome, { is: 'rolled-back' }>

/** What did not do. */
export type FailedWhat = 'release' | 'settings' | 'host'

export function whatFailed(outcome: RolledBack): FailedWhat {
  return outcome.blames === 'host' ? 'host' : isSettingsRollback(outcome) ? 'settings' : 'release'
}

/** The same version with other settings: what did not do is no release. */
export function isSettingsRollback(outcome: Outcome): boolean {
  return outcome.is === 'rolled-back' && outcome.to === outcome.tried
}
