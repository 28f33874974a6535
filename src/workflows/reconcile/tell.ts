import type { Outcome, PlatformApp } from '../../domain/model/platform.ts'
import type { Hold } from '../../domain/plan/reconcile.ts'
import { needsAPerson, sayHold, versionHeld } from '../../domain/report/hold.ts'
import type { Alert } from '../../ports/alerts.ts'
import type { KnownApp } from '../../ports/platform-records.ts'
import type { PlatformPorts } from './context.ts'
import type { Told } from './told.ts'

/**
 * Raises what is true now, and resolves what is no longer. The id of an alert names the thing, so that the same thing is told once, however often it is
 * looked at: a hold by its version, a failed version by its number.
 */
export async function settleAlerts(ports: PlatformPorts, app: PlatformApp, told: Told, known: KnownApp | null): Promise<void> {
  const now = alertsFor(app, told, known)
  for (const alert of now) await ports.alerts.raise(alert)
  if (told.result.is === 'busy') return
  const { open, seen } = await ports.alerts.list()
  const prefix = prefixOf(app)
  const raised = [...open, ...seen.filter(({ ended }) => ended?.how === 'seen')].filter(({ id, app: of }) => of === app.name && id.startsWith(prefix) && id !== `${prefix}certificate`)
  for (const { id } of raised) {
    if (now.some((alert) => alert.id === id) || staysTrue(id, prefix, told, known)) continue
    await ports.alerts.resolve(id, known?.lastGood ? `${app.name} runs ${known.lastGood.version}` : 'it is no longer so')
  }
}

/** A version that failed is told until another one was committed, whatever else there is to say meanwhile. */
function staysTrue(id: string, prefix: string, { result, sourceTrouble }: Told, known: KnownApp | null): boolean {
  // Nothing was looked at: nothing is known to be over.
  if (result.is === 'damaged' || result.is === 'unknown') return true
  if (sourceTrouble !== undefined && id.startsWith(`${prefix}held-`)) return true
  if (!id.startsWith(`${prefix}failed-`)) return false
  const last = known?.history.operations.findLast(({ outcome }) => outcome.is === 'committed' || outcome.is === 'rolled-back')
  return last?.outcome.is === 'rolled-back'
}

function alertsFor(app: PlatformApp, { result, sourceTrouble }: Told, known: KnownApp | null): Alert[] {
  const prefix = prefixOf(app)
  const common = { app: app.name, ...(known?.lastGood ? { versionRunning: known.lastGood.version } : {}) }
  const trouble: Alert[] = sourceTrouble === undefined ? [] : [{ ...common, id: `${prefix}source`, kind: 'trouble', what: `Nobody knows whether there is a newer ${app.name}: ${sourceTrouble}`, lastLines: [], next: 'Make the recipe reachable again; what runs is looked after meanwhile.' }]
  switch (result.is) {
    case 'busy':
      return []
    case 'damaged':
      return [{ ...common, id: `${prefix}record`, kind: 'trouble', what: `The record of ${app.name} cannot be used: ${result.trouble.file}: ${result.trouble.says}. It is left alone, as it runs.`, lastLines: [], next: result.trouble.mend }]
    case 'unknown':
      return [...trouble, { ...common, id: `${prefix}unknown`, kind: 'trouble', what: `Nobody could look at ${app.name}: ${result.why}`, lastLines: [], next: 'Mend the host (cc-ci doctor helps), then reconcile again.' }]
    case 'held':
      return [...trouble, ...result.before.flatMap((outcome) => outcomeAlerts(app, outcome, common, [])), ...failureAlerts(app, result.hold, common, known), ...holdAlerts(app, result, common)]
    case 'paused':
      return [
        ...trouble,
        {
          ...common,
          ...(result.down ? { versionRunning: undefined } : {}),
          id: `${prefix}${result.because}`,
          kind: result.down || result.because === 'stuck' ? 'stuck' : 'trouble',
          what: `The ${result.kind} of ${app.name} to ${result.to} stands still${result.down ? ', and it is down' : ''}: ${result.why}`,
          versionTried: result.to,
          lastLines: result.lastLines,
          next: result.next,
        },
      ]
    case 'done':
      return [
        ...trouble,
        ...[...result.before, ...(result.outcome ? [result.outcome] : [])].flatMap((outcome) => outcomeAlerts(app, outcome, common, result.lastLines)),
        ...(result.held ? holdAlerts(app, { at: result.at, hold: result.held }, common) : []),
      ]
  }
}

function outcomeAlerts(app: PlatformApp, outcome: Outcome, common: Pick<Alert, 'app' | 'versionRunning'>, lastLines: string[]): Alert[] {
  switch (outcome.is) {
    case 'committed':
      return []
    case 'rolled-back':
      return [{
        ...common,
        id: `${prefixOf(app)}failed-${outcome.tried}`,
        kind: outcome.to === null ? 'stuck' : 'failed',
        what: `${app.name} ${outcome.tried} does not do${outcome.to === null ? ' and was taken away' : `, and was rolled back to ${outcome.to}`}: ${outcome.why}`,
        versionTried: outcome.tried,
        lastLines,
        next: outcome.blames === 'version' ? `It is not tried again by itself. Wait for a newer release, or: cc-ci platform approve ${app.name} ${outcome.tried}` : 'Mend the host; it is tried again by itself.',
      }]
    case 'stuck':
      return [{ ...common, versionRunning: undefined, id: `${prefixOf(app)}stuck`, kind: 'stuck', what: `${app.name} needs a person: ${outcome.why}`, lastLines, next: outcome.next }]
    case 'untouched':
      return [{ ...common, id: `${prefixOf(app)}host`, kind: 'trouble', what: `Nothing was done to ${app.name}: ${outcome.why}`, lastLines: [], next: 'Mend the host; it is tried again by itself.' }]
  }
}

/** Its failure was told when it happened, unless the process was killed in between: raised again, it is told once (trap 23). */
function failureAlerts(app: PlatformApp, hold: Hold, common: Pick<Alert, 'app' | 'versionRunning'>, known: KnownApp | null): Alert[] {
  if (hold.kind !== 'failed-before' && hold.kind !== 'settings-failed-before') return []
  const failed = known?.history.operations.findLast(({ outcome }) => outcome.is === 'rolled-back' && outcome.blames === 'version' && outcome.tried === hold.version)
  return failed ? outcomeAlerts(app, failed.outcome, common, []) : []
}

function holdAlerts(app: PlatformApp, held: { at: string | null; hold: Hold }, common: Pick<Alert, 'app' | 'versionRunning'>): Alert[] {
  const { hold } = held
  // Its failure is told as what it was, see above; a young release is nobody's business.
  if (hold.kind === 'failed-before' || hold.kind === 'settings-failed-before' || hold.kind === 'cooling-off') return []
  const { why, next } = sayHold(hold)
  const version = versionHeld(hold)
  return [{
    ...common,
    id: `${prefixOf(app)}held-${hold.kind}${version === undefined ? '' : `-${version}`}`.replace(/[^A-Za-z0-9.+-]/g, '-'),
    kind: needsAPerson(held) ? 'stuck' : 'held',
    what: `${app.name} ${version === undefined ? 'is left as it is' : `waits with ${version}`}: ${why}.`,
    ...(version === undefined ? {} : { versionHeld: version }),
    lastLines: [],
    next: version === undefined ? next : `${next} cc-ci platform approve ${app.name} ${version}`,
  }]
}

function prefixOf(app: Pick<PlatformApp, 'name'>): string {
  return `platform-${app.name}-`
}
