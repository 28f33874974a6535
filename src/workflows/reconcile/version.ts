import { hasErrors } from '../../domain/model/problem.ts'
import type { KeptVersion, PlatformApp, VersionAt } from '../../domain/model/platform.ts'
import type { App } from '../../domain/model/app.ts'
import type { ReadRecipe } from '../../domain/model/read-recipe.ts'
import type { Commit } from '../../domain/model/recipe.ts'
import type { EngineKind } from '../../domain/model/run.ts'
import { prepareStack } from '../../domain/plan/prepare.ts'
import { readRecipe } from '../../domain/recipe/read.ts'
import type { Engine } from '../../ports/engine.ts'
import type { Source } from '../../ports/source.ts'
import type { HostRules } from '../run/context.ts'

/** The recipe of a platform app at a commit, read as it would be for a deploy. */
export async function readAppRecipe({ source, host, app, instance, commit, engine }: { source: Source; host: HostRules; app: PlatformApp; instance: App; commit: Commit; engine: EngineKind }): Promise<ReadRecipe> {
  const hostConfig = await host.configFor(source.name)
  return readRecipe({
    name: source.name,
    commit,
    engine,
    env: { ...app.env, DOMAIN: instance.domain, STACK_NAME: instance.stack, LETS_ENCRYPT_ENV: app.env.LETS_ENCRYPT_ENV ?? '' },
    ...(hostConfig ? { hostConfig } : {}),
    allow: host.allow(source.name),
    proxyNetwork: host.proxyNetwork,
    tree: await source.tree(commit),
  })
}

/** A version of the recipe as it would be deployed, or the first mistake that keeps it from being. */
export async function readVersion(given: { source: Source; engine: Engine; host: HostRules; app: PlatformApp; instance: App; at: VersionAt }): Promise<KeptVersion | { refused: string }> {
  const { source, host, app, instance, at } = given
  const recipe = await readAppRecipe({ source, host, app, instance, commit: at.commit, engine: given.engine.kind })
  if (hasErrors(recipe.problems)) {
    const errors = recipe.problems.filter((problem) => problem.severity === 'error')
    const first = errors[0]!
    return { refused: `lint: ${first.file}:${first.line}:${first.column} ${first.message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}` }
  }
  return {
    schema: 1,
    ...at,
    stack: prepareStack({ recipe, app: instance, release: at.version, chaos: false }),
    routers: recipe.routers,
    images: [...new Set(recipe.images.map((use) => use.image))],
    secrets: recipe.secrets.map(({ key, name, generate, length, charset }) => {
      const fromSettings = recipe.config.secrets[key]?.fromSettings
      return { key, name, generate, ...(length === undefined ? {} : { length }), ...(charset === undefined ? {} : { charset }), ...(fromSettings === undefined ? {} : { fromSettings }) }
    }),
  }
}
