import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FOLDER_MODE, writeWhole } from '../../../lib/whole-file.ts'
import type { PruneRecord, PruneRecords } from '../../../ports/prune-records.ts'
import { storeError } from './errors.ts'

/** `<state>/prune.json`. */
export function filePruneRecords({ stateFolder }: { stateFolder: string }): PruneRecords {
  const file = join(stateFolder, 'prune.json')
  return {
    async read() {
      try {
        const record = JSON.parse(await readFile(file, 'utf8')) as Partial<PruneRecord> | null
        return record?.schema === 1 && typeof record.at === 'number' && Array.isArray(record.troubles) ? (record as PruneRecord) : null
      } catch {
        // Absent, or changed by hand: the next prune writes it anew, and nothing hangs on it.
        return null
      }
    },
    async write(record) {
      try {
        await mkdir(stateFolder, { recursive: true, mode: FOLDER_MODE })
        await writeWhole(file, `${JSON.stringify(record, null, 2)}\n`)
      } catch (error) {
        throw storeError(error, `Writing ${file}`)
      }
    },
  }
}
