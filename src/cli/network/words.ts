import { sayMoveOutcome } from '../../domain/report/network.ts'
import type { Moved } from '../../workflows/network/move/move.ts'
import { EXIT } from '../command.ts'

/** What became of a move, in one or two lines. */
export function sayMoved(moved: Moved, { network, subnet }: { network: string; subnet: string }): string[] {
  switch (moved.is) {
    case 'ended': {
      const { outcome } = moved
      const differs = outcome.is === 'moved' && outcome.to !== subnet
      return [sayMoveOutcome(outcome, network), ...(differs ? [`The settings still say ${subnet}, for whoever makes it anew: write proxy: { subnet: ${outcome.to} }`] : [])]
    }
    case 'paused':
      return [`${moved.because === 'stuck' ? 'STUCK' : 'stands still'}${moved.down ? ', and apps are down' : ''}: ${moved.why} ${moved.next}`]
    case 'busy':
      return [`left alone, because process ${moved.holder.pid} works on ${moved.with}: ${moved.holder.why}`]
    case 'damaged':
      return [`the record of moves cannot be used: ${moved.trouble.file}: ${moved.trouble.says}. ${moved.trouble.mend}`]
  }
}

export function exitOfMoved(moved: Moved): number {
  switch (moved.is) {
    case 'ended':
      return { moved: EXIT.pass, 'went-back': EXIT.fail, untouched: EXIT.infra }[moved.outcome.is]
    case 'paused':
      return moved.because === 'stuck' || moved.down ? EXIT.stuck : EXIT.infra
    case 'busy':
    case 'damaged':
      return EXIT.infra
  }
}
