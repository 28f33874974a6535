import { open, realpath } from 'node:fs/promises'
import { constants } from 'node:fs'
import { isAbsolute, join, relative, sep } from 'node:path'
import { PortError } from '../../../ports/port-error.ts'

/** Twice what Swarm takes for a config, so that the engine itself can say that it is too large. */
const LARGEST_FILE = 2 * 1024 * 1024

/**
 * Reads a file that a config or secret names, as long as it really lies in the recipe's folder.
 *
 * The last line of defence of trap 64: the client runs as we do and would read any file. So it never gets the recipe's path, only a copy
 * of what was read here, from the file that was judged: what a link points at cannot change in between.
 */
export async function readRecipeFile({ folder, file, for: use }: { folder: string; file: string; for: string }): Promise<Buffer> {
  const root = await realpath(folder)
  const named = isAbsolute(file) ? file : join(root, file)
  const real = await realpath(named).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? error.message)
    throw new PortError('refused', `${use} names the file ${file}: ${why}`, { cause: error, says: why })
  })
  const path = relative(root, real)
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) {
    throw new PortError('refused', `${use} names the file ${file}, which lies outside the recipe's folder; only files of the recipe are read`)
  }
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const { size } = await handle.stat()
    if (!(await handle.stat()).isFile()) throw new PortError('refused', `${use} names ${file}, which is no plain file`)
    if (size > LARGEST_FILE) throw new PortError('refused', `${use} names the file ${file}: ${size} bytes are more than Swarm takes`)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
