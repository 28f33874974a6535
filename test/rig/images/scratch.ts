import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Places } from '../places.ts'

/** An empty folder for one piece of work, on the same file system as what is made there. */
export async function scratchFolder(places: Places, name: string): Promise<string> {
  await mkdir(places.scratch, { recursive: true })
  return await mkdtemp(join(places.scratch, `${name}-`))
}
