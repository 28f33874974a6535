import { awaitReady, handOver } from '../bring-up.ts'
import type { Candidate, RunContext } from '../context.ts'
import { plant, type Markers } from '../markers.ts'
import { setUpNeeds } from '../needs.ts'
import { guardDwell } from '../ready.ts'
import type { Tier } from '../tier.ts'

/** Deploys what the recipe needs, then a version where nothing was, waits until it is ready, plants markers, and watches it for the dwell time. */
export async function install(context: RunContext, tier: Tier, given: { version: Candidate; as: 'base' | 'head'; markers: Markers }): Promise<void> {
  const { version, as, markers } = given
  await setUpNeeds(context, tier)
  const deployment = await handOver(context, tier, version, as)
  const readyAt = await awaitReady(context, tier, { version, deployment, waitsFor: 'the app to run and to answer' })
  const guard = guardDwell(context, tier, { deployment, readyAt })
  await plant(context, tier, markers, 'first')
  await tier.step('see that it stays up', { waitsFor: 'ten seconds without a crash' }, () => guard.settled)
}
