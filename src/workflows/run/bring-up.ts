import type { Deployment } from '../../domain/model/engine-state.ts'
import type { Candidate, RunContext } from './context.ts'
import { deployVersion, makeSecrets, readyLimit } from './deploy.ts'
import { pullImages } from './images.ts'
import { waitUntilReady } from './ready.ts'
import type { Tier } from './tier.ts'

/** All that comes before the engine has a version, and then handing it over. */
export async function handOver(context: RunContext, tier: Tier, version: Candidate, as: 'base' | 'head'): Promise<Deployment> {
  await tier.step('check out the recipe', {}, () => context.source.checkout(version.commit, version.folder))
  await pullImages(context, tier, version)
  await makeSecrets(context, tier, version)
  return await deployVersion(context, tier, version, as)
}

/** Until what was handed over is ready: when that was, ms UTC. */
export async function awaitReady(context: RunContext, tier: Tier, given: { version: Candidate; deployment: Deployment; waitsFor: string }): Promise<number> {
  const { version, deployment, waitsFor } = given
  const limitMs = readyLimit(context, version)
  return await tier.step('wait until it is ready', { waitsFor, limitMs }, (step) => waitUntilReady(context, tier, step, { deployment, recipe: version.recipe, limitMs }))
}
