import type { PlatformApp } from '../../domain/model/platform.ts'
import { type Decision, decide, type Hold } from '../../domain/plan/reconcile.ts'
import { sayHold, versionHeld } from '../../domain/report/hold.ts'
import type { PlatformRecord } from '../../ports/platform-records.ts'
import { instanceOf, type PlatformPorts } from './context.ts'
import { withDeadlines } from './deadlines.ts'
import { observe } from './observe.ts'
import { personSays, type Refused, refused, refusedByHost } from './person-says.ts'

export interface Approved {
  is: 'approved'
  version: string
  lifts: Hold['kind']
  says: string
  by: string
  /** Another hold behind the one that was lifted. */
  stillHeld: string | undefined
}

/** Lifts exactly one hold: the first one that holds this version now. The record says who and when. */
export async function approve(reached: PlatformPorts, app: PlatformApp, given: { version: string; by: string; signal: AbortSignal }): Promise<Approved | Refused> {
  const ports = withDeadlines(reached)
  return await personSays(ports, app, 'approve', async (record) => {
    const hold = await holdNow(ports, app, record, given.signal)
    if ('refused' in hold) return hold.refused
    if (versionHeld(hold) !== given.version) return refused(`${app.name} ${given.version} is not held; ${versionHeld(hold) ?? 'what runs'} is: ${sayHold(hold).why}.`)
    await record.append({ entry: 'approved', version: given.version, lifts: hold.kind, by: given.by })
    const next = await holdNow(ports, app, record, given.signal)
    return { is: 'approved', version: given.version, lifts: hold.kind, says: sayHold(hold).why, by: given.by, stillHeld: 'refused' in next ? undefined : sayHold(next).why }
  })
}

async function holdNow(ports: PlatformPorts, app: PlatformApp, record: PlatformRecord, signal: AbortSignal): Promise<Hold | { refused: Refused }> {
  const { situation, sourceTrouble } = await observe(ports, app, { instance: instanceOf(app), known: record, kept: record.kept, source: () => ports.sources.open(app.recipe, signal), signal })
  const decision: Decision = decide(situation)
  if (decision.do === 'hold') return versionHeld(decision.hold) === undefined && sourceTrouble !== undefined ? { refused: refusedByHost(sourceTrouble) } : decision.hold
  if (decision.do === 'repair' && decision.held) return decision.held
  if (decision.do === 'recover') return { refused: refused(`The ${decision.operation.kind} of ${app.name} to ${decision.operation.to.version} was interrupted: reconcile it first.`) }
  if (decision.do === 'wait') return { refused: refusedByHost(`Nobody could look at ${app.name}: ${sourceTrouble ?? decision.why}`) }
  return { refused: sourceTrouble === undefined ? refused(`Nothing holds ${app.name}: the next reconcile does what there is to do.`) : refusedByHost(sourceTrouble) }
}
