import type { StoredAlert } from '../domain/model/alert.ts'
import type { Verdict } from '../domain/model/run.ts'
import { decidingTier } from '../domain/report/words.ts'
import type { ServerContext } from './ports.ts'

/** So many of the newest runs are shown; cc-ci runs list has all. */
const MOST_RUNS = 200

export interface AlertsNow {
  /** Newest first. */
  open: StoredAlert[]
  /** What could not be read. */
  damaged: number
}

export interface RunNow {
  id: string
  recipe: string
  engine: string
  /** ms UTC; 0: not known. */
  startedAt: number
  state: 'running' | 'ended' | 'died'
  verdict: Verdict | null
  /** The kind of reason that decided the verdict; null for a pass. */
  cause: string | null
  level: number | null
  tookMs: number | null
}

export async function alertsNow({ alerts }: Pick<ServerContext, 'alerts'>): Promise<AlertsNow> {
  const { open, damaged } = await alerts.list()
  return { open, damaged: damaged.length }
}

/** Newest first. */
export async function runsNow({ records, locks }: Pick<ServerContext, 'records' | 'locks'>): Promise<RunNow[]> {
  return await Promise.all(
    (await records.list()).slice(0, MOST_RUNS).map(async ({ id, header, results }): Promise<RunNow> => {
      const isRunning = results === null && (await locks.holder(`run:${id}`)) !== null
      return {
        id,
        recipe: header?.recipe ?? '?',
        engine: header?.engine ?? '?',
        startedAt: header?.startedAt ?? 0,
        state: isRunning ? 'running' : results ? 'ended' : 'died',
        verdict: results?.verdict ?? null,
        cause: (results && decidingTier(results)?.cause) ?? null,
        level: results?.level ?? null,
        tookMs: results ? results.endedAt - results.startedAt : null,
      }
    }),
  )
}
