import { prepareStack } from '../../domain/plan/prepare.ts'
import { generateSecret } from '../../domain/plan/secrets.ts'
import type { Deployment } from '../../domain/model/engine-state.ts'
import { deployRefused } from '../app/deploy-refused.ts'
import type { Candidate, RunContext } from './context.ts'
import { stop } from './stopped.ts'
import type { Tier } from './tier.ts'

/** Makes the secrets that the version needs and that are not there yet; each is recorded before it is made. */
export async function makeSecrets(context: RunContext, tier: Tier, candidate: Candidate): Promise<void> {
  const missing = candidate.recipe.secrets.filter((need) => !context.secrets.has(need.name))
  if (missing.length === 0) return
  await tier.step(missing.length === 1 ? `make the secret ${missing[0]!.key}` : `make ${missing.length} secrets`, {}, async () => {
    for (const need of missing) {
      const reference = candidate.recipe.config.secrets[need.key]?.fromSettings
      const given = reference === undefined ? undefined : context.ports.host.secret(reference, candidate.recipe.name)
      if (reference !== undefined && given === undefined) {
        stop({ reason: 'secret-missing', secret: need.key, mend: `add "${reference}" under "secrets" in the host's settings, with this recipe among its "recipes"` })
      }
      if (given === undefined && !need.generate) {
        stop({ reason: 'secret-missing', secret: need.key, mend: `name a value for it in cc-ci.yml: secrets: { ${need.key}: { fromSettings: NAME } }, and put NAME under "secrets" in the host's settings` })
      }
      const value = given ?? generateSecret(need, (count) => context.ports.random.bytes(count))
      context.record.hide([value])
      await context.record.intend({ do: 'make', resource: { kind: 'secret', name: need.name } })
      context.made = true
      await context.ports.engine.createSecret(context.app, { name: need.name, value })
      context.secrets.set(need.name, value)
    }
  })
}

/**
 * Hands one version to the engine. Counted: a run deploys once; the upgrade happens in place and is not a deploy.
 * A refusal by the engine is the recipe's (trap 22); one that names a lost network or an engine that does not answer is the host's.
 */
export async function deployVersion(context: RunContext, tier: Tier, candidate: Candidate, as: 'base' | 'head'): Promise<Deployment> {
  const inPlace = context.running !== 'nothing'
  const what = candidate.release?.version.text ?? candidate.commit.slice(0, 8)
  return tier.step(inPlace ? `upgrade in place to ${what}` : `deploy ${what}`, { waitsFor: 'the engine to accept it' }, async (step) => {
    const stack = prepareStack({ recipe: candidate.recipe, app: context.app, release: candidate.release?.version.text ?? null, chaos: candidate.release === null })
    await context.record.intend({ do: 'deploy', stack: context.app.stack, what })
    context.made = true
    await step.attach(`stack-${as}.json`, `the stack as it was handed to the engine (${what})`, JSON.stringify(stack, null, 2))
    const digests = Object.fromEntries([...context.images].map(([image, pulled]) => [image, pulled.digest]))
    try {
      const deployment = await context.ports.engine.deploy(context.app, { stack, folder: candidate.folder, digests })
      if (!inPlace) context.deploys += 1
      context.running = as
      context.deployment = deployment
      return deployment
    } catch (error) {
      if (!inPlace) context.deploys += 1
      const refused = deployRefused(error)
      if (refused) stop(refused)
      throw error
    }
  })
}

/** How long the recipe may take until it is ready, ms: cc-ci.yml, else the recipe's own timeout label, else the host's rule. */
export function readyLimit(context: RunContext, candidate: Candidate): number {
  const { config, timeoutMs } = candidate.recipe
  return config.limits.ready ?? Math.max(timeoutMs ?? 0, context.ports.host.limits.ready)
}
