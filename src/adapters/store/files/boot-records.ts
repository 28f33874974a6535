import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BootRecord } from '../../../domain/model/boot.ts'
import { FOLDER_MODE, writeWhole } from '../../../lib/whole-file.ts'
import type { BootRecords } from '../../../ports/boot-records.ts'
import { storeError } from './errors.ts'

/** So many are kept: where systemd starts the units, each boot is one for every unit. */
const MOST = 400

/** `<state>/boot/<when>-<pid>.json`, one for each boot, so that several may end at once. */
export function fileBootRecords({ stateFolder, pid }: { stateFolder: string; pid: number }): BootRecords {
  const folder = join(stateFolder, 'boot')
  /** Oldest first: the names begin with the time, in as many digits. */
  const names = async () => (await readdir(folder)).filter((name) => /^\d{15}-\d+\.json$/.test(name)).toSorted()
  return {
    async keep(boot) {
      try {
        await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
        await writeWhole(join(folder, `${String(boot.beganAt).padStart(15, '0')}-${pid}.json`), `${JSON.stringify(boot)}\n`)
        for (const name of (await names()).slice(0, -MOST)) await rm(join(folder, name), { force: true })
      } catch (error) {
        throw storeError(error, `Writing down in ${folder} how the boot went`)
      }
    },
    async last(count) {
      const found = await Promise.all((await names().catch(() => [])).slice(-count).map((name) => read(join(folder, name))))
      return found.filter((boot) => boot !== undefined)
    },
  }
}

async function read(path: string): Promise<BootRecord | undefined> {
  try {
    const boot = JSON.parse(await readFile(path, 'utf8')) as BootRecord
    return boot.schema === 1 && Array.isArray(boot.units) ? boot : undefined
  } catch {
    return undefined
  }
}
