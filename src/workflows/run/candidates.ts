import { baseCandidates, type BaseWish } from '../../domain/plan/base.ts'
import { whatChanges } from '../../domain/plan/changes.ts'
import { readRecipe } from '../../domain/recipe/read.ts'
import { parseVersion } from '../../domain/recipe/version.ts'
import { hasErrors } from '../../domain/model/problem.ts'
import type { App } from '../../domain/model/app.ts'
import type { Commit, RecipeTree, Release } from '../../domain/model/recipe.ts'
import type { EngineKind } from '../../domain/model/run.ts'
import type { Source } from '../../ports/source.ts'
import type { Candidate, HostRules } from './context.ts'

export interface Versions {
  head: Candidate
  base: Candidate | null
  /** Why there is no base; empty where there is one. */
  noBase: string
  /** A release that would have been the base, and what keeps it from being deployed. */
  unusable: { version: string; says: string } | null
  /** Every release deploys the same thing as the head: an upgrade would test nothing. */
  movedNothing: boolean
}

/** A wish that cannot be met: bad usage, said before anything is created. */
export interface UnknownBase {
  unknownVersion: string
  known: string[]
  /** What keeps the tag of that name from being a version. */
  why?: string
}

/**
 * Reads the head, then the releases before it, newest first, until one really differs from the head (trap 26).
 * Nothing is checked out here; `folder` is where it will be.
 */
export async function chooseVersions(given: {
  source: Source
  commit: Commit
  app: App
  engine: EngineKind
  wish: BaseWish
  rules: HostRules
  folder: string
}): Promise<Versions | UnknownBase> {
  const { releases, ignored } = await given.source.releases()
  const head = await readCandidate({ ...given, ignoredTags: ignored }, given.commit, releases, 'head')
  const label = head.recipe.versionLabel === null ? null : parseVersion(head.recipe.versionLabel)
  const choice = baseCandidates({
    releases,
    ignored,
    head: { commit: given.commit, version: head.release?.version ?? (label && 'text' in label ? label : null) },
    wish: given.wish,
  })
  if (choice.is === 'unknown-version') return { unknownVersion: choice.text, known: choice.known, ...(choice.why === undefined ? {} : { why: choice.why }) }
  if (choice.is === 'none') return { head, base: null, noBase: choice.why, unusable: null, movedNothing: false }
  let unusable: Versions['unusable'] = null
  for (const release of choice.releases) {
    const base = await readCandidate(given, release.commit, releases, 'base')
    if (hasErrors(base.recipe.problems)) {
      const first = base.recipe.problems.find((problem) => problem.severity === 'error')!
      unusable ??= { version: release.version.text, says: `${first.file}:${first.line}: ${first.message}` }
      continue
    }
    // A base that somebody asked for is taken as it is; the upgrade tier says what it is worth.
    if (changesBetween(base, head).length > 0) return { head, base, noBase: '', unusable, movedNothing: false }
    if (given.wish.is === 'version') return { head, base, noBase: '', unusable, movedNothing: true }
  }
  if (unusable) return { head, base: null, noBase: `${unusable.version} cannot be deployed`, unusable, movedNothing: false }
  return { head, base: null, noBase: 'every published version deploys the same thing as the head', unusable: null, movedNothing: true }
}

export function changesBetween(base: Candidate, head: Candidate): string[] {
  return whatChanges(base.recipe, head.recipe, { base: (path) => contentOf(base.tree, path), head: (path) => contentOf(head.tree, path) })
}

/** One version, read for one app; nothing is checked out. `as`: its folder's name. */
export async function readCandidate(
  given: { source: Source; app: App; engine: EngineKind; rules: HostRules; folder: string; ignoredTags?: Array<{ tag: string; why: string }> },
  commit: Commit,
  releases: Release[],
  as: string,
): Promise<Candidate> {
  const tree = await given.source.tree(commit)
  const hostConfig = await given.rules.configFor(given.source.name)
  const recipe = readRecipe({
    name: given.source.name,
    commit,
    engine: given.engine,
    env: { DOMAIN: given.app.domain, STACK_NAME: given.app.stack, LETS_ENCRYPT_ENV: '' },
    ...(hostConfig ? { hostConfig } : {}),
    allow: given.rules.allow(given.source.name),
    proxyNetwork: given.rules.proxyNetwork,
    tree,
    releases,
    ...(given.ignoredTags ? { ignoredTags: given.ignoredTags } : {}),
  })
  return { recipe, tree, commit, release: releases.find((release) => release.commit === commit) ?? null, folder: `${given.folder}/${as}` }
}

/** A file's content, or that of all files below a folder, as one text to compare. */
function contentOf(tree: RecipeTree, path: string): string | undefined {
  const below = [...tree.files.entries()].filter(([name]) => name === path || name.startsWith(`${path.replace(/\/$/, '')}/`)).sort(([a], [b]) => (a < b ? -1 : 1))
  if (below.length === 0) return undefined
  return below.map(([name, file]) => `${name}\0${file.kind === 'file' ? Buffer.from(file.bytes).toString('base64') : file.target}`).join('\0\0')
}
