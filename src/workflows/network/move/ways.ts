import type { MoveOutcome, OpenMove } from '../../../domain/model/network-move.ts'
import type { Ways } from '../../journal/step.ts'
import type { MoveContext } from './context.ts'
import { attach, attachBack, DETACH, detach, detachBack, leave, makeBack, makeNew, proveRoutes, proveRoutesBack, removeOld, see } from './steps.ts'

/**
 * Forward   see ─ detach ─ remove ─ make ─ attach ─ prove routes
 * Back      detach ─ make as it was ─ attach ─ prove routes          of whatever is not so
 *
 * A network has one name and stacks refer to it by that name: so there is no moment at which the old one and the new one are both there.
 *
 * INVARIANTS
 * - What is attached, how, and which routes answer is on disk before anything is touched: both ways are worked out from that.
 * - Every step brings about a state and looks for it first, so that it may have happened not at all, half, or wholly.
 */
export function moveWays(context: MoveContext): Ways<OpenMove, MoveOutcome> {
  return {
    forward: [see(context), detach(context), removeOld(context), makeNew(context), attach(context), proveRoutes(context)],
    back: (move) => (touched(move) ? [detachBack(context), makeBack(context), attachBack(context), proveRoutesBack(context)] : [leave()]),
    arrived: ({ to }) => ({ is: 'moved', to }),
    takenBack: (move) => (touched(move) ? { is: 'went-back', to: move.of.subnets, why: move.turned!.why } : { is: 'untouched', why: move.turned!.why }),
    isCommitted: () => false,
  }
}

export function touched({ intended }: OpenMove): boolean {
  return intended.includes(DETACH)
}
