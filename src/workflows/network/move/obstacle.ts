import { type MovePorts, moveLock } from './context.ts'
import { openMove } from './open-move.ts'

/** Why nothing may be deployed that needs the shared network now; undefined: it may. Asked by whoever holds a lock that a move looks at or takes. */
export async function moveUnderWay({ moves, locks }: Pick<MovePorts, 'moves' | 'locks'>, network: string): Promise<string | undefined> {
  if ((await locks.holder(moveLock(network))) !== null) return `network ${network} is being moved to another range`
  return await openMove(moves, network)
}
