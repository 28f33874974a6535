import type { PlatformApp } from '../model/platform.ts'
import type { ServerSettings } from '../model/server.ts'
import type { UnitName } from './graph.ts'

/** What of the settings a host's boot follows from. */
export interface HostBoot {
  /** In the order of the settings. */
  platform: readonly PlatformApp[]
  server: ServerSettings | undefined
  /** Where alerts are told. */
  alerts: ReadonlyArray<{ name: string }>
}

/** One thing that a host brings up. */
export interface HostUnit {
  name: UnitName
  work: HostWork
  /** Have to be up before it begins; where one of them cannot come up, neither does this one (trap 14). */
  requires: readonly UnitName[]
  /** Come first, and are not needed: it begins once they are up or it is known that they are not. */
  after: readonly UnitName[]
  /** A boot without it is a boot all the same: it is told, and nobody who comes after it is held up. */
  isOptional: boolean
  /** ms; what its start may take at the worst. */
  limitMs: number
  /** ms; once its limit has passed and it was told to go back, it has so long for that. */
  graceMs: number
}

export type HostWork = { is: 'swarm' } | { is: 'networks' } | { is: 'app'; app: PlatformApp } | { is: 'server'; server: ServerSettings }

/** What a host does by the clock. */
export interface HostTimer {
  name: string
  says: string
  /** As systemd's `OnCalendar=` reads it. */
  at: string
  /** Spread over so long, so that not all hosts ask the same registries at once; as systemd reads it. */
  spread: string
  /** What follows the program on its command line. */
  command: readonly string[]
  /** Are looked after by it, so that they come first where both begin at once. */
  after: readonly UnitName[]
  /** ms */
  limitMs: number
}

export const SWARM = 'swarm'
export const NETWORKS = 'networks'
export const SERVER = 'server'
const MINUTE = 60_000

/** No platform app may have one of these names. */
export const NAMES_OF_OURS: readonly string[] = [SWARM, NETWORKS, SERVER, 'reconcile', 'alerts', 'prune']

/**
 * Everything that this host brings up: the check, the order, the rendered units and our own supervisor all go by this one list.
 *
 *     swarm ─► networks ─► apps, as the settings order them ─► server
 *
 * The server comes last, where the settings do not say otherwise. It needs nobody, and nobody needs it: where an app cannot come up, it is what says so.
 */
export function unitsOfHost({ platform, server }: HostBoot): HostUnit[] {
  const isNeeded = (name: UnitName) => name !== SERVER && !platform.some((app) => app.name === name && app.optional)
  const ours = { isOptional: false, limitMs: 2 * MINUTE, graceMs: MINUTE }
  const apps = platform.map((app): HostUnit => ({
    name: app.name,
    work: { is: 'app', app },
    requires: [NETWORKS, ...app.after.filter(isNeeded)],
    after: app.after.filter((name) => !isNeeded(name)),
    isOptional: app.optional,
    limitMs: app.limits.start,
    graceMs: app.limits.rollback,
  }))
  const below: HostUnit[] = [
    { name: SWARM, work: { is: 'swarm' }, requires: [], after: [], ...ours },
    { name: NETWORKS, work: { is: 'networks' }, requires: [SWARM], after: [], ...ours },
  ]
  // The bridge at whose address it may listen comes with the Swarm.
  const last = Math.max(-1, ...(server?.after ?? []).map((name) => apps.findIndex((app) => app.name === name)))
  const serving: HostUnit[] = server ? [{ name: SERVER, work: { is: 'server', server }, requires: [], after: server.after.length === 0 && apps.length > 0 ? [NETWORKS] : server.after, ...ours }] : []
  return [...(apps.length > 0 ? below : []), ...apps.slice(0, last + 1), ...serving, ...apps.slice(last + 1)]
}

/** What is looked after by the clock, once the host is up. */
export function timersOfHost({ platform, alerts }: HostBoot): HostTimer[] {
  const after = platform.map(({ name }) => name)
  return [
    ...(platform.length === 0 ? [] : [{ name: 'reconcile', says: 'looks after its platform apps every night', at: '*-*-* 03:10:00', spread: '15min', command: ['platform', 'reconcile'], after, limitMs: platform.reduce((sum, { limits }) => sum + limits.start, 0) }]),
    ...(alerts.length === 0 ? [] : [{ name: 'alerts', says: 'tells again what a channel did not take', at: '*:0/5', spread: '30s', command: ['alerts', 'relay'], after: [], limitMs: 10 * MINUTE }]),
    { name: 'prune', says: 'removes what cc-ci brought and nobody needs any more', at: '*-*-* 04:40:00', spread: '15min', command: ['prune'], after: [], limitMs: 60 * MINUTE },
  ]
}
