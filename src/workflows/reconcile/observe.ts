import { fingerprint } from '../../lib/canonical-json.ts'
import type { App } from '../../domain/model/app.ts'
import type { AppState } from '../../domain/model/engine-state.ts'
import type { KeptVersion, PlatformApp, VersionAt } from '../../domain/model/platform.ts'
import type { KnownApp } from '../../ports/platform-records.ts'
import { isVersion, parseVersion } from '../../domain/recipe/version.ts'
import type { Health, ReleaseSeen, Running, Situation } from '../../domain/plan/reconcile.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { Source } from '../../ports/source.ts'
import { openWatch } from '../app/watch.ts'
import type { PlatformPorts } from './context.ts'
import { deploymentFound, gateOf, holdGate, sayFailed } from './gate.ts'
import { hider } from './secrets.ts'
import { notesOf } from './notes.ts'
import { readVersion } from './version.ts'

/** A look at what is there; one bad answer is no proof, so it is asked again for a moment. ms */
export const LOOK_LIMIT = 8_000

export interface Observed {
  situation: Situation
  /** Where the recipe comes from did not answer: nothing newer is known, and what is there is looked after all the same. */
  sourceTrouble: string | undefined
}

export async function observe(ports: PlatformPorts, app: PlatformApp, given: { instance: App; known: KnownApp; kept(at: VersionAt): Promise<KeptVersion | null>; source(): Promise<Source>; signal: AbortSignal; /** How long what is not well may still come up by itself, ms. Default: {@link LOOK_LIMIT}. */ lookMs?: number | undefined }): Promise<Observed> {
  const { known } = given
  const base = { domain: app.domain, volumes: [], lastGood: known.lastGood, history: known.history, stateless: app.stateless, coolingOffMs: app.coolingOffMs, now: ports.clock.now() }
  // What was interrupted comes first, whatever else there is to see.
  if (known.history.open) return { situation: { ...base, config: '', running: null, releases: [] }, sourceTrouble: undefined }
  const { releases, sourceTrouble, recipe } = await releasesSeen(known, given.source)
  const config = fingerprint({ env: app.env, host: recipe === undefined ? undefined : (await ports.host.configFor(recipe))?.text })
  const here = await runningNow(ports, app, { ...given, releases })
  const { running, volumes } = here === null && !known.lastGood ? await dataNow(ports, given.instance) : { running: here, volumes: [] }
  return { situation: { ...base, config, releases, isSourceSilent: sourceTrouble !== undefined, running, volumes }, sourceTrouble }
}

async function releasesSeen(known: KnownApp, open: () => Promise<Source>): Promise<{ releases: ReleaseSeen[]; sourceTrouble: string | undefined; /** Its name; undefined where nobody knows. */ recipe: string | undefined }> {
  try {
    const source = await open()
    const { releases } = await source.releases()
    return { releases: await notesOf(source, releases, known.lastGood?.version), sourceTrouble: undefined, recipe: source.name }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { releases: [], sourceTrouble: error.message, recipe: known.lastGood?.recipe }
  }
}

async function runningNow(ports: PlatformPorts, app: PlatformApp, given: { instance: App; kept(at: VersionAt): Promise<KeptVersion | null>; known: KnownApp; releases: ReleaseSeen[]; source(): Promise<Source>; signal: AbortSignal; lookMs?: number | undefined }): Promise<Running | null> {
  let version: string | null = null
  try {
    const state = await ports.engine.observe(given.instance)
    if (state.services.length === 0) return null
    version = versionOf(state, given.instance)
    return { version, health: await healthOf(ports, app, { ...given, state, version }) }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { version, health: { is: 'unknown', why: error.message } }
  }
}

async function dataNow({ engine }: PlatformPorts, instance: App): Promise<Pick<Situation, 'running' | 'volumes'>> {
  try {
    return { running: null, volumes: (await engine.volumes(instance)).map(({ name }) => name) }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { running: { version: null, health: { is: 'unknown', why: error.message } }, volumes: [] }
  }
}

/** From the label that every deploy writes; it goes back with the rest where the engine rolls back by itself (trap 5). */
function versionOf(state: AppState, instance: App): string | null {
  const label = state.services.map(({ labels }) => labels?.[`coop-cloud.${instance.stack}.version`]).find((one) => one !== undefined)
  return label !== undefined && isVersion(parseVersion(label)) ? label : null
}

async function healthOf(
  ports: PlatformPorts,
  app: PlatformApp,
  given: { instance: App; state: AppState; version: string | null; kept(at: VersionAt): Promise<KeptVersion | null>; known: KnownApp; releases: ReleaseSeen[]; source(): Promise<Source>; signal: AbortSignal; lookMs?: number | undefined },
): Promise<Health> {
  const { instance, state, signal, lookMs = LOOK_LIMIT } = given
  const version = await versionToAsk(ports, app, given)
  if (!version) return { is: 'unhealthy', why: 'it runs a version that nobody knows how to ask' }
  // Where it may still be starting, what ended before this look says nothing: each restart of the host leaves a task that ended, and three would be a loop.
  const deployment = { ...deploymentFound(state), ...(given.lookMs !== undefined && { at: ports.clock.now() }) }
  const gate = gateOf({ app, instance, kept: version, before: null, deployment, reach: await ports.engine.reach(), baseline: [] })
  const watch = openWatch({ engine: ports.engine, app: instance, clock: ports.clock, onEvent: () => {} })
  try {
    const verdict = await holdGate(ports, instance, { ...gate, rule: { ...gate.rule, passes: 1, dwellMs: 0, deadlineMs: lookMs } }, { watch, signal, onWait: () => {} })
    if (verdict.is === 'pass') return { is: 'healthy' }
    return verdict.is === 'inconclusive' ? { is: 'unknown', why: verdict.says } : { is: 'unhealthy', why: (await sayFailed(ports.engine, instance, gate, verdict, await hider(ports, app, async () => [version]))).says }
  } finally {
    await watch.close()
  }
}

/** How the running version is asked: as it was kept when it was deployed, otherwise as its recipe says. */
async function versionToAsk(ports: PlatformPorts, app: PlatformApp, given: Parameters<typeof healthOf>[2]): Promise<KeptVersion | undefined> {
  const { known, version, releases, instance } = given
  const { lastGood } = known
  const commit = releases.find((release) => release.version.text === version)?.commit
  const at = lastGood?.version === version ? lastGood : commit === undefined || version === null ? undefined : { version, commit }
  if (!at) return undefined
  const kept = await given.kept(at)
  if (kept) return kept
  const read = await readVersion({ source: await given.source(), engine: ports.engine, host: ports.host, app, instance, at: { version: at.version, commit: at.commit } })
  return 'refused' in read ? undefined : read
}
