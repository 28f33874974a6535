import type { Approval, EndedOperation, LastGood, OpenOperation, PlatformHistory, VersionAt } from '../model/platform.ts'
import type { Domain } from '../model/app.ts'
import type { RecipeVersion, Release, VersionText } from '../model/recipe.ts'
import { isVersion, parseVersion, compareVersions } from '../recipe/version.ts'
import { type Note, noteThatHolds } from './release-notes.ts'
import { isSettingsRollback, whatFailed } from './what-failed.ts'

/** What one look at a platform app shows; everything the decision needs, nothing looked up later. */
export interface Situation {
  /** As the host's settings say it now: stack and volumes are named by it. */
  domain: Domain
  /** Its volumes, by name; looked for only where nothing runs and nobody knows what ran. */
  volumes: string[]
  /** Null: nothing of it is deployed. */
  running: Running | null
  lastGood: LastGood | null
  /** Ascending. */
  releases: ReleaseSeen[]
  /** Where the recipe comes from did not answer: that there are no releases is not known. */
  isSourceSilent?: boolean
  history: PlatformHistory
  stateless: boolean
  /** What the host's settings say now, as a fingerprint. */
  config: string
  /** How old a release has to be, ms; 0: any age will do. */
  coolingOffMs: number
  /** ms UTC */
  now: number
}

export interface Running {
  /** What the version label says; null: there is none, or it is no version. */
  version: VersionText | null
  health: Health
}

export type Health = { is: 'healthy' } | { is: 'unhealthy'; why: string } | { is: 'unknown'; why: string }

export interface ReleaseSeen extends Release {
  note: Note
}

export type Decision =
  | { do: 'recover'; operation: OpenOperation }
  | { do: 'install'; to: VersionAt }
  | { do: 'adopt'; to: VersionAt }
  | { do: 'nothing'; at: VersionText }
  /** `held`: a newer one is there, and waits. */
  | { do: 'repair'; to: VersionAt; why: string; held?: Hold }
  | { do: 'hold'; at: VersionText | null; hold: Hold }
  | { do: 'upgrade'; from: VersionAt; to: VersionAt }
  /** Nobody could look: neither this nor that. */
  | { do: 'wait'; why: string }

/** Why something is left as it is. Those with a `version` can be approved. */
export type Hold =
  | { kind: 'major'; version: VersionText; from: VersionText }
  | { kind: 'manual-steps'; version: VersionText; release: VersionText; says: string; unreadable: boolean }
  | { kind: 'failed-before'; version: VersionText; why: string }
  /** The present version, with the settings as they are now. */
  | { kind: 'settings-failed-before'; version: VersionText; why: string }
  /** The same, by the host's fault each time. */
  | { kind: 'settings-rolled-back-in-a-row'; version: VersionText; times: number; why: string }
  | { kind: 'rolled-back-in-a-row'; version: VersionText; times: number }
  | { kind: 'cooling-off'; version: VersionText; until: number }
  /** `isSourceSilent`: none that is known, because where the recipe comes from did not answer. */
  | { kind: 'no-release'; isSourceSilent?: true }
  /** It runs, we have no record of it, and it is no published version or not well: a person has to look. */
  | { kind: 'unknown'; why: string; down: boolean }
  | { kind: 'repairs-in-a-row'; version: VersionText; times: number; why: string }
  /** The settings name another domain than the one that it was deployed with: under that name there is neither its stack nor its data. */
  | { kind: 'other-domain'; was: Domain; now: Domain }
  /** Nothing runs, and which version the data belongs to is on no record. `knew`: what the journal says was committed last. `version`: what would be installed. */
  | { kind: 'data-without-record'; version: VersionText; knew: VersionText | undefined; volumes: string[] }

/** After so many in a row it pauses: something else is wrong. */
export const MOST_IN_A_ROW = 3

/**
 * What to do about one platform app. First match wins; a row never looks at what a later row decides.
 *
 *     other domain       → hold
 *     interrupted        → recover
 *     not running        → install (nothing known, and no data) | repair (known-good) | hold
 *     running, unknown   → adopt (healthy) | hold
 *     running, known     → upgrade | hold | repair | nothing
 */
