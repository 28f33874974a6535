import type { Engine } from '../../ports/engine.ts'
import type { EngineKind } from '../../domain/model/run.ts'
import { UsageError, type Call } from '../command.ts'

/**
 * The engine that was asked for, or the best one that the recipe can run on here: Swarm where there is one, otherwise `local`
 * where the recipe has an overlay for it. What was chosen is said aloud, because it decides what a green run is worth.
 */
export async function chooseEngine(call: Call, recipe: { runsOnLocal: boolean }): Promise<{ engine: Engine } | { unavailable: string }> {
  const asked = call.text('engine')
  if (asked !== undefined && asked !== 'local' && asked !== 'swarm' && asked !== 'scripted') throw new UsageError(`--engine takes local or swarm, not "${asked}".`)
  if (asked !== undefined) return open(call, asked)
  const swarm = await call.services.engine('swarm')
  if (!('unavailable' in swarm)) {
    call.io.err(`engine: swarm (${(await swarm.facts()).says})`)
    return { engine: swarm }
  }
  if (!recipe.runsOnLocal) return { unavailable: `The recipe has no compose.local.yml, so it needs a Docker Swarm, and there is none: ${swarm.unavailable}` }
  call.io.err(`engine: local, because there is no Swarm here (${swarm.unavailable})`)
  return open(call, 'local')
}

async function open(call: Call, kind: EngineKind): Promise<{ engine: Engine } | { unavailable: string }> {
  const engine = await call.services.engine(kind)
  return 'unavailable' in engine ? engine : { engine }
}
