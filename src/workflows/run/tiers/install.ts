import type { Candidate, RunContext } from '../context.ts'
import { deployVersion, makeSecrets, readyLimit } from '../deploy.ts'
import { pullImages } from '../images.ts'
import { plant, type Markers } from '../markers.ts'
import { setUpNeeds } from '../needs.ts'
import { guardDwell, waitUntilReady } from '../ready.ts'
import type { Tier } from '../tier.ts'

/** Deploys what the recipe needs, then a version where nothing was, waits until it is ready, plants markers, and watches it for the dwell time. */
export async function install(context: RunContext, tier: Tier, given: { version: Candidate; as: 'base' | 'head'; markers: Markers }): Promise<void> {
  const { version, as, markers } = given
  await setUpNeeds(context, tier)
  await tier.step('check out the recipe', {}, () => context.source.checkout(version.commit, version.folder))
  await pullImages(context, tier, version)
  await makeSecrets(context, tier, version)
  const deployment = await deployVersion(context, tier, version, as)
  const limitMs = readyLimit(context, version)
  const readyAt = await tier.step('wait until it is ready', { waitsFor: 'the app to run and to answer', limitMs }, (step) => waitUntilReady(context, tier, step, { deployment, recipe: version.recipe, limitMs }))
  const guard = guardDwell(context, tier, { deployment, readyAt })
  await plant(context, tier, markers, 'first')
  await tier.step('see that it stays up', { waitsFor: 'ten seconds without a crash' }, () => guard.settled)
}