export function decide(situation: Situation): Decision {
  const { running, lastGood, releases, history } = situation
  const was = history.open?.domain ?? lastGood?.domain
  if (was !== undefined && was !== situation.domain) return { do: 'hold', at: lastGood?.version ?? null, hold: { kind: 'other-domain', was, now: situation.domain } }
  if (history.open) return { do: 'recover', operation: history.open }
  if (running?.health.is === 'unknown') return { do: 'wait', why: running.health.why }

  const latest = releases.at(-1)
  if (!running && !lastGood) {
    if (!latest) return { do: 'hold', at: null, hold: situation.isSourceSilent ? { kind: 'no-release', isSourceSilent: true } : { kind: 'no-release' } }
    const hold = failedBefore(latest.version.text, situation) ?? dataWithoutRecord(latest.version.text, situation)
    return hold ? { do: 'hold', at: null, hold } : { do: 'install', to: at(latest, situation) }
  }
  if (lastGood && !running) return repair(situation, lastGood, 'nothing of it is deployed', undefined)
  if (!running) return { do: 'hold', at: null, hold: { kind: 'no-release' } }

  if (!lastGood || running.version !== lastGood.version) return unknownRuns(running, situation)

  const newer = latest && isNewer(latest.version, lastGood.version) ? latest : undefined
  const hold = newer && reasonToHold(newer, lastGood, situation)
  if (newer && !hold) return { do: 'upgrade', from: { version: lastGood.version, commit: lastGood.commit }, to: at(newer, situation) }
  const configure = otherSettings(situation, lastGood)
  // What is ill may be mended by them, and by no repair with those of before.
  if (configure?.do === 'upgrade') return configure
  if (running.health.is === 'unhealthy') return repair(situation, lastGood, running.health.why, hold ?? configure?.hold)
  if (configure) return configure
  return hold ? { do: 'hold', at: lastGood.version, hold } : { do: 'nothing', at: lastGood.version }
}

/** The same version with other settings is an upgrade like any other: through the gate, and back if it does not do. */
function otherSettings({ config, history }: Situation, lastGood: LastGood): Extract<Decision, { do: 'upgrade' | 'hold' }> | undefined {
  if (lastGood.config === undefined || lastGood.config === config) return undefined
  const { version, commit } = lastGood
  const failed = history.operations.findLast((one) => one.to === version && one.config === config && one.outcome.is === 'rolled-back' && one.outcome.blames === 'version')
  if (failed?.outcome.is === 'rolled-back' && !isApproved(history, { version, hold: 'settings-failed-before', since: failed.n })) {
    return { do: 'hold', at: version, hold: { kind: 'settings-failed-before', version, why: failed.outcome.why } }
  }
  const { times, last } = settingsRollbacksInARow(history.operations, config)
  if (last?.outcome.is === 'rolled-back' && times >= MOST_IN_A_ROW && !isApproved(history, { version, hold: 'settings-rolled-back-in-a-row', since: last.n })) {
    return { do: 'hold', at: version, hold: { kind: 'settings-rolled-back-in-a-row', version, times, why: last.outcome.why } }
  }
  return { do: 'upgrade', from: { version, commit, config: lastGood.config }, to: { version, commit, config } }
}

/** It runs and is not what our record says, or there is no record. What is well is recorded once its gate passes; nothing is redeployed. */
function unknownRuns(running: Running, situation: Situation): Decision {
  const { releases } = situation
  const release = releases.find(({ version }) => version.text === running.version)
  const hold = (why: string, down: boolean): Decision => ({ do: 'hold', at: running.version, hold: { kind: 'unknown', why, down } })
  if (running.version === null) return hold('it runs without a version label, so nobody knows what it is', false)
  if (!release) return hold(`it runs ${running.version}, which is ${situation.isSourceSilent ? 'not on record, and its published versions are not known' : 'no published version of the recipe'}`, false)
  if (running.health.is === 'unhealthy') return hold(`it runs ${running.version}, which is not on record, and is not well: ${running.health.why}`, true)
  return { do: 'adopt', to: at(release, situation) }
}

function repair({ history }: Situation, { version, commit, config }: LastGood, why: string, held: Hold | undefined): Decision {
  const failed = repairsInARow(history.operations)
  if (failed >= MOST_IN_A_ROW && !isApproved(history, { version, hold: 'repairs-in-a-row', since: lastTry(history.operations) })) {
    return { do: 'hold', at: version, hold: { kind: 'repairs-in-a-row', version, times: failed, why } }
  }
  return { do: 'repair', to: { version, commit, ...(config === undefined ? {} : { config }) }, why, ...(held ? { held } : {}) }
}

