import { chmod, lstat, readdir, rmdir, unlink } from 'node:fs/promises'

/**
 * Like `rm -rf`: any names (paths are bytes, not text), also through folders that forbid writing, and without following links.
 * What vanishes meanwhile is as good as removed.
 */
export async function removeTree(path: string | Buffer): Promise<void> {
  const full = typeof path === 'string' ? Buffer.from(path) : path
  const stat = await orGone(lstat(full))
  if (!stat) return
  if (!stat.isDirectory()) return await orGone(unlink(full))
  if ((stat.mode & 0o700) !== 0o700) await orGone(chmod(full, 0o700))
  for (const name of (await orGone(readdir(full, { encoding: 'buffer' }))) ?? []) await removeTree(Buffer.concat([full, Buffer.from('/'), name]))
  await orGone(rmdir(full))
}

async function orGone<T>(done: Promise<T>): Promise<T | undefined> {
  try {
    return await done
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
