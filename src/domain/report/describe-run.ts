import type { ReadRecipe } from '../model/read-recipe.ts'
import type { Release } from '../model/recipe.ts'
import type { EngineKind } from '../model/run.ts'
import { backupDuty, coverageOf, namedVolumes, namelessVolumes, sayNameless } from '../plan/coverage.ts'
import { databaseKind } from '../plan/databases.ts'

/** The plan of a run before it is made: for `recipe show`. */
export interface RunDescription {
  recipe: string
  engine: EngineKind
  head: { commit: string; version: string | null }
  base: { commit: string; version: string } | null
  images: string[]
  secrets: Array<{ key: string; name: string; generate: boolean }>
  data: Array<{ what: string; probed: string; saved: boolean }>
  tiers: Array<{ name: string; does: string }>
  lines: string[]
}

interface Part {
  recipe: ReadRecipe
  release: Release | null
}

export function describeRun(given: { head: Part; base: Part | null; noBase: string; engine: EngineKind }): RunDescription {
  const { head, base } = given
  const saved = new Set(coverageOf(head.recipe).saved.map((entry) => entry.volume))
  const data = [
    ...namedVolumes(head.recipe).map((volume) => ({ what: `volume ${volume}`, probed: 'a file', saved: saved.has(volume) })),
    ...namelessVolumes(head.recipe).map((volume) => ({ what: `volume ${sayNameless(volume)}`, probed: 'nothing, because it has no name', saved: false })),
    ...head.recipe.images.flatMap((use) => {
      const kind = databaseKind(use.repository)
      return kind ? [{ what: `${kind} in service ${use.service}`, probed: 'a row of ours', saved: true }] : []
    }),
    ...head.recipe.config.data.map((declared) => ({ what: declared.name, probed: 'what cc-ci.yml writes', saved: true })),
  ]
  const checks = head.recipe.config.checks.map((check) => check.name)
  const tiers = [
    { name: 'install', does: base ? `deploy ${nameOf(base)}, wait until it is ready, plant markers` : `deploy ${nameOf(head)}, wait until it is ready, plant markers` },
    { name: 'upgrade', does: base ? `in place to ${nameOf(head)}; the markers must still be there` : `does not apply: ${given.noBase}` },
    { name: 'backup', does: backupWords(head.recipe, base?.recipe ?? null) },
    { name: 'restore', does: saved.size > 0 ? 'change the data, restore, compare' : 'does not apply' },
    { name: 'custom', does: checks.length > 0 ? checks.join('; ') : 'does not apply: the recipe brings no checks of its own' },
  ]
  const plan = {
    recipe: head.recipe.name,
    engine: given.engine,
    head: { commit: head.recipe.commit, version: head.release?.version.text ?? null },
    base: base ? { commit: base.recipe.commit, version: nameOf(base) } : null,
    images: [...new Set([...(base?.recipe.images ?? []), ...head.recipe.images].map((use) => use.image))],
    secrets: head.recipe.secrets.map(({ key, name, generate }) => ({ key, name, generate })),
    data,
    tiers,
  }
  return { ...plan, lines: linesOf(plan, head.recipe) }
}

function linesOf(plan: Omit<RunDescription, 'lines'>, recipe: ReadRecipe): string[] {
  return [
    `${plan.recipe}: ${plan.base ? `${plan.base.version} → ` : ''}${plan.head.version ?? plan.head.commit.slice(0, 8)} on ${plan.engine}`,
    `compose files: ${recipe.composeFiles.join(', ')}`,
    `images: ${plan.images.join(', ') || 'none'}`,
    `secrets: ${plan.secrets.map((secret) => `${secret.key}${secret.generate ? '' : " (from the host's settings)"}`).join(', ') || 'none'}`,
    'data:',
    ...(plan.data.length > 0 ? plan.data.map((entry) => `  ${entry.what}: marked with ${entry.probed}, ${entry.saved ? 'in the backup' : 'in no backup'}`) : ['  none']),
    'tiers:',
    ...plan.tiers.map((tier) => `  ${tier.name.padEnd(8)} ${tier.does}`),
  ]
}

function backupWords(head: ReadRecipe, base: ReadRecipe | null): string {
  const duty = backupDuty({ base, head })
  switch (duty.is) {
    case 'apply':
      return `save ${duty.coverage.saved.map((entry) => (entry.path === '.' ? entry.volume : `${entry.volume}/${entry.path}`)).join(', ')}${duty.gaps.length > 0 ? `; in no backup: ${duty.gaps.join(', ')}` : ''}`
    case 'declared':
      return `does not apply: ${duty.why}`
    case 'no-data':
      return 'does not apply: the recipe keeps no data in volumes'
    case 'not-covered':
      return `does not apply: no backup labels for ${duty.volumes.join(', ')}`
    case 'dropped':
      return `unverified: the backup labels of ${duty.volumes.join(', ')} are gone`
  }
}

function nameOf(part: Part): string {
  return part.release?.version.text ?? part.recipe.commit.slice(0, 8)
}