/** The first hold that nobody has lifted, in the order in which they are told. An approval lifts exactly one. */
export function reasonToHold(latest: ReleaseSeen, lastGood: LastGood, situation: Situation): Hold | undefined {
  const { history, releases, coolingOffMs, now } = situation
  const version = latest.version.text
  const lastUpgrade = lastTry(history.operations.filter(({ kind, to }) => kind === 'upgrade' && to === version))
  const lifted = (hold: Hold['kind']) => isApproved(history, { version, hold, since: lastUpgrade })

  const failed = failedBefore(version, situation)
  if (failed) return failed
  const rolledBack = rollbacksInARow(history.operations)
  if (rolledBack >= MOST_IN_A_ROW && !isApproved(history, { version, hold: 'rolled-back-in-a-row', since: lastTry(history.operations) })) return { kind: 'rolled-back-in-a-row', version, times: rolledBack }
  const from = parseVersion(lastGood.version)
  if (isVersion(from) && latest.version.major !== from.major && !lifted('major')) return { kind: 'major', version, from: lastGood.version }
  const between = releases.filter((release) => isNewer(release.version, lastGood.version))
  const note = noteThatHolds(between.map((release) => ({ version: release.version.text, note: release.note })))
  if (note && !lifted('manual-steps')) return { kind: 'manual-steps', version, ...note }
  const until = (latest.at ?? 0) + coolingOffMs
  if (coolingOffMs > 0 && latest.at !== undefined && now < until && !lifted('cooling-off')) return { kind: 'cooling-off', version, until }
  return undefined
}

/** A version that was rolled back by its own fault is not tried again by itself. */
function failedBefore(version: VersionText, { history }: Situation): Hold | undefined {
  const failed = history.operations.findLast((one) => isReleaseFailed(one) && one.to === version)
  if (failed?.outcome.is !== 'rolled-back' || isApproved(history, { version, hold: 'failed-before', since: failed.n })) return undefined
  return { kind: 'failed-before', version, why: failed.outcome.why }
}

/** A version that comes up on the data of another one may change it for good, and nothing would be there to go back to (trap 15). */
function dataWithoutRecord(version: VersionText, { history, stateless, volumes }: Situation): Hold | undefined {
  const committed = history.operations.findLast(({ outcome }) => outcome.is === 'committed')?.outcome
  const knew = committed?.is === 'committed' ? committed.version : undefined
  if (knew === undefined && (stateless || volumes.length === 0)) return undefined
  const since = history.operations.at(-1)?.n ?? 0
  return isApproved(history, { version, hold: 'data-without-record', since }) ? undefined : { kind: 'data-without-record', version, knew, volumes }
}

/** An approval counts once: what was tried after it needs another one. Told by the journal's order, because clocks jump. */
function isApproved({ approvals }: { approvals: readonly Approval[] }, given: { version: VersionText; hold: Hold['kind']; since: number }): boolean {
  return approvals.some(({ n, version, lifts }) => version === given.version && lifts === given.hold && n > given.since)
}

/** Number of the last that touched anything; 0: there is none. What the host's trouble ended before that was no try, and uses no approval up. */
function lastTry(operations: readonly EndedOperation[]): number {
  return operations.findLast(({ outcome }) => outcome.is !== 'untouched')?.n ?? 0
}

/** By its own fault, and not by that of other settings. */
function isReleaseFailed({ outcome }: EndedOperation): boolean {
  return outcome.is === 'rolled-back' && whatFailed(outcome) === 'release'
}

/** Releases that were rolled back since the last one that was committed, whoever was to blame: each took the app down. */
export function rollbacksInARow(operations: readonly EndedOperation[]): number {
  return sinceLastCommitted(operations).filter(({ kind, outcome }) => kind !== 'repair' && outcome.is === 'rolled-back' && !isSettingsRollback(outcome)).length
}

/** How often these settings were taken back since something was committed, whoever was to blame: each time took the app down. */
function settingsRollbacksInARow(operations: readonly EndedOperation[], config: string): { times: number; last: EndedOperation | undefined } {
  const taken = sinceLastCommitted(operations).filter((one) => isSettingsRollback(one.outcome) && one.config === config)
  return { times: taken.length, last: taken.at(-1) }
}

/** A repair commits no version: it brings back the one that there was. */
function sinceLastCommitted(operations: readonly EndedOperation[]): readonly EndedOperation[] {
  return operations.slice(operations.findLastIndex(({ kind, outcome }) => kind !== 'repair' && outcome.is === 'committed') + 1)
}

/** Those that did not help. What the host stood in the way of says nothing of the next one. */
function repairsInARow(operations: readonly EndedOperation[]): number {
  const last = operations.findLastIndex(({ kind, outcome }) => kind !== 'repair' || outcome.is === 'committed')
  return operations.slice(last + 1).filter(({ outcome }) => outcome.is === 'stuck' && outcome.blames !== 'host').length
}

export function failedVersions(operations: readonly EndedOperation[]): VersionText[] {
  return [...new Set(operations.filter(isReleaseFailed).map(({ to }) => to))]
}

/** The part before `+` decides; a release that only names another app version is newer where it comes later in the list. */
function isNewer(version: RecipeVersion, than: VersionText): boolean {
  const known = parseVersion(than)
  return isVersion(known) && compareVersions(version, known) > 0
}

function at({ version, commit }: Release, { config }: Situation): VersionAt {
  return { version: version.text, commit, config }
}
