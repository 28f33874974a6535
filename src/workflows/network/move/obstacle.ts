import { isRecordTrouble } from '../../../domain/model/journal.ts'
import { type MovePorts, moveLock } from './context.ts'

/** Why nothing may be deployed that needs the shared network now; undefined: it may. Asked by whoever holds a lock that a move looks at or takes. */
export async function moveUnderWay({ moves, locks }: Pick<MovePorts, 'moves' | 'locks'>, network: string): Promise<string | undefined> {
  if ((await locks.holder(moveLock(network))) !== null) return `network ${network} is being moved to another range`
  const history = await moves.read()
  if (isRecordTrouble(history)) return `the record of moves of network ${network} cannot be used (${history.file}: ${history.says}). ${history.mend}`
  if (!history.open) return undefined
  return `the move of network ${network} to ${history.open.to} was interrupted${history.open.intended.length > 0 ? ` at: ${history.open.intended.at(-1)}` : ''}. To go on with it: cc-ci network migrate --yes`
}
