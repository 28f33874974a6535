import { appOf, newRunId } from '../../domain/plan/run-name.ts'
import type { App } from '../../domain/model/app.ts'
import type { Held } from '../../ports/lock.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { RunHeader, RunRecord } from '../../ports/run-records.ts'
import type { RunPorts } from './context.ts'

/**
 * A run's id, its lock and its record. The id is drawn until it is one that no run has: of three bytes, in a history of five thousand runs two are
 * likely to be the same.
 */
export async function newRecord(ports: Pick<RunPorts, 'random' | 'locks' | 'records'>, given: { recipe: string; domain: string; why: string; header: Omit<RunHeader, 'app'> }): Promise<{ app: App; held: Held; record: RunRecord }> {
  for (;;) {
    const app = appOf(newRunId(given.recipe, ports.random.bytes(3)), given.domain)
    const held = await ports.locks.tryAcquire(`run:${app.run}`, given.why)
    if ('heldBy' in held) continue
    try {
      return { app, held, record: await ports.records.create(app.run, { app, ...given.header }) }
    } catch (error) {
      await held.release()
      if (!isPortError(error, 'conflict')) throw error
    }
  }
}
