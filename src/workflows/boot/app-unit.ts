import type { PlatformApp } from '../../domain/model/platform.ts'
import { needsAPerson } from '../../domain/report/hold.ts'
import type { PlatformPorts } from '../reconcile/context.ts'
import { LOOK_LIMIT } from '../reconcile/observe.ts'
import { reconcile } from '../reconcile/reconcile.ts'
import { statusOf } from '../reconcile/status.ts'
import type { Told } from '../reconcile/told.ts'
import type { StartGiven, Started } from './unit.ts'

/** What a reconcile means for those who come after the app. */
export type Stands =
  | { is: 'up'; did: boolean; /** The new version did not do, and the one before is up. */ isRolledBack: boolean }
  /** `isDown`: a person has to look; otherwise nobody could say. */
  | { is: 'not-up'; isDown: boolean; mayPass: boolean }
  /** Nothing was touched: what runs, runs as before, and that has to be looked at. */
  | { is: 'as-before' }

/** Of a reconcile that was carried out in a boot. First match wins. */
export function standsAfter({ result }: Pick<Told, 'result'>): Stands {
  const down: Stands = { is: 'not-up', isDown: true, mayPass: false }
  switch (result.is) {
    case 'busy':
    case 'unknown':
      return { is: 'not-up', isDown: false, mayPass: true }
    case 'damaged':
      return { is: 'not-up', isDown: false, mayPass: false }
    case 'held':
      return needsAPerson(result) ? down : { is: 'up', did: result.before.length > 0, isRolledBack: result.before.some((outcome) => outcome.is === 'rolled-back') }
    case 'paused':
      return { is: 'not-up', isDown: result.down !== false || result.because === 'stuck', mayPass: result.because !== 'stuck' }
    case 'done': {
      const last = result.outcome ?? result.before.at(-1)
      if (!last) return { is: 'up', did: false, isRolledBack: false }
      if (last.is === 'stuck') return down
      if (last.is === 'untouched') return { is: 'as-before' }
      if (last.is === 'rolled-back') return result.at === null || last.unwell !== undefined ? down : { is: 'up', did: true, isRolledBack: true }
      return { is: 'up', did: result.decision !== 'adopt' || result.before.length > 0, isRolledBack: false }
    }
  }
}

/**
 * After a restart the engine brings its tasks back by itself, which takes a slow host longer than a moment: what is still starting is waited for, as long as
 * everything after that still fits into the start's limit (trap 12). What has failed is not waited for. ms
 */
export function lookFor({ limits, gate }: Pick<PlatformApp, 'limits' | 'gate'>): number {
  return Math.max(LOOK_LIMIT, limits.start - limits.deploy - gate.dwellMs - limits.rollback)
}

/**
 * A platform app as a unit of the boot: a reconcile, never a blind deploy. What is up and well is left alone, what is down is brought back as its known-good and
 * passes its gate. The exit code speaks of the boot alone: 0 also where nobody knows whether there is a newer version, because that holds nobody up.
 */
export async function startApp(ports: PlatformPorts, app: PlatformApp, { cancel, abandon, say }: StartGiven, inWords: (told: Told) => string): Promise<Started> {
  const told = await reconcile(ports, app, { signals: { cancel, abandon }, say, lookMs: lookFor(app) })
  const says = inWords(told)
  const stands = standsAfter(told)
  if (stands.is === 'up') return { is: 'up', says, did: stands.did, exit: stands.isRolledBack ? 1 : 0 }
  if (stands.is === 'as-before' && !cancel.aborted) {
    const status = await statusOf(ports, app, cancel)
    if ('running' in status && status.running?.health.is === 'healthy') return { is: 'up', says, did: false, exit: 0 }
  }
  const isDown = stands.is === 'not-up' && stands.isDown
  return { is: 'not-up', says, next: `cc-ci platform status ${app.name}`, exit: isDown ? 4 : 3, mayPass: stands.is === 'as-before' || stands.mayPass, isUntouched: stands.is === 'as-before' }
}
