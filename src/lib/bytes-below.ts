import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What a file, or a folder with everything below it, takes on the disk; bytes. Links are counted, not followed. What is not there, or goes meanwhile, is 0. */
export async function bytesBelow(path: string): Promise<number> {
  try {
    const seen = await lstat(path)
    if (!seen.isDirectory()) return seen.blocks * 512
    let bytes = seen.blocks * 512
    for (const name of await readdir(path)) bytes += await bytesBelow(join(path, name))
    return bytes
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
