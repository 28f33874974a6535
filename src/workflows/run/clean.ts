import { isRunId } from '../../domain/plan/run-name.ts'
import { isKept } from '../../domain/report/run-ending.ts'
import type { App } from '../../domain/model/app.ts'
import type { Resource } from '../../domain/model/engine-state.ts'
import type { EngineKind, RunId } from '../../domain/model/run.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Locks } from '../../ports/lock.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { RunRecords } from '../../ports/run-records.ts'
import { leftoversOf, nothingIsLeft } from './teardown.ts'

/**
 * Removes what dead runs left. A run is dead when its lock is free, which the kernel decides, never when it is old (trap 29).
 * Works from the record; what the engine shows under our label without a record is removed too, because only we set that label. So is what shows
 * up under a run that is on record as gone: what the engine was still making when its maker was killed may come after the cleaning. What a person kept to
 * look at goes by its name alone.
 * Safe to repeat and to kill.
 */
export type Cleaned =
  | { run: RunId; did: 'removed'; resources: number }
  | { run: RunId; did: 'nothing'; because: 'alive' | 'clean already' | 'kept' }
  | { run: RunId; did: 'left'; leftovers: Resource[]; says: string }

export async function cleanRuns(given: {
  records: RunRecords
  locks: Locks
  clock: Clock
  /** The engine of that kind, or why there is none to be had. */
  engine(kind: EngineKind): Promise<Engine | { unavailable: string }>
  /** Engines that may hold something without a record. */
  kinds: EngineKind[]
  only?: RunId
  signal: AbortSignal
  onCleaned(cleaned: Cleaned): void
}): Promise<Cleaned[]> {
  const all: Cleaned[] = []
  const seen = new Set<RunId>()
  const gone = new Map<RunId, App>()
  const say = (cleaned: Cleaned) => {
    all.push(cleaned)
    given.onCleaned(cleaned)
  }
  for (const summary of await given.records.list()) {
    if (given.only && summary.id !== given.only) continue
    if (!summary.header) continue
    if (summary.gone) {
      gone.set(summary.id, summary.header.app)
      continue
    }
    seen.add(summary.id)
    if (!given.only && isKept(summary)) {
      say({ run: summary.id, did: 'nothing', because: 'kept' })
      continue
    }
    const engine = await given.engine(summary.header.engine as EngineKind)
    if ('unavailable' in engine) {
      say({ run: summary.id, did: 'left', leftovers: [], says: engine.unavailable })
      continue
    }
    say(await cleanOne(given, engine, summary.header.app, true))
  }
  for (const kind of given.kinds) {
    const engine = await given.engine(kind)
    if ('unavailable' in engine) continue
    const strays = new Map<RunId, App>()
    for (const resource of await engine.inventory()) {
      // What carries another name is no run's: the platform's own apps have no end (trap 29).
      if (!resource.run || !isRunId(resource.run) || seen.has(resource.run) || (given.only && resource.run !== given.only)) continue
      const stack = resource.stack ?? strays.get(resource.run)?.stack ?? ''
      strays.set(resource.run, gone.get(resource.run) ?? { run: resource.run, stack, domain: stack })
    }
    for (const app of strays.values()) say(await cleanOne(given, engine, app, gone.has(app.run)))
  }
  if (given.only && gone.has(given.only) && all.length === 0) say({ run: given.only, did: 'nothing', because: 'clean already' })
  return all
}

async function cleanOne(given: Parameters<typeof cleanRuns>[0], engine: Engine, app: App, recorded: boolean): Promise<Cleaned> {
  const held = await given.locks.tryAcquire(`run:${app.run}`, 'runs clean')
  if ('heldBy' in held) return { run: app.run, did: 'nothing', because: 'alive' }
  try {
    const before = await leftoversOf(engine, app, [])
    const needed = new Set(before.flatMap(({ stack }) => (stack === undefined || stack === app.stack ? [] : [stack])))
    for (const stack of [app.stack, ...needed]) await engine.remove({ ...app, stack, ...(stack === app.stack ? {} : { domain: stack }) }, { data: 'doomed', signal: given.signal })
    const leftovers = await leftoversOf(engine, app, [])
    if (leftovers.length > 0) return { run: app.run, did: 'left', leftovers, says: 'the engine still lists them' }
    if (recorded) {
      const record = await given.records.reopen(app.run)
      await nothingIsLeft(record, app)
      await record.close()
    }
    return { run: app.run, did: 'removed', resources: before.length }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { run: app.run, did: 'left', leftovers: [], says: error.message }
  } finally {
    await held.release()
  }
}
