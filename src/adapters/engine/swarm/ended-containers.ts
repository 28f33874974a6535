import { isPortError } from '../../../ports/port-error.ts'
import type { Connection } from './connection.ts'

/** How a container ended, or why it is about to, beyond what its task tells. */
export interface HowItEnded {
  /** Its own health check had failed, so the engine stopped it. */
  unhealthy: boolean
  /** What the check said last. */
  checkSays: string
  outOfMemory: boolean
}

interface ApiEnded {
  State: {
    Running: boolean
    OOMKilled: boolean
    Health?: { Status: string; FailingStreak?: number; Log?: Array<{ ExitCode: number; Output: string }> | null } | null
  }
}

const LONGEST_SAYING = 500
/** So many are remembered; a crash loop makes a few hundred in an hour. */
const MOST = 1000

/**
 * A task keeps its exit code alone. A program that stops well when asked leaves `complete` and 0 behind, though it was stopped for failing
 * its health check; one that was killed for memory leaves a bare 137. The ended container still knows better; it does not change any more,
 * so each is asked once.
 */
export function endedContainers(connection: Connection): (container: string) => Promise<HowItEnded | undefined> {
  const known = new Map<string, HowItEnded>()
  return async (container) => {
    const before = known.get(container)
    if (before) return before
    try {
      const { State } = await connection.call<ApiEnded>({ to: 'asking how a container ended', path: `/containers/${container}/json` })
      if (State.Running && State.Health?.Status !== 'unhealthy') return undefined
      // The engine marks every ended container unhealthy; only failed checks before the end say that this was why (measured on 20.10).
      const last = State.Health?.Log?.filter(({ ExitCode }) => ExitCode !== 0).at(-1)
      const ended = { unhealthy: State.Health?.Status === 'unhealthy' && (State.Health.FailingStreak ?? 0) > 0, checkSays: last?.Output.trim().slice(-LONGEST_SAYING) ?? '', outOfMemory: State.OOMKilled }
      // One that is unhealthy and still runs is being stopped: what it will have said in the end is not known yet.
      if (State.Running) return ended
      if (known.size >= MOST) known.delete(known.keys().next().value!)
      known.set(container, ended)
      return ended
    } catch (error) {
      if (isPortError(error, 'not-found')) return undefined
      throw error
    }
  }
}
