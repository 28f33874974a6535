import { sayNearVersions } from '../recipe/near-versions.ts'
import { compareVersions } from '../recipe/version.ts'
import type { Commit, IgnoredTag, RecipeVersion, Release } from '../model/recipe.ts'

export type BaseWish = { is: 'any' } | { is: 'none' } | { is: 'version'; text: string }

export type BaseChoice =
  | { is: 'candidates'; releases: Release[] }
  | { is: 'none'; why: string }
  /** `why`: there is a tag of that name, and this keeps it from being a version. */
  | { is: 'unknown-version'; text: string; known: string[]; why?: string }

/**
 * The releases that the head may be upgraded from, best first: the newest one before it. A candidate that turns out to deploy
 * the very same thing as the head is passed over for an older one, because upgrading to the same thing tests nothing (trap 26).
 */
export function baseCandidates(given: { releases: readonly Release[]; ignored: readonly IgnoredTag[]; head: { commit: Commit; version: RecipeVersion | null }; wish: BaseWish }): BaseChoice {
  const { releases, ignored, head, wish } = given
  if (wish.is === 'none') return { is: 'none', why: 'asked for with --base none' }
  if (wish.is === 'version') {
    const found = releases.find((release) => release.version.text === wish.text)
    if (found) return { is: 'candidates', releases: [found] }
    const why = ignored.find(({ tag }) => tag === wish.text)?.why
    return { is: 'unknown-version', text: wish.text, known: releases.map((release) => release.version.text), ...(why === undefined ? {} : { why }) }
  }
  if (releases.length === 0) return { is: 'none', why: `the recipe has no published version yet${passedOver(ignored)}` }
  const older = releases.filter((release) => isBefore(release, given.head))
  if (older.length === 0) return { is: 'none', why: `${head.version?.text ?? 'the head'} is the first version${passedOver(ignored)}` }
  return { is: 'candidates', releases: older.toSorted((a, b) => compareVersions(b.version, a.version)) }
}

/** Tags that somebody may have meant as versions, to follow why there is no base; empty where there is none. */
function passedOver(ignored: readonly IgnoredTag[]): string {
  const said = sayNearVersions(ignored)
  return said === '' ? '' : `; ${said}`
}

/** A head that is itself a release is upgraded from what came before it; one that is not may follow any release up to its own label. */
function isBefore(release: Release, head: { commit: Commit; version: RecipeVersion | null }): boolean {
  if (release.commit === head.commit) return false
  return head.version === null || compareVersions(release.version, head.version) <= 0
}
