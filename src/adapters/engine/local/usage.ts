import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import { findGroups } from './found.ts'
import { placesOf } from './layout.ts'
import type { Parts } from './parts.ts'

const BLOCK_BYTES = 512

/** Resident memory of all programs of the app, and what its folder takes on disk. */
export async function usage(parts: Parts, app: App): Promise<{ memoryBytes: number; diskBytes: number }> {
  const groups = await findGroups(parts, app.stack)
  const [memoryBytes, diskBytes] = await Promise.all([parts.table.memoryOf(groups.flatMap(({ pids }) => pids)), bytesBelow(placesOf(parts.folder, app.stack).root)])
  return { memoryBytes, diskBytes }
}

/** What vanishes while we look takes no room. */
async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(path)
    bytes += ((await lstat(path).catch(() => undefined))?.blocks ?? 0) * BLOCK_BYTES
  }
  return bytes
}
