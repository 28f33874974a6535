import type { Outcome } from '../model/platform.ts'

/** The same version with other settings: what did not do is no release. */
export function isSettingsRollback(outcome: Outcome): boolean {
  return outcome.is === 'rolled-back' && outcome.to === outcome.tried
}
