import { readFile, rename } from 'node:fs/promises'
import type { StoredAlert } from '../../../domain/model/alert.ts'
import { isAlertId } from '../../../domain/plan/alert-id.ts'
import { fit, type Schema, z } from '../../../lib/schema.ts'

/** ms UTC: what a date can be made of. */
const moment = z.number().min(0).max(8.64e15)

/** An alert as it stands in a file. What a newer cc-ci wrote besides is kept. */
export const storedAlert = z.looseObject({
  id: z.string().refine(isAlertId),
  kind: z.enum(['stuck', 'failed', 'held', 'trouble', 'notice']),
  what: z.string(), app: z.string(), lastLines: z.array(z.string()), next: z.string(), raisedAt: moment,
  versionTried: z.string().optional(), versionHeld: z.string().optional(), versionRunning: z.string().optional(), occurrence: z.string().optional(),
  ended: z.object({ at: moment, how: z.enum(['seen', 'resolved']), says: z.string() }).optional(),
})

/** What the text of one of our files says; undefined where it is not what we wrote. */
export function readAs<T>(schema: z.ZodType, text: string): T | undefined {
  try {
    const fitted = fit(schema as Schema<T>, JSON.parse(text))
    return 'value' in fitted ? fitted.value : undefined
  } catch {
    // No JSON: said by the caller, with the file's name.
    return undefined
  }
}

export function readAlert(text: string): StoredAlert | undefined {
  return readAs<StoredAlert>(storedAlert, text)
}

/** Undefined: it is not there, or was archived since somebody listed it. */
export async function contentOf(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** Before something takes its place: a person may still want to see what it was. Answers where it is now. */
export async function putAside(path: string): Promise<string> {
  await rename(path, `${path}.unreadable`)
  return `${path}.unreadable`
}
