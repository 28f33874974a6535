import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from '../../../lib/schema.ts'
import { FOLDER_MODE, syncFolder, writeWhole } from '../../../lib/whole-file.ts'
import type { Delivery } from '../../../domain/model/alert.ts'
import type { Deliveries } from '../../../ports/deliveries.ts'
import { alertError } from './errors.ts'
import { contentOf, putAside, readAs, storedAlert } from './stored-alert.ts'

const sending = z.object({
  tried: z.number(), begunAt: z.number().optional(), deliveredAt: z.number().optional(), notBefore: z.number().optional(), mayHaveArrived: z.boolean().optional(),
  lastError: z.object({ at: z.number(), says: z.string(), fault: z.enum(['passing', 'settings', 'message']) }).optional(),
})
const delivery = z.object({
  schema: z.literal(1), event: z.string(),
  alert: storedAlert,
  channels: z.record(z.string(), z.object({ raised: sending.optional(), resolved: sending.optional() })),
})

/** One file an alert: `alerts/relay/<event>.json`, and `alerts/relay/done/<event>.json` once nothing can be due any more. `folder`: that of the alerts. */
export function fileDeliveries({ folder }: { folder: string }): Deliveries {
  const open = join(folder, 'relay')
  const done = join(open, 'done')
  const pathOf = ({ event }: Delivery) => join(open, `${event}.json`)
  const write = async (record: Delivery) => {
    try {
      await mkdir(done, { recursive: true, mode: FOLDER_MODE })
      await keepUnreadable(pathOf(record))
      await writeWhole(pathOf(record), `${JSON.stringify(record, null, 2)}\n`)
    } catch (error) {
      throw alertError(error, `Writing how far an alert has come, ${pathOf(record)}`)
    }
  }
  return {
    pending: () => all(open),
    archived: () => all(done),
    write,
    async archive(record) {
      await write(record)
      try {
        await rename(pathOf(record), join(done, `${record.event}.json`))
        await syncFolder(open)
      } catch (error) {
        throw alertError(error, `Archiving ${pathOf(record)}`)
      }
    },
  }
}

async function all(folder: string): Promise<{ records: Delivery[]; damaged: string[] }> {
  const records: Delivery[] = []
  const damaged: string[] = []
  try {
    const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    for (const name of names.filter((one) => one.endsWith('.json') && !one.startsWith('.'))) {
      const text = await contentOf(join(folder, name))
      if (text === undefined) continue
      const record = parsed(text)
      if (record) records.push(record)
      else damaged.push(`${join(folder, name)} is no record of ours: what it said of deliveries is lost, and its alert is told anew.`)
    }
  } catch (error) {
    throw alertError(error, `Reading how far the alerts in ${folder} have come`)
  }
  return { records, damaged }
}

async function keepUnreadable(path: string): Promise<void> {
  const text = await contentOf(path)
  if (text !== undefined && !parsed(text)) await putAside(path)
}

function parsed(text: string): Delivery | undefined {
  return readAs<Delivery>(delivery, text)
}
