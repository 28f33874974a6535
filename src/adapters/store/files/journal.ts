import type { Numbered } from '../../../domain/model/journal.ts'
import type { Clock } from '../../../ports/clock.ts'
import { storeError } from './errors.ts'
import { openGrowOnly } from './grow-only-file.ts'

/** A journal that is open for writing: each line is on disk before `append` returns, and `history` shows it after. */
export interface OpenJournal<Entry> {
  append(entry: Entry): Promise<void>
  close(): Promise<void>
}

export async function openJournal<Entry extends object, History extends { lastN: number }>(given: {
  file: string
  history: History
  takeIn(history: History, line: Numbered<Entry>): string | undefined
  clock: Clock
}): Promise<OpenJournal<Entry>> {
  const { file, history, takeIn, clock } = given
  const lines = await openGrowOnly(file, { durable: true })
  return {
    async append(entry) {
      const line: Numbered<Entry> = { v: 1, n: history.lastN + 1, at: clock.now(), ...entry }
      // Checked before it is written: what could not be read again must not get onto the disk.
      const trouble = takeIn(structuredClone(history), line)
      if (trouble) throw new Error(`a line that cannot follow in ${file}: ${trouble}`)
      try {
        await lines.append(JSON.stringify(line))
      } catch (error) {
        throw storeError(error, `Writing down in ${file} what is about to be done`)
      }
      takeIn(history, line)
    },
    close: lines.close,
  }
}
