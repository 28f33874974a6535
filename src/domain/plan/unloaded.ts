import type { ServiceName } from '../model/app.ts'
import type { DataProbe } from '../model/run.ts'
import type { Coverage } from './coverage.ts'
import { isDatabaseKind } from './databases.ts'

/**
 * A database that runs on while its files are put back beneath it keeps what it has in memory. Undefined for a place that is no database, or whose volume
 * is not in the backup.
 */
export function unloadedBy({ hooks, saved }: Coverage, place: { probe: DataProbe; volume?: string }): { service: ServiceName; hasHook: boolean } | undefined {
  const { service, kind } = place.probe
  if (!isDatabaseKind(kind) || !saved.some(({ volume }) => volume === place.volume)) return undefined
  return { service, hasHook: hooks.some((labels) => labels.service === service && labels.restorePostHook !== undefined) }
}
