import { readFile } from 'node:fs/promises'
import type { RecordTrouble } from '../../../domain/model/journal.ts'

/** What stands in a record, or what is wrong with it; `absent` where there is no such file. */
export async function readWhole<T>(file: string, read: (file: string, text: string) => T | RecordTrouble, absent: () => T): Promise<T | RecordTrouble> {
  try {
    return read(file, await readFile(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return absent()
    return { trouble: 'unreadable', file, says: message, mend: 'Give this user the right to read it, or mend the disk. Nothing of it was changed.' }
  }
}
