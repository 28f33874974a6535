import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { temporaryName } from './temporary.ts'

/** For its owner alone: what a run writes is nobody else's business. */
export const FILE_MODE = 0o600
export const FOLDER_MODE = 0o700

/** How a file is called while it is being written; what has such a name is never read. */
const UNFINISHED = '.unfinished'

/**
 * Writes a file whole or not at all: under another name first, on disk, then renamed, and the folder's entry on disk, too. Killed at
 * any moment, there is the old file, or none, or the new one. `mode`: what it says, whatever the process masks.
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode: number = FILE_MODE): Promise<void> {
  const unfinished = join(dirname(path), `${temporaryName(UNFINISHED)}-${basename(path)}`.slice(0, 250))
  try {
    const file = await open(unfinished, 'wx', FILE_MODE)
    try {
      await file.writeFile(content)
      if (mode !== FILE_MODE) await file.chmod(mode)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

