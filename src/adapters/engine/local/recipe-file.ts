import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'

/**
 * Reads a file that a config or secret names, as long as it really lies in the recipe's checkout (trap 64): judged after all links are
 * followed, and opened by the path that was judged.
 */
export async function readRecipeFile(checkout: string, file: string, use: string): Promise<Buffer> {
  const root = await realpath(checkout)
  const real = await realpath(resolve(root, file)).catch((error: NodeJS.ErrnoException) => {
    throw new PortError('refused', `${use} names the file ${file}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`, { cause: error })
  })
  if (!real.startsWith(root + sep)) throw new PortError('refused', `${use} names the file ${file}, which lies outside the recipe's folder; only files of the recipe are read`)
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw new PortError('refused', `${use} names ${file}, which is no plain file`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
