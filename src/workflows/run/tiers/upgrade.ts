import { orphans } from '../../../domain/plan/changes.ts'
import type { RunResults } from '../../../domain/model/run.ts'
import type { Deployment } from '../../../domain/model/engine-state.ts'
import { awaitReady, handOver } from '../bring-up.ts'
import { changesBetween } from '../candidates.ts'
import type { Candidate, RunContext } from '../context.ts'
import { assertKept, type Markers } from '../markers.ts'
import { readyLimit } from '../deploy.ts'
import { askAsBase, guardDwell } from '../ready.ts'
import { stop } from '../stopped.ts'
import type { Tier } from '../tier.ts'

export type UpgradeFacts = NonNullable<RunResults['upgrade']>

/** Upgrades the running base in place to the exact head, and sees that something moved and no data got lost. */
export async function upgrade(context: RunContext, tier: Tier, given: { base: Candidate; head: Candidate; markers: Markers; found(facts: UpgradeFacts): void }): Promise<void> {
  const { base, head, markers } = given
  const before = context.deployment!
  const facts: UpgradeFacts = {
    from: base.release?.version.text ?? base.commit.slice(0, 8),
    to: head.release?.version.text ?? head.commit.slice(0, 8),
    changed: changesBetween(base, head),
    orphans: orphans(base.recipe, head.recipe),
  }
  given.found(facts)
  if (facts.changed.length === 0) stop({ reason: 'moved-nothing' })

  const deployment = await handOver(context, tier, head, 'head')
  if (!moved(before, deployment) && facts.orphans.length === 0) stop({ reason: 'moved-nothing' })
  const until = context.ports.clock.monotonic() + readyLimit(context, head)
  const readyAt = await awaitReady(context, tier, { version: head, deployment, waitsFor: 'the new version to run and to answer' })
  const guard = guardDwell(context, tier, { deployment, readyAt })
  await assertKept(context, tier, markers)
  if (facts.orphans.length > 0) {
    await tier.step(`remove what the new version dropped: ${facts.orphans.join(', ')}`, { waitsFor: 'their tasks to be gone' }, async (step) => {
      const state = await context.ports.engine.observe(context.app)
      const still = facts.orphans.filter((name) => state.services.some((service) => service.name === name && service.tasks.some((task) => task.state === 'running')))
      step.note(still.length > 0 ? `still running after the upgrade, as abra leaves them: ${still.join(', ')}` : 'none of them was running any more')
      await context.ports.engine.removeServices(context.app, facts.orphans)
    })
  }
  const weakened = await askAsBase(context, tier, { deployment, base: base.recipe, head: head.recipe, until })
  await tier.step('see that it stays up', { waitsFor: 'ten seconds without a crash' }, () => guard.settled)
  if (weakened) stop(weakened)
}

/** The engine's own view: another spec or another image in at least one service. */
function moved(before: Deployment, after: Deployment): boolean {
  return after.services.some((service) => {
    const old = before.services.find((one) => one.name === service.name)
    return !old || old.template !== service.template || old.image !== service.image || old.wanted !== service.wanted
  })
}
