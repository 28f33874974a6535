import type { HostImage } from '../../domain/model/engine-state.ts'
import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { PlatformAppName } from '../../domain/model/platform.ts'
import { type CachedSource, decidePrune, type ImageUse, type PruneLimits, type PrunePlan, type RunOnDisk, type Seen } from '../../domain/plan/prune.ts'
import type { Alerts } from '../../ports/alerts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Holder, Locks } from '../../ports/lock.ts'
import type { PlatformRecords } from '../../ports/platform-records.ts'
import { isPortError, type PortError } from '../../ports/port-error.ts'
import type { PruneRecord, PruneRecords } from '../../ports/prune-records.ts'
import type { RunRecords, RunSummary } from '../../ports/run-records.ts'
import type { SourceCache } from '../../ports/source-cache.ts'
import { lockOf } from '../reconcile/context.ts'

export interface PrunePorts {
  records: RunRecords
  platform: PlatformRecords
  sources: SourceCache
  done: PruneRecords
  alerts: Alerts
  locks: Locks
  clock: Clock
  /** The engine that has images, or why there is none to be had. */
  engine: Engine | { unavailable: string }
  /** What is left under temporary names of processes that are dead. */
  removeDeadTemporaries(): Promise<void>
}

export interface PruneAsked {
  limits: PruneLimits
  apps: readonly PlatformAppName[]
  /** Images of our own programs, by name. */
  ownImages: readonly string[]
  /** A host without a Swarm has no images to tidy, and that is no trouble. */
  needsEngine: boolean
  dryRun: boolean
}

export type Pruned =
  | { is: 'busy'; with: Holder }
  /** What would go, or what went; `record` only of what went. `troubles`: what could not be looked at, so that nobody knows whether it would go. */
  | { is: 'planned'; plan: PrunePlan; notes: string[]; troubles: string[] }
  | { is: 'done'; plan: PrunePlan; notes: string[]; record: PruneRecord }

export const PRUNE_ALERT = 'prune'

/**
 * Tidies up what cc-ci itself brought to this host: images, evidence, clones, temporaries. Volumes are not its business (trap 24). Two at once never are; a
 * run or a reconcile that is under way keeps all images and clones where they are until the next time. What does not work does not stop the rest, is on record, and is
 * told as an alert, which ends with the next prune in which all works. Safe to kill and to repeat.
 */
export async function prune(ports: PrunePorts, asked: PruneAsked): Promise<Pruned> {
  const lock = await ports.locks.tryAcquire('prune', 'prune')
  if ('heldBy' in lock) return { is: 'busy', with: lock.heldBy }
  try {
    const began = { at: ports.clock.now(), monotonic: ports.clock.monotonic() }
    const { seen, notes, troubles } = await look(ports, asked)
    const plan = decidePrune(seen, asked.limits)
    if (asked.dryRun) return { is: 'planned', plan, notes, troubles }
    const done = await carryOut(ports, plan, { notes, troubles, apps: asked.apps })
    const record: PruneRecord = { schema: 1, at: began.at, ms: Math.round(ports.clock.monotonic() - began.monotonic), ...done, troubles }
    await attempt(troubles, () => ports.done.write(record))
    await tell(ports.alerts, record)
    return { is: 'done', plan, notes, record }
  } finally {
    await lock.release()
  }
}

interface Looked {
  seen: Seen
  /** What a reader should know and nobody has to mend. */
  notes: string[]
  troubles: string[]
}

async function look(ports: PrunePorts, { apps, ownImages, needsEngine }: PruneAsked): Promise<Looked> {
  const { records, sources, engine, clock } = ports
  const notes: string[] = []
  const troubles: string[] = []
  const summaries = await records.list()
  const platform = await platformImages(ports, apps)
  const busy = (await whoIsAtWork(ports, summaries, apps)) ?? platform.unreadable
  if (busy !== undefined) notes.push(`Images and clones are left as they are: ${busy}.`)
  let images: HostImage[] | null = null
  if ('unavailable' in engine) (needsEngine ? troubles : notes).push(`Images were not looked at: ${engine.unavailable}`)
  else images = (await attempt(troubles, () => engine.images())) ?? null
  const clones: CachedSource[] = (await attempt(troubles, () => sources.list())) ?? []
  const runs: RunOnDisk[] = []
  for (const { id, header, gone } of summaries) runs.push({ id, startedAt: header?.startedAt ?? 0, isNeeded: !gone, bytes: (await attempt(troubles, () => records.evidenceBytes(id))) ?? 0 })
  return { seen: { now: clock.now(), images, uses: [...usesOf(summaries), ...platform.uses], pinned: { digests: platform.pinned, names: ownImages }, runs, sources: clones, busy }, notes, troubles }
}

