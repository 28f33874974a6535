import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { END_REQUEST_FILE } from './names.ts'
import { writeWhole } from '../../../lib/whole-file.ts'

/**
 * A request to end, as a file in the run's folder: made by anybody who may write there, seen by the run alone. It stays, because who ended
 * a run is part of its record.
 */
export function writeEndRequest(folder: string, request: { at: number; by: string }): Promise<void> {
  return writeWhole(join(folder, END_REQUEST_FILE), `${JSON.stringify(request)}\n`)
}

/** Who asks, in words; null where nobody does, or where it cannot be seen now: it is looked for again. */
export async function readEndRequest(folder: string): Promise<string | null> {
  let text: string
  try {
    text = await readFile(join(folder, END_REQUEST_FILE), 'utf8')
  } catch {
    return null
  }
  try {
    const { by } = JSON.parse(text) as { by: unknown }
    if (typeof by === 'string' && by !== '') return by
  } catch {
    // Made by hand: that it is there is what counts.
  }
  return `somebody who made ${END_REQUEST_FILE}`
}
