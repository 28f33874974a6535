import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

/** For what is loaded before the command line: `look` is called right before and right after each line that this process writes into a platform app's journal. */
export function onJournalLine(look: (when: 'before' | 'after', line: string) => void): void {
  const open = fs.open
  fs.open = async (...given) => {
    const file = await open(...given)
    if (!String(given[0]).endsWith('journal.jsonl')) return file
    const append = file.appendFile.bind(file)
    file.appendFile = async (...written) => {
      const line = String(written[0])
      look('before', line)
      await append(...written)
      await file.datasync()
      look('after', line)
    }
    return file
  }
  syncBuiltinESMExports()
}