function usesOf(summaries: readonly RunSummary[]): ImageUse[] {
  return summaries.flatMap(({ results }) => (results?.images ?? []).map(({ name, digest, fetched }) => ({ name, digest, at: results!.endedAt, fetched: fetched === true })))
}

/** What operations brought, and what they go back to. A record that cannot be read may pin any image: then none is judged. */
async function platformImages({ platform }: PrunePorts, apps: readonly PlatformAppName[]): Promise<{ uses: ImageUse[]; pinned: Set<string>; unreadable: string | undefined }> {
  const uses: ImageUse[] = []
  const pinned = new Set<string>()
  let unreadable: string | undefined
  for (const app of apps) {
    const known = await platform.read(app)
    if (isRecordTrouble(known)) {
      unreadable ??= `the record of ${app} cannot be read, and may name any of them`
      continue
    }
    for (const { fetched = {}, endedAt } of known.history.operations) for (const [name, digest] of Object.entries(fetched)) uses.push({ name, digest, at: endedAt, fetched: true })
    for (const [name, digest] of Object.entries(known.lastGood?.images ?? {})) {
      uses.push({ name, digest, at: known.lastGood!.at, fetched: false })
      pinned.add(digest)
    }
    for (const digest of Object.values(known.history.open?.from?.images ?? {})) pinned.add(digest)
  }
  return { uses, pinned, unreadable }
}

/** By the kernel's word, never by age (trap 29). */
async function whoIsAtWork({ locks }: PrunePorts, runs: readonly RunSummary[], apps: readonly PlatformAppName[]): Promise<string | undefined> {
  for (const app of apps) if (await locks.holder(lockOf({ name: app }))) return `${app} is being reconciled`
  for (const { id } of runs) if (await locks.holder(`run:${id}`)) return `the run ${id} is under way`
  return undefined
}

async function carryOut(ports: PrunePorts, plan: PrunePlan, { notes, troubles, apps }: Pick<Looked, 'notes' | 'troubles'> & { apps: readonly PlatformAppName[] }): Promise<Pick<PruneRecord, 'images' | 'evidence' | 'sources'>> {
  const { engine, records, sources, locks } = ports
  const images = { removed: 0, bytes: 0 }
  const evidence = { runs: 0, bytes: 0 }
  const clones = { removed: 0, bytes: 0 }
  // First: what a dead process left may still be at work.
  await attempt(troubles, () => ports.removeDeadTemporaries())
  for (const { id, bytes } of plan.evidence) {
    const held = await locks.tryAcquire(`run:${id}`, 'prune')
    if ('heldBy' in held) continue
    const did = await attempt(troubles, async () => {
      await records.dropEvidence(id)
      return true
    })
    await held.release()
    if (!did) continue
    evidence.runs += 1
    evidence.bytes += bytes
  }
  // Somebody may have begun since we looked, also while the one before was removed.
  let busy: string | undefined
  const someoneBegan = async () => {
    if (busy === undefined) {
      busy = await whoIsAtWork(ports, await records.list(), apps)
      if (busy !== undefined) notes.push(`Images and clones are left as they are: ${busy}.`)
    }
    return busy !== undefined
  }
  for (const { image, names } of plan.images) {
    if ('unavailable' in engine || (await someoneBegan())) break
    try {
      await engine.removeImage(names)
      images.removed += 1
      images.bytes += image.bytes
    } catch (error) {
      if (!isPortError(error)) throw error
      if (error.kind === 'conflict') notes.push(`${names[0]} stays: ${error.message}`)
      else troubles.push(error.message)
    }
  }
  for (const clone of plan.sources) {
    if (await someoneBegan()) break
    const bytes = await attempt(troubles, () => sources.forget(clone))
    if (bytes === undefined || bytes === null) continue
    clones.removed += 1
    clones.bytes += bytes
  }
  return { images, evidence, sources: clones }
}

/** What fails is written down, and the rest goes on; undefined: it failed. */
async function attempt<T>(troubles: string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!isPortError(error)) throw error
    troubles.push((error as PortError).message)
    return undefined
  }
}

async function tell(alerts: Alerts, { troubles }: PruneRecord): Promise<void> {
  if (troubles.length === 0) await alerts.resolve(PRUNE_ALERT, 'a prune did all that it had to do')
  else await alerts.raise({ id: PRUNE_ALERT, kind: 'trouble', app: 'prune', what: `Tidying up does not work: ${troubles[0]}`, lastLines: troubles.slice(1), next: 'Mend that (cc-ci doctor helps), then: cc-ci prune' })
}
