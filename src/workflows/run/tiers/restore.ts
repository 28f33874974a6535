import type { Coverage } from '../../../domain/plan/coverage.ts'
import { runningVersion, type RunContext } from '../context.ts'
import { readyLimit } from '../deploy.ts'
import { runHooks } from '../hooks.ts'
import { assertRestored, mutate, type Markers } from '../markers.ts'
import { waitUntilReady } from '../ready.ts'
import type { Tier } from '../tier.ts'
import type { BackupTaken } from './backup.ts'

/** Changes the data, restores, and compares. The app keeps running, as with backup-bot: what it needs to notice is its hooks' business. */
export async function restore(context: RunContext, tier: Tier, given: { coverage: Coverage; markers: Markers; taken: BackupTaken }): Promise<void> {
  const { coverage, markers, taken } = given
  await mutate(tier, taken.places, markers)
  await runHooks(context, tier, coverage.hooks, 'restorePreHook')
  await tier.step('restore', { waitsFor: taken.how }, () => context.ports.backups.restore(context.app, taken.artefact, coverage.saved, tier.signal))
  await runHooks(context, tier, coverage.hooks, 'restorePostHook')
  const version = runningVersion(context)
  const limitMs = readyLimit(context, version)
  await tier.step('wait until it is ready again', { waitsFor: 'the app to run and to answer', limitMs }, (step) =>
    waitUntilReady(context, tier, step, { deployment: context.deployment!, recipe: version.recipe, limitMs }),
  )
  await assertRestored(context, tier, taken.places, markers, coverage)
}
