import type { RunEvent, RunId, RunResults } from '../../domain/model/run.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Locks } from '../../ports/lock.ts'
import type { RunRecords } from '../../ports/run-records.ts'

/** How a run ended, as its record says. `clean`: nothing of it is left. */
export type RunEnding = { is: 'ended'; results: RunResults; folder: string; clean: boolean } | { is: 'died'; clean: boolean }

/** ms between two looks while nothing is told. */
const PACE = { first: 50, most: 500, growth: 1.5 }

export interface Following {
  records: RunRecords
  locks: Locks
  clock: Clock
  run: RunId
}

/**
 * Follows a run of any process until its lock is free, which the kernel decides, and hands on what it tells, from its first event on.
 * Undefined: `signal` aborted before; the run goes on. Looks are paced, because file events are not to be had on every file system.
 */
export async function followRun(given: Following & { signal: AbortSignal; onEvent(event: RunEvent): void }): Promise<RunEnding | undefined> {
  const { clock, signal } = given
  const reader = await given.records.follow(given.run)
  try {
    let pace = PACE.first
    for (;;) {
      // Asked first: what a run that is over has told stands there by now.
      const over = !(await isUnderWay(given))
      let heard = 0
      for (let events = await reader.next(); events.length > 0; events = await reader.next()) {
        heard += events.length
        for (const event of events) given.onEvent(event)
      }
      if (over) return await endingOf(given)
      if (signal.aborted) return undefined
      pace = heard > 0 ? PACE.first : Math.min(PACE.most, pace * PACE.growth)
      await clock.pause(pace, signal)
    }
  } finally {
    await reader.close()
  }
}

export async function isUnderWay({ locks, run }: Following): Promise<boolean> {
  return (await locks.holder(`run:${run}`)) !== null
}

/** Only for a run whose lock is free. */
export async function endingOf({ records, run }: Following): Promise<RunEnding> {
  const { results, gone: clean, folder } = await records.read(run)
  return results ? { is: 'ended', results, folder, clean } : { is: 'died', clean }
}
