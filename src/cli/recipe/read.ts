import { appOf } from '../../domain/plan/run-name.ts'
import { LOCAL_OVERLAY, readRecipe } from '../../domain/recipe/read.ts'
import { type IgnoredTag, textOf } from '../../domain/model/recipe.ts'
import type { ReadRecipe } from '../../domain/model/read-recipe.ts'
import type { EngineKind } from '../../domain/model/run.ts'
import type { Source } from '../../ports/source.ts'
import { type Call, UsageError } from '../command.ts'

export interface ReadForShow {
  recipe: ReadRecipe
  source: Source
  commit: string
  dirty: boolean
  ignored: IgnoredTag[]
  /** The same recipe as the other engine reads it; undefined where it cannot run there, or where one engine was asked for. */
  otherwise: ReadRecipe | undefined
}

/** A recipe read as a run would read it, for an app that is never made. */
export async function readForShow(call: Call): Promise<ReadForShow> {
  const { services } = call
  const source = await services.sources.open(call.words[0]!, services.signals.cancel)
  const { commit, dirty } = await source.resolve(call.text('ref'))
  const tree = await source.tree(commit)
  const { releases, ignored } = await source.releases()
  const asked = call.text('engine')
  if (asked !== undefined && asked !== 'local' && asked !== 'swarm') throw new UsageError(`--engine takes local or swarm, not "${asked}".`)
  const hasOverlay = textOf(tree, LOCAL_OVERLAY) !== undefined
  const engine: EngineKind = (asked as EngineKind | undefined) ?? (!hasOverlay || services.settings.swarmConfigured ? 'swarm' : 'local')
  const app = appOf(`${source.name.toLowerCase().replace(/[^a-z0-9]/g, '').slice(0, 4) || 'app'}-000000`, services.settings.domain ?? 'ci.example.org')
  const hostConfig = await services.rules.configFor(source.name)
  const readAs = (as: EngineKind): ReadRecipe => readRecipe({
    name: source.name, commit, engine: as, tree, releases, ignoredTags: ignored,
    env: { DOMAIN: app.domain, STACK_NAME: app.stack, LETS_ENCRYPT_ENV: '' },
    ...(hostConfig ? { hostConfig } : {}),
    allow: services.rules.allow(source.name),
    proxyNetwork: services.rules.proxyNetwork,
  })
  return { recipe: readAs(engine), source, commit, dirty, ignored, otherwise: asked === undefined && hasOverlay ? readAs(engine === 'local' ? 'swarm' : 'local') : undefined }
}
