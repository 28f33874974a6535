import { createHash } from 'node:crypto'
import { cp, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readTree } from '../../src/adapters/source/git/tree.ts'
import { isVersion, parseVersion, sortReleases } from '../../src/domain/recipe/version.ts'
import { PortError } from '../../src/ports/port-error.ts'
import type { Sources } from '../../src/ports/source.ts'

/** A folder of version folders as it lies there, without git: a hundred reconciles start some thousands of processes less. Its commits are names, not contents. */
export function folderSources(): Sources {
  return {
    async open(where) {
      const versions = new Map((await readdir(where)).map((name) => [createHash('sha1').update(name).digest('hex'), name]))
      const folderOf = (commit: string) => {
        const name = versions.get(commit)
        if (name === undefined) throw new PortError('not-found', `There is no commit ${commit} in ${where}.`)
        return join(where, name)
      }
      return {
        name: basename(where),
        where,
        resolve: async (ref) => ({ commit: ref ?? [...versions.keys()][0]!, dirty: false }),
        releases: async () => ({
          releases: sortReleases([...versions].flatMap(([commit, name]) => {
            const version = parseVersion(name)
            return isVersion(version) ? [{ version, commit }] : []
          })),
          ignored: [],
        }),
        tree: async (commit) => await readTree(folderOf(commit)),
        checkout: async (commit, folder) => await cp(folderOf(commit), folder, { recursive: true }),
      }
    },
  }
}
