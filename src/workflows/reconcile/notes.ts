import type { RecipeTree, Release, VersionText } from '../../domain/model/recipe.ts'
import { noteIn } from '../../domain/plan/release-notes.ts'
import type { ReleaseSeen } from '../../domain/plan/reconcile.ts'
import { compareVersions, isVersion, parseVersion } from '../../domain/recipe/version.ts'
import type { Source } from '../../ports/source.ts'

/** Releases with their notes: those after `than`, each from the newest release that still has it, and from its own. The others are not asked. */
export async function notesOf(source: Source, releases: readonly Release[], than: VersionText | undefined): Promise<ReleaseSeen[]> {
  const from = than === undefined ? undefined : parseVersion(than)
  const isNewer = (release: Release) => from !== undefined && isVersion(from) && compareVersions(release.version, from) > 0
  const newest = releases.at(-1)
  const newestTree = newest && isNewer(newest) ? await source.tree(newest.commit) : undefined
  return await Promise.all(
    releases.map(async (release): Promise<ReleaseSeen> => {
      if (!newestTree || !isNewer(release)) return { ...release, note: { is: 'none' } }
      const noted = noteIn(newestTree, release.version)
      if (noted.is !== 'none' || release === newest) return { ...release, note: noted }
      const own: RecipeTree = await source.tree(release.commit)
      return { ...release, note: noteIn(own, release.version) }
    }),
  )
}
