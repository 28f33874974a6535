import type { Outcome, PlatformApp } from '../../domain/model/platform.ts'
import type { Hold } from '../../domain/plan/reconcile.ts'
import { alertId } from '../../domain/plan/alert-id.ts'
import { type Failed, isOfNewer, isOfSettings, stillFailed } from '../../domain/plan/still-failed.ts'
import { isSettingsRollback, whatFailed } from '../../domain/plan/what-failed.ts'
import { needsAPerson, sayHold, versionHeld } from '../../domain/report/hold.ts'
import type { Alert } from '../../ports/alerts.ts'
import type { KnownApp } from '../../ports/platform-records.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { PlatformPorts } from './context.ts'
import type { Reconciled, Told } from './told.ts'

/**
 * Raises what is true now, and resolves what is no longer. The id of an alert names the thing, so that the same thing is told once, however often it is
 * looked at: a hold by its version, a failed version by its number. What went back is told as often as it does: each time is an occurrence of its own.
 * Answers what could not be written or read, in words: one that cannot be told keeps no other from being.
 */
export async function settleAlerts(ports: PlatformPorts, app: PlatformApp, told: Told, known: KnownApp | null): Promise<string[]> {
  const troubles: string[] = []
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => await work.catch((error: unknown) => {
    if (!isPortError(error)) throw error
    troubles.push(error.message)
    return undefined
  })
  const now = [...failureAlerts(app, told, known), ...alertsFor(app, told, known)]
  for (const alert of now) await attempt(ports.alerts.raise(alert))
  if (told.result.is === 'busy') return troubles
  const { open, seen } = (await attempt(ports.alerts.list())) ?? { open: [], seen: [] }
  const prefix = prefixOf(app)
  const raised = [...open, ...seen.filter(({ ended }) => ended?.how === 'seen')].filter(({ id, app: of }) => of === app.name && id.startsWith(prefix) && id !== `${prefix}certificate`)
  const isWell = isKnownToBeWell(told)
  for (const { id, kind } of raised) {
    if (now.some((alert) => alert.id === id) || mayStayTrue(id, prefix, told, known)) continue
    // What is down is told as over once it is up, and not because something else is to be said of it. Where there was no release, nothing had ever been up.
    if (kind === 'stuck' && !isWell && id !== `${prefix}${NO_RELEASE}`) continue
    await attempt(ports.alerts.resolve(id, isWell && known?.lastGood ? `${app.name} runs ${known.lastGood.version}` : now.length === 0 ? 'it is no longer so' : `what is so now is told as ${now.map((alert) => alert.id).join(', ')}`))
  }
  return troubles
}

/** Where something was not looked at, what is told of it is not known to be over. */
function mayStayTrue(id: string, prefix: string, told: Told, known: KnownApp | null): boolean {
  const { result, sourceTrouble } = told
  if (result.is === 'damaged' || result.is === 'unknown') return true
  const held = `${prefix}held-`
  if (!id.startsWith(held)) return false
  const isOf = (kinds: readonly Hold['kind'][]) => kinds.some((kind) => id.startsWith(`${held}${kind}`))
  const looked = looksAtHolds(told, known)
  return sourceTrouble !== undefined || (isOf(OF_RELEASES) && !looked.releases) || (isOf(OF_SETTINGS) && !looked.settings)
}

const NO_RELEASE = `held-${'no-release' satisfies Hold['kind']}`
const OF_RELEASES: readonly Hold['kind'][] = ['major', 'manual-steps', 'rolled-back-in-a-row']
const OF_SETTINGS: readonly Hold['kind'][] = ['settings-rolled-back-in-a-row']

/** Which holds this look could have met, by what it decided: the decision looks no further than what comes first. */
function looksAtHolds({ result }: Told, known: KnownApp | null): { releases: boolean; settings: boolean } {
  switch (result.is) {
    case 'busy':
    case 'damaged':
    case 'unknown':
      return { releases: false, settings: false }
    case 'held':
      return { releases: isOfNewer(result.hold), settings: isOfNewer(result.hold) || isOfSettings(result.hold) }
    case 'paused':
      return { releases: result.kind === 'upgrade' && result.from !== result.to, settings: result.kind === 'upgrade' }
    case 'done': {
      if (result.decision === 'nothing') return { releases: true, settings: true }
      const last = known?.history.operations.at(-1)
      return { releases: result.held !== undefined || (result.decision === 'upgrade' && last?.from !== last?.to), settings: result.decision === 'upgrade' }
    }
  }
}

/** It passed its gate, or was seen to be well. */
function isKnownToBeWell({ result }: Told): boolean {
  switch (result.is) {
    case 'busy':
    case 'damaged':
    case 'unknown':
    case 'paused':
      return false
    case 'held':
      return result.at !== null && (isOfNewer(result.hold) || isOfSettings(result.hold))
    case 'done': {
      const { outcome } = result
      return outcome === null || outcome.is === 'committed' || (outcome.is === 'rolled-back' && outcome.to !== null && outcome.unwell === undefined)
    }
  }
}

/**
 * What went back and is still so, by the record: so it is told also where the process was killed before it could tell (trap 23). The log is at hand only
 * where it went back just now.
 */
function failureAlerts(app: PlatformApp, { result, sourceTrouble }: Told, known: KnownApp | null): Alert[] {
  if (!known || result.is === 'busy') return []
  const { operations } = known.history
  const hold = result.is === 'held' ? result.hold : result.is === 'done' ? result.held : undefined
  const isAtRest = result.is === 'done' && result.decision === 'nothing'
  const log = result.is === 'held' || result.is === 'done' ? result.lastLines : []
  return stillFailed(operations, { hold, isAtRest, knowsReleases: sourceTrouble === undefined }).map((failed) => failureAlert(app, failed, { versionRunning: known.lastGood?.version, lastLines: failed === operations.at(-1) ? log : [] }))
}

