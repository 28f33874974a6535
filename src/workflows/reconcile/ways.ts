import type { OpenOperation, Outcome } from '../../domain/model/platform.ts'
import { isCommitted } from '../../domain/plan/is-committed.ts'
import { plainLine } from '../../lib/plain-text.ts'
import type { Ways } from '../journal/step.ts'
import type { ReconcileContext } from './context.ts'
import { baseline, commit, deploy, deployBack, gate, gateBack, keptVolumes, prepare, pull, recordBack, restore, room, seeData, snapshot, takeInstallAway, undeploy, unwellIn } from './steps.ts'

/**
 * The steps of each kind of operation.
 *
 *     install              prepare ─ pull ─ deploy ─ gate ─ commit                       back: take it away
 *     adopt                prepare ─ pull ─ gate ─ commit                                back: nothing was touched
 *     repair               prepare ─ pull ─ undeploy ─ deploy ─ gate ─ commit            back: there is none, it is stuck
 *     upgrade, stateless   prepare ─ pull ─ deploy ─ gate ─ commit                       back: deploy ─ gate ─ record
 *     upgrade, stateful    prepare ─ pull ─ undeploy ─ snapshot ─ deploy ─ gate ─ commit back: undeploy ─ restore ─ deploy ─ gate ─ record
 *                          what it goes back to is held against its gate, too; where that does not pass, it has gone back all the same, and a person is told
 *
 * INVARIANTS
 * - Images are here before anything is stopped.
 * - Once the record names the new version, it never goes back: what people did since is in no snapshot.
 * - Until `commit`, last-good and its snapshot are not touched by anybody.
 * - Where the new version may have started, its data is restored before the old one starts (traps 15, 16, 60).
 */
export function waysOf(context: ReconcileContext, operation: OpenOperation): Ways {
  const proxy = context.app.gate.routes ? [baseline(context)] : []
  const stateful = !operation.stateless
  const committed = (one: OpenOperation) => isCommitted(context.record.lastGood, one)
  const end = [deploy(context), gate(context), commit(context)]
  switch (operation.kind) {
    case 'install':
      return { forward: [prepare(context), pull(context), ...proxy, seeData(context), ...end], back: () => (touched(operation) ? [takeInstallAway(context), recordBack(context)] : []), arrived, takenBack: takenAway, isCommitted: committed, isInUse }
    case 'adopt':
      return { forward: [prepare(context), pull(context), gate(context), commit(context)], back: () => [recordBack(context)], arrived, takenBack: ({ turned }) => ({ is: 'untouched', why: turned!.why }), isCommitted: committed }
    case 'repair':
      return { forward: [prepare(context), pull(context), undeploy(context), ...end], back: () => [], arrived, takenBack: ({ turned }) => ({ is: 'stuck', why: turned!.why, blames: turned!.blames, next: `Nothing is left to go back to: ${context.app.name} is down or not well. See its log, then: cc-ci platform reconcile ${context.app.name}` }), isCommitted: committed }
    case 'upgrade':
      return {
        forward: [prepare(context), pull(context), ...proxy, ...(stateful ? [room(context), undeploy(context), snapshot(context)] : []), ...end],
        back: () => [
          ...(stateful && mayHaveStarted(operation) ? [undeploy(context, 'go back: undeploy'), restore(context)] : []),
          ...(touched(operation) ? [deployBack(context), gateBack(context), recordBack(context)] : []),
        ],
        arrived, takenBack, isCommitted: committed, isInUse,
      }
  }
}

function mayHaveStarted({ intended }: OpenOperation): boolean {
  return intended.includes('deploy')
}

/** With data that is in no snapshot. */
function isInUse({ stateless, inherited }: OpenOperation): boolean {
  return !stateless && inherited.includes('deploy')
}

function touched(operation: OpenOperation): boolean {
  return operation.intended.includes('undeploy') || mayHaveStarted(operation)
}

function arrived({ to }: OpenOperation): Outcome {
  return { is: 'committed', version: to.version }
}

function takenBack(operation: OpenOperation): Extract<Outcome, { is: 'rolled-back' }> {
  const { from, to, turned } = operation
  const unwell = unwellIn(operation)
  return { is: 'rolled-back', to: from?.version ?? null, tried: to.version, why: turned!.why, blames: turned!.blames, ...(unwell === undefined ? {} : { unwell: plainLine(unwell) }) }
}

/** With the data that was kept, if any: nobody else says that it is still there. */
function takenAway(operation: OpenOperation): Outcome {
  const outcome = takenBack(operation)
  const kept = keptVolumes(operation)
  if (kept.length === 0) return outcome
  return { ...outcome, why: `${outcome.why} Its data is kept (${kept.join(', ')}), because it ran on between two processes and may have been used; the next installation waits for a person to say what becomes of it.` }
}

/** Whether the app may be down while this operation stands still, by what it did; what the engine says of it: {@link downNow}. */
export function mayBeDown(operation: OpenOperation): boolean {
  if (operation.turned) return touched(operation) && !('go back: gate' in operation.done)
  return operation.intended.includes('undeploy') && !('gate' in operation.done)
}
