import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'

export interface SmallDisk extends AsyncDisposable {
  /** Where it is mounted. */
  path: string
  /** To the last block. */
  fill(): Promise<void>
  makeRoom(): Promise<void>
}

/** A file system of its own in a file of that size below `folder`; takes root. Its file grows as it is filled. */
export async function smallDisk(folder: string, size: string): Promise<SmallDisk> {
  const image = join(folder, 'disk')
  const path = join(folder, 'mounted')
  await mkdir(path)
  execFileSync('truncate', ['--size', size, image])
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image])
  execFileSync('mount', ['-o', 'loop', image, path])
  const filling = join(path, 'filling')
  return {
    path,
    async fill() {
      const { bavail, bsize } = await statfs(path)
      // Most of it without writing, because that is quick; the rest to the last block.
      const most = bavail * bsize - 2 * 1024 * 1024
      if (most > 0) execFileSync('fallocate', ['--length', String(most), filling])
      for (const size of [4096, 1]) while (await grows(filling, Buffer.alloc(size, 1))) {}
    },
    makeRoom: () => rm(filling),
    [Symbol.asyncDispose]: async () => void execFileSync('umount', [path]),
  }
}

async function grows(file: string, by: Buffer): Promise<boolean> {
  try {
    await appendFile(file, by, { flush: true })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
