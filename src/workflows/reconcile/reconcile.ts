import type { OpenOperation, OperationKind, Outcome, PlatformApp, VersionAt } from '../../domain/model/platform.ts'
import { isRecordTrouble } from '../../domain/model/journal.ts'
import { decide } from '../../domain/plan/reconcile.ts'
import { withStop } from '../../lib/plain-text.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { PlatformRecord } from '../../ports/platform-records.ts'
import type { Source } from '../../ports/source.ts'
import { walk, type Walked } from '../journal/operation.ts'
import type { EndSignals } from '../app/end-signals.ts'
import { afterwards } from './afterwards.ts'
import { instanceOf, lockOf, type PlatformPorts, type ReconcileContext } from './context.ts'
import { withDeadlines } from './deadlines.ts'
import { downNow } from './down.ts'
import { observe } from './observe.ts'
import { sayMistake } from './mistake.ts'
import { settleAlerts } from './tell.ts'
import type { Reconciled, Told } from './told.ts'
import { baselineIn } from './steps.ts'
import { visit } from './visitor.ts'
import { waysOf } from './ways.ts'

export interface ReconcileGiven {
  /** `cancel`: go back where something was touched. `abandon`: stop even that; the next start goes on. */
  signals: EndSignals
  say(text: string): void
  /** How long what runs and is not well may still come up by itself, before anything is done about it, ms. Default: a moment. */
  lookMs?: number
}

/**
 *     lock ─► read the record ─► observe ─► decide ─► carry out ─► tell
 *                                   ▲          │
 *                                   └─ recover ┘   what was interrupted is finished or undone first, then it is looked at anew
 *
 * INVARIANTS
 * - The app's lock is held by the kernel from before its record is read until after the last alert.
 * - Everything that changes something is a step of an operation, and on disk before it begins.
 * - What is thrown for one app is what became of that app: whoever looks after several goes on with the next.
 */
export async function reconcile(given: PlatformPorts, app: PlatformApp, how: ReconcileGiven): Promise<Told> {
  const ports = withDeadlines(given)
  const held = await ports.locks.tryAcquire(lockOf(app), `reconcile of ${app.name}`).catch((error: unknown) => nobodyKnows(error, how))
  if ('result' in held) return await tell(ports, app, held, null)
  if ('heldBy' in held) return { result: { is: 'busy', holder: held.heldBy } }
  try {
    const record = await openRecord(ports, app, how)
    if (!('append' in record)) return await tell(ports, app, { result: record }, null)
    try {
      return await tell(ports, app, await untilSettled(ports, app, record, how).catch((error: unknown) => nobodyKnows(error, how)), record)
    } finally {
      // Where it cannot be closed, the kernel closes it with the process; the lock after it, too.
      await afterwards(how, () => record.close())
    }
  } finally {
    await afterwards(how, () => held.release())
  }
}

async function openRecord(ports: PlatformPorts, app: PlatformApp, how: ReconcileGiven): Promise<PlatformRecord | Reconciled> {
  try {
    const record = await ports.records.open(app.name)
    return isRecordTrouble(record) ? { is: 'damaged', trouble: record } : record
  } catch (error) {
    return nobodyKnows(error, how).result
  }
}

/** Before anything was begun the outside failed in a way that no step is there to judge, or we did. */
function nobodyKnows(error: unknown, { say }: Pick<ReconcileGiven, 'say'>): Told {
  if (isPortError(error)) return { result: { is: 'unknown', why: error.message, before: [] } }
  const says = sayMistake(error)
  if (error instanceof Error && error.stack !== undefined) say(error.stack)
  return { result: { is: 'unknown', why: says, before: [], isMistake: true } }
}

/** What cannot be told by an alert is told by the exit code and the last line: the result stands all the same. */
async function tell(ports: PlatformPorts, app: PlatformApp, told: Told, record: PlatformRecord | null): Promise<Told> {
  const troubles = await settleAlerts(ports, app, told, record).catch((error: unknown) => [sayMistake(error)])
  return troubles.length === 0 ? told : { ...told, alertTrouble: troubles.join(' ') }
}

