import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecordTrouble } from '../../../domain/model/journal.ts'
import type { MoveEntry, MoveHistory } from '../../../domain/model/network-move.ts'
import { noMoves, readMoves, takeInMove } from '../../../domain/model/read-network-move.ts'
import { FOLDER_MODE, syncFolder } from '../../../lib/whole-file.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { NetworkMoves } from '../../../ports/network-moves.ts'
import { storeError } from './errors.ts'
import { openJournal } from './journal.ts'
import { readWhole } from './read-whole.ts'

/** `<state>/network/journal.jsonl`. */
export function fileNetworkMoves(given: { stateFolder: string; clock: Clock }): NetworkMoves {
  const folder = join(given.stateFolder, 'network')
  const file = join(folder, 'journal.jsonl')
  const read = () => readWhole(file, readMoves, noMoves)
  return {
    read,
    async open() {
      const history = await read()
      if (isRecordTrouble(history)) return history
      try {
        await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
        await syncFolder(given.stateFolder)
        const journal = await openJournal<MoveEntry, MoveHistory>({ file, history, takeIn: takeInMove, clock: given.clock })
        await syncFolder(folder)
        return { history, ...journal }
      } catch (error) {
        throw storeError(error, `Opening ${file}`)
      }
    },
  }
}
