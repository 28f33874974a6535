import { isRecordTrouble } from '../../domain/model/journal.ts'
import type { PlatformApp } from '../../domain/model/platform.ts'
import { type Decision, decide, type Hold } from '../../domain/plan/reconcile.ts'
import { sayHold, versionHeld } from '../../domain/report/hold.ts'
import type { PlatformRecord } from '../../ports/platform-records.ts'
import { instanceOf, lockOf, type PlatformPorts } from './context.ts'
import { withDeadlines } from './deadlines.ts'
import { observe } from './observe.ts'

export type Approved =
  | { is: 'approved'; version: string; lifts: Hold['kind']; says: string; by: string; /** Another hold behind the one that was lifted. */ stillHeld: string | undefined }
  | { is: 'refused'; why: string }

/** Lifts exactly one hold: the first one that holds this version now. The record says who and when. */
export async function approve(reached: PlatformPorts, app: PlatformApp, given: { version: string; by: string; signal: AbortSignal }): Promise<Approved> {
  const ports = withDeadlines(reached)
  const held = await ports.locks.tryAcquire(lockOf(app), `approve of ${app.name}`)
  if ('heldBy' in held) return { is: 'refused', why: `Process ${held.heldBy.pid} works on ${app.name}: ${held.heldBy.why}. Approve it when that has ended.` }
  try {
    const record = await ports.records.open(app.name)
    if (isRecordTrouble(record)) return { is: 'refused', why: `The record of ${app.name} cannot be used: ${record.file}: ${record.says}. ${record.mend}` }
    try {
      const hold = await holdNow(ports, app, record, given.signal)
      if (typeof hold === 'string') return { is: 'refused', why: hold }
      if (versionHeld(hold) !== given.version) return { is: 'refused', why: `${app.name} ${given.version} is not held; ${versionHeld(hold) ?? 'what runs'} is: ${sayHold(hold).why}.` }
      await record.append({ entry: 'approved', version: given.version, lifts: hold.kind, by: given.by })
      const next = await holdNow(ports, app, record, given.signal)
      return { is: 'approved', version: given.version, lifts: hold.kind, says: sayHold(hold).why, by: given.by, stillHeld: typeof next === 'string' ? undefined : sayHold(next).why }
    } finally {
      await record.close()
    }
  } finally {
    await held.release()
  }
}

async function holdNow(ports: PlatformPorts, app: PlatformApp, record: PlatformRecord, signal: AbortSignal): Promise<Hold | string> {
  const { situation, sourceTrouble } = await observe(ports, app, { instance: instanceOf(app), known: record, kept: record.kept, source: () => ports.sources.open(app.recipe, signal), signal })
  const decision: Decision = decide(situation)
  if (decision.do === 'hold') return decision.hold
  if (decision.do === 'repair' && decision.held) return decision.held
  if (decision.do === 'recover') return `The ${decision.operation.kind} of ${app.name} to ${decision.operation.to.version} was interrupted: reconcile it first.`
  if (decision.do === 'wait') return `Nobody could look at ${app.name}: ${decision.why}`
  return sourceTrouble ?? `Nothing holds ${app.name}: the next reconcile does what there is to do.`
}
