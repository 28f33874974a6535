import type { EndedOperation } from '../model/platform.ts'
import type { Hold } from './reconcile.ts'
import { type RolledBack, whatFailed } from './what-failed.ts'

/** An operation that went back. */
export type Failed = EndedOperation & { outcome: RolledBack }

/**
 * Of what went back, what is still so, oldest first; the last of each release, of the settings and of the host.
 *
 *     release    until another one was committed, and for as long as it is held for that
 *     settings   until what runs is known to have those that are wanted
 *     host       until something else came of it, or there is nothing to do
 *
 * `hold`: what the last look held. `isAtRest`: it found nothing to do; `knowsReleases`: and could see what is published.
 */
export function stillFailed(operations: readonly EndedOperation[], { hold, isAtRest, knowsReleases }: { hold: Hold | undefined; isAtRest: boolean; knowsReleases: boolean }): Failed[] {
  const failed = operations.filter(isFailed)
  const nameOf = ({ outcome }: Failed) => (whatFailed(outcome) === 'release' ? `release ${outcome.tried}` : whatFailed(outcome))
  const last = new Map(failed.map((one) => [nameOf(one), one]))
  const release = operations.findLast(({ kind, from, to, outcome }) => kind !== 'repair' && from !== to && outcome.is === 'committed')?.n ?? 0
  const judged = operations.findLast(({ kind, outcome }) => kind !== 'repair' && (outcome.is === 'committed' || outcome.is === 'rolled-back'))
  const changed = operations.findLast(({ kind, outcome }) => kind !== 'repair' && outcome.is === 'committed')?.n ?? 0
  const isStillSo = (one: Failed): boolean => {
    switch (whatFailed(one.outcome)) {
      case 'release':
        return one.n > release || (hold?.kind === 'failed-before' && hold.version === one.outcome.tried)
      case 'settings':
        return one.n > changed && !isAtRest && !isOfNewer(hold)
      case 'host':
        return one === judged && !(isAtRest && knowsReleases)
    }
  }
  return [...last.values()].filter(isStillSo).sort((a, b) => a.n - b.n)
}

function isFailed(operation: EndedOperation): operation is Failed {
  return operation.outcome.is === 'rolled-back'
}

/** A newer release is looked at only where the present one has the settings that are wanted. */
export function isOfNewer(hold: Hold | undefined): boolean {
  switch (hold?.kind) {
    case 'major':
    case 'manual-steps':
    case 'failed-before':
    case 'rolled-back-in-a-row':
    case 'cooling-off':
      return true
    case 'settings-failed-before':
    case 'settings-rolled-back-in-a-row':
    case 'no-release':
    case 'unknown':
    case 'other-domain':
    case 'data-without-record':
    case 'repairs-in-a-row':
    case undefined:
      return false
  }
}

/** Other settings are looked at only where what runs is well. */
export function isOfSettings({ kind }: Hold): boolean {
  return kind === 'settings-failed-before' || kind === 'settings-rolled-back-in-a-row'
}
