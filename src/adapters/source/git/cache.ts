import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesBelow } from '../../../lib/bytes-below.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { SourceCache } from '../../../ports/source-cache.ts'
import { errorOfDisk } from './errors.ts'

/** The bare repositories of `sources.ts`: `<cacheFolder>/<name>-<key>.git`. Each opening moves the times of these folders, when it begins and by the refs that it makes. */
export function gitSourceCache({ cacheFolder }: { cacheFolder: string }): SourceCache {
  return {
    async list() {
      try {
        const names = (await namesIn(cacheFolder)).filter((name) => name.endsWith('.git') && !name.includes('~'))
        return await Promise.all(names.map(async (name) => ({ name, usedAt: await lastOpened(join(cacheFolder, name)) })))
      } catch (error) {
        throw errorOfDisk(`Listing the clones in ${cacheFolder}`, error)
      }
    },

    async forget({ name, usedAt }) {
      if (!/^[\w.-]+\.git$/.test(name)) throw new PortError('refused', `There is no clone "${name}".`)
      if ((await lastOpened(join(cacheFolder, name))) > usedAt) return null
      // Renamed first: whoever opens it from now on makes a new one, and never meets half of the old.
      const aside = join(cacheFolder, temporaryName('forgotten'))
      try {
        await rename(join(cacheFolder, name), aside)
        const bytes = await bytesBelow(aside)
        await rm(aside, { recursive: true, force: true })
        return bytes
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
        throw errorOfDisk(`Removing the clone ${name}`, error)
      }
    },
  }
}

async function lastOpened(repository: string): Promise<number> {
  const times = await Promise.all(['.', 'packed-refs', 'refs', 'refs/opened'].map((name) => stat(join(repository, name)).then(({ mtimeMs }) => mtimeMs, () => 0)))
  return Math.max(...times)
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
}