async function untilSettled(ports: PlatformPorts, app: PlatformApp, record: PlatformRecord, given: ReconcileGiven): Promise<Told> {
  const obstacle = await ports.host.obstacle()
  if (obstacle !== undefined) return { result: { is: 'unknown', why: obstacle, before: [] } }
  const instance = instanceOf(app)
  let opened: Promise<Source> | undefined
  const source = () => {
    opened ??= ports.sources.open(app.recipe, given.signals.cancel)
    return opened
  }
  const context: ReconcileContext = { ports, app, instance, record, source, signal: given.signals.cancel, say: given.say, lastLines: [], visitor: undefined }
  const before: Outcome[] = []
  for (;;) {
    const { situation, sourceTrouble } = await observe(ports, app, { instance, known: record, kept: record.kept, source, signal: given.signals.cancel, lookMs: given.lookMs })
    const decision = decide(situation)
    switch (decision.do) {
      case 'recover': {
        const { operation } = decision
        given.say(`going on with the ${operation.kind} to ${operation.to.version} that was interrupted`)
        const walked = await takeUp(context, operation, given.signals)
        if (walked.is === 'paused') return { result: await paused(context, operation, walked, before, given.signals), sourceTrouble }
        before.push(walked.outcome)
        // What needs a person is not tried again in the same breath.
        if (walked.outcome.is === 'stuck' || walked.outcome.is === 'untouched' || (walked.outcome.is === 'rolled-back' && walked.outcome.unwell !== undefined)) return { result: done(context, operation.kind, walked.outcome, before.slice(0, -1)), sourceTrouble }
        continue
      }
      case 'wait':
        return { result: { is: 'unknown', why: decision.why, before }, sourceTrouble }
      case 'hold':
        return { result: { is: 'held', at: decision.at, hold: decision.hold, before, lastLines: context.lastLines }, sourceTrouble }
      case 'nothing':
        return { result: { is: 'done', decision: 'nothing', outcome: null, at: decision.at, before, lastLines: context.lastLines }, sourceTrouble }
      case 'install':
      case 'adopt':
      case 'repair':
      case 'upgrade': {
        if (decision.do === 'repair') given.say(`not well: ${decision.why}`)
        const operation = await begin(context, decision.do, decision.to)
        const walked = await carryOut(context, operation, given.signals)
        if (walked.is === 'paused') return { result: await paused(context, operation, walked, before, given.signals), sourceTrouble }
        const result = done(context, decision.do, walked.outcome, before)
        return { result: decision.do === 'repair' && decision.held && result.is === 'done' ? { ...result, held: decision.held } : result, sourceTrouble }
      }
    }
  }
}

async function begin({ ports, app, record, say }: ReconcileContext, kind: OperationKind, to: VersionAt): Promise<OpenOperation> {
  const id = `${kind}-${record.history.operations.length + 1}-${Buffer.from(ports.random.bytes(3)).toString('hex')}`
  const from = record.lastGood?.version
  say(kind !== 'upgrade' ? `${kind} ${to.version}` : from === to.version ? `other settings for ${to.version}` : `upgrade ${from ?? 'nothing'} → ${to.version}`)
  await record.append({ entry: 'begun', operation: id, kind, domain: app.domain, stateless: app.stateless, from: record.lastGood, to, pid: process.pid })
  return record.history.open!
}

/** What stands still may be down: that the record cannot be written is not all there is to say. */
async function takeUp(context: ReconcileContext, operation: OpenOperation, signals: EndSignals): Promise<Walked> {
  try {
    await context.record.append({ entry: 'resumed', pid: process.pid })
  } catch (error) {
    if (!isPortError(error)) throw error
    return standsStill(error)
  }
  return await carryOut(context, operation, signals)
}

async function carryOut(context: ReconcileContext, operation: OpenOperation, signals: EndSignals): Promise<Walked> {
  const { from } = operation
  let resume = async () => {}
  let goesBack = false
  try {
    resume = (await context.ports.drain(`${operation.kind} of ${context.app.name}`, context.signal)).resume
    return await walk(context.record, waysOf(context, operation), {
      forward: signals.cancel,
      back: signals.abandon,
      again: 'reconcile',
      onStep(step, direction) {
        context.signal = direction === 'back' ? signals.abandon : signals.cancel
        if (direction === 'back' && !goesBack) context.say(from ? `going back to ${from.version}` : 'taking it away again')
        goesBack = direction === 'back'
        // It begins with the step after the one that saw who is behind the proxy.
        const [url] = baselineIn(operation)
        if (url !== undefined) context.visitor ??= visit(context.ports, url, { partial: operation.resumed > 0 })
        context.say(step)
      },
    })
  } catch (error) {
    // The journal itself could not be written, or runs in flight do not end: nothing more may be begun. What is open stays open.
    if (!isPortError(error)) throw error
    return standsStill(error)
  } finally {
    await context.visitor?.leave()
    context.visitor = undefined
    await afterwards(context, resume)
  }
}

function standsStill({ message }: Error): Walked {
  return { is: 'paused', because: 'host', why: withStop(message), next: 'Mend that; the next reconcile goes on with it.' }
}

async function paused(context: ReconcileContext, operation: OpenOperation, walked: Extract<Walked, { is: 'paused' }>, before: Outcome[], { abandon }: EndSignals): Promise<Reconciled> {
  const { record, lastLines } = context
  const { because, why, next } = walked
  const down = await downNow(context, operation, { because, isLeft: abandon.aborted })
  return { is: 'paused', because, kind: operation.kind, to: operation.to.version, from: record.lastGood?.version ?? null, why, next, down, before, lastLines }
}

function done({ record, lastLines }: ReconcileContext, decision: OperationKind, outcome: Outcome, before: Outcome[]): Reconciled {
  const lost = record.history.operations.at(-1)?.lost
  return { is: 'done', decision, outcome, at: record.lastGood?.version ?? null, ...(lost ? { lost } : {}), before, lastLines }
}
