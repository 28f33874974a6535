import type { RunEvent } from '../../domain/model/run.ts'
import type { Holder } from '../../ports/lock.ts'
import { endingOf, type Following, followRun, isUnderWay, type RunEnding } from './follow.ts'

/** `asked`: false where it was over before. `goes-on`: not gone within the limit, or we were told to stop waiting; the request stands. */
export type Cancelled = { is: 'over'; asked: boolean; ending: RunEnding } | { is: 'goes-on'; late: boolean; holder: Holder | null }

/**
 * Asks a run of any process to end as Ctrl-C would, and waits until it is gone. Safe to repeat, also while somebody else asks.
 *
 * A run is alive while its lock is held, which the kernel decides; no process number decides anything here (see `app/end-request.ts`). A lock
 * may also be held by `runs clean`, which cleans up after a dead run: then the request finds no reader, and the record says the rest.
 */
export async function cancelRun(given: Following & { by: string; limitMs: number; signal: AbortSignal; onAsked(): void; onEvent(event: RunEvent): void }): Promise<Cancelled> {
  const { records, locks, clock, run } = given
  if (!(await isUnderWay(given))) return { is: 'over', asked: false, ending: await endingOf(given) }
  await records.askToEnd(run, given.by)
  given.onAsked()
  const deadline = clock.deadline(given.limitMs)
  try {
    const ending = await followRun({ ...given, signal: AbortSignal.any([given.signal, deadline.signal]) })
    if (ending) return { is: 'over', asked: true, ending }
    return { is: 'goes-on', late: !given.signal.aborted, holder: await locks.holder(`run:${run}`) }
  } finally {
    deadline.cancel()
  }
}
