import { isRecordTrouble, type RecordTrouble } from '../../domain/model/journal.ts'
import type { EndedOperation, LastGood, PlatformApp, PlatformHistory } from '../../domain/model/platform.ts'
import { lastSnapshot } from '../../domain/plan/last-snapshot.ts'
import { sayOpen } from '../../domain/report/open-operation.ts'
import { type Decision, decide, failedVersions, type Hold, type Running } from '../../domain/plan/reconcile.ts'
import type { Holder } from '../../ports/lock.ts'
import type { KnownApp } from '../../ports/platform-records.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { Snapshot } from '../../ports/snapshots.ts'
import type { PlatformPorts } from './context.ts'
import { instanceOf, lockOf } from './context.ts'
import { withDeadlines } from './deadlines.ts'
import { sayMistake } from './mistake.ts'
import { observe } from './observe.ts'

/** One app as it is now: nothing is changed, and no lock is taken. */
export type Status =
  | { app: string; trouble: RecordTrouble }
  /** Nobody could look: why. */
  | { app: string; unknown: string }
  | {
      app: string
      domain: string
      /** The latest release; null: none is known. */
      wanted: string | null
      running: Running | null
      lastGood: LastGood | null
      /** The newest that was read back. */
      snapshot: { id: string; at: number; bytes: number } | null
      /** Why nobody knows of it. */
      snapshotTrouble: string | null
      decision: Decision['do']
      hold: Hold | null
      failed: string[]
      /** Newest first, at most three. */
      operations: EndedOperation[]
      open: { kind: string; to: string; why: string } | null
      /** Who works on it now. */
      worksOnIt: { pid: number; why: string; since: number } | null
      sourceTrouble: string | null
    }

/** What fails for one app is said of that one: whoever shows several shows the others. */
export async function statusOf(reached: PlatformPorts, app: PlatformApp, signal: AbortSignal): Promise<Status> {
  try {
    return await look(withDeadlines(reached), app, signal)
  } catch (error) {
    return { app: app.name, unknown: isPortError(error) ? error.message : sayMistake(error) }
  }
}

async function look(ports: PlatformPorts, app: PlatformApp, signal: AbortSignal): Promise<Status> {
  const { known, holder } = await lookAtRecord(ports, app)
  if (isRecordTrouble(known)) return { app: app.name, trouble: known }
  const { lastGood, history } = known
  const source = ports.sources.open(app.recipe, signal)
  source.catch(() => {})
  // What is open is shown, and looked behind.
  const { situation, sourceTrouble } = await observe(ports, app, { instance: instanceOf(app), known: { lastGood, history: { ...history, open: null } }, kept: (at) => ports.records.kept(app.name, at), source: () => source, signal })
  const decision = decide({ ...situation, history })
  const { snapshot, snapshotTrouble } = await snapshotOf(ports, app, history)
  const hold = decision.do === 'hold' ? decision.hold : decision.do === 'repair' ? (decision.held ?? null) : null
  const { open } = history
  return {
    app: app.name,
    domain: app.domain,
    wanted: situation.releases.at(-1)?.version.text ?? null,
    running: situation.running,
    lastGood,
    snapshot: snapshot ? { id: snapshot.id, at: snapshot.at, bytes: snapshot.bytes } : null,
    snapshotTrouble: snapshotTrouble ?? null,
    decision: decision.do,
    hold,
    failed: failedVersions(history.operations),
    operations: history.operations.toReversed().slice(0, 3),
    open: open ? { kind: open.kind, to: open.to.version, why: sayOpen(open, holder) } : null,
    worksOnIt: holder,
    sourceTrouble: sourceTrouble ?? null,
  }
}

async function snapshotOf(ports: PlatformPorts, app: PlatformApp, history: PlatformHistory): Promise<{ snapshot?: Snapshot | undefined; snapshotTrouble?: string }> {
  const believed = lastSnapshot(history)
  if (app.stateless || believed === undefined) return {}
  try {
    return { snapshot: (await ports.snapshots.list(app.name)).find(({ id }) => id === believed) }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { snapshotTrouble: error.message }
  }
}

/** Its record, and who works on it. What is open and nobody works on is read once more: it may have been begun, or have come to its end, between the two looks. */
async function lookAtRecord(ports: PlatformPorts, app: PlatformApp): Promise<{ known: KnownApp | RecordTrouble; holder: Holder | null }> {
  const known = await ports.records.read(app.name)
  const holder = await ports.locks.holder(lockOf(app))
  if (isRecordTrouble(known) || !known.history.open || holder) return { known, holder }
  return { known: await ports.records.read(app.name), holder: null }
}