function failureAlert(app: PlatformApp, failed: Failed, { versionRunning, lastLines }: { versionRunning: string | undefined; lastLines: string[] }): Alert {
  const { id: occurrence, kind: operation, outcome: { tried, to, why } } = failed
  const prefix = prefixOf(app)
  const common = { app: app.name, occurrence, ...(versionRunning === undefined ? {} : { versionRunning }), lastLines }
  const went = to === null ? 'was taken away again' : isSettingsRollback(failed.outcome) ? 'went back to the settings before' : `went back to ${to}`
  switch (whatFailed(failed.outcome)) {
    case 'release':
      return {
        ...common,
        id: alertId(`${prefix}failed-${tried}`),
        kind: to === null ? 'stuck' : 'failed',
        what: `${app.name} ${tried} does not do${to === null ? ' and was taken away' : `, and was rolled back to ${to}`}: ${why}`,
        versionTried: tried,
        next: `It is not tried again by itself. Wait for a newer release, or: cc-ci platform approve ${app.name} ${tried}`,
      }
    case 'settings':
      return {
        ...common,
        id: `${prefix}settings`,
        kind: 'failed',
        what: `${app.name} ${tried} does not do with the settings as they were changed, and ${went}: ${why}`,
        next: `They are not tried again by themselves. Mend the settings, or: cc-ci platform approve ${app.name} ${tried}`,
      }
    case 'host':
      return {
        ...common,
        id: `${prefix}went-back`,
        kind: to === null ? 'stuck' : 'trouble',
        what: `The ${operation} of ${app.name} ${isSettingsRollback(failed.outcome) ? 'to other settings' : `to ${tried}`} ${went}, and no release is blamed: ${why}`,
        ...(isSettingsRollback(failed.outcome) ? {} : { versionTried: tried }),
        next: 'It is tried again by itself. Where the host stands in its way, mend that.',
      }
  }
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
      return [...trouble, { ...common, id: `${prefix}unknown`, kind: 'trouble', what: `Nobody could look at ${app.name}: ${result.why}`, lastLines: [], next: result.isMistake ? 'Report it, with what stood on standard error. It is looked at again by itself.' : 'Mend the host (cc-ci doctor helps), then reconcile again.' }]
    case 'held':
      return [...trouble, ...holdAlerts(app, result, common)]
    case 'paused':
      return [
        ...trouble,
        {
          ...common,
          ...(result.down ? { versionRunning: undefined } : {}),
          ...(known?.history.open ? { occurrence: known.history.open.id } : {}),
          id: `${prefix}${pausedAs(result)}`,
          kind: result.down || result.because === 'stuck' ? 'stuck' : 'trouble',
          what: `The ${result.kind} of ${app.name} to ${result.to} stands still${result.down ? `, and it ${result.down} down` : ''}: ${result.why}`,
          versionTried: result.to,
          lastLines: result.lastLines,
          next: result.next,
        },
      ]
    case 'done':
      return [
        ...trouble,
        ...(result.outcome ? outcomeAlerts(app, result.outcome, common, result.lastLines) : []),
        ...(result.held ? holdAlerts(app, { at: result.at, hold: result.held }, common) : []),
      ]
  }
}

/** What is down is told as such, also where it was told before that it stands still: that is another thing to know. */
function pausedAs({ because, down }: Extract<Reconciled, { is: 'paused' }>): string {
  if (because === 'stuck') return 'stuck'
  if (down) return 'down'
  return because === 'host' ? 'paused' : because
}

/** What went back is told by the record, see {@link failureAlerts}. */
function outcomeAlerts(app: PlatformApp, outcome: Outcome, common: Pick<Alert, 'app' | 'versionRunning'>, lastLines: string[]): Alert[] {
  switch (outcome.is) {
    case 'committed':
      return []
    case 'rolled-back':
      if (outcome.unwell === undefined) return []
      return [{ ...common, versionRunning: undefined, id: `${prefixOf(app)}stuck`, kind: 'stuck', what: `${app.name} went back to ${outcome.to}, which is not well either: ${outcome.unwell}`, lastLines, next: 'The next reconcile repairs it, or tries other settings or a newer release where there are any. See its log.' }]
    case 'stuck':
      return [{ ...common, versionRunning: undefined, id: `${prefixOf(app)}stuck`, kind: 'stuck', what: `${app.name} needs a person: ${outcome.why}`, lastLines, next: outcome.next }]
    case 'untouched':
      return [{ ...common, id: `${prefixOf(app)}host`, kind: 'trouble', what: `Nothing was done to ${app.name}: ${outcome.why}`, lastLines: [], next: 'Mend the host; it is tried again by itself.' }]
  }
}

function holdAlerts(app: PlatformApp, held: { at: string | null; hold: Hold }, common: Pick<Alert, 'app' | 'versionRunning'>): Alert[] {
  const { hold } = held
  // Its failure is told as what it was, see failureAlerts; a young release is nobody's business.
  if (hold.kind === 'failed-before' || hold.kind === 'settings-failed-before' || hold.kind === 'cooling-off') return []
  const { why, next } = sayHold(hold)
  const version = versionHeld(hold)
  return [{
    ...common,
    ...(needsAPerson(held) ? { versionRunning: undefined } : {}),
    id: alertId(`${prefixOf(app)}held-${hold.kind}${version === undefined ? '' : `-${version}`}`),
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
