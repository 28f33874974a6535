import { isRecordTrouble } from '../../../domain/model/journal.ts'
import type { NetworkMoves } from '../../../ports/network-moves.ts'

/** A move of the network that began and has not ended, in words; undefined: there is none. */
export async function openMove(moves: NetworkMoves, network: string): Promise<string | undefined> {
  const history = await moves.read()
  if (isRecordTrouble(history)) return `the record of moves of network ${network} cannot be used (${history.file}: ${history.says}). ${history.mend}`
  if (!history.open) return undefined
  const { to, intended } = history.open
  return `the move of network ${network} to ${to} has begun and not ended${intended.length > 0 ? `, and came to: ${intended.at(-1)}` : ''}. To go on with it: cc-ci network migrate --yes`
}
