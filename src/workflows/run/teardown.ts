import type { App } from '../../domain/model/app.ts'
import type { Resource } from '../../domain/model/engine-state.ts'
import type { Engine } from '../../ports/engine.ts'
import { isPortError } from '../../ports/port-error.ts'
import type { RunRecord } from '../../ports/run-records.ts'
import type { RunContext } from './context.ts'
import { stop } from './stopped.ts'
import type { Step, Tier } from './tier.ts'

/**
 * Removes the app with its data and proves that it is gone, against the inventory from before the run. What the engine lists afterwards decides, not
 * whether it answered: a removal that failed leaves names for `runs clean`, one whose answer was lost leaves nothing.
 */
export async function teardown(context: RunContext, tier: Tier, given: { before: Resource[]; found(leftovers: Resource[]): void }): Promise<void> {
  const { engine, backups } = context.ports
  await tier.step('remove the app and its data', { waitsFor: 'the engine to let go of everything' }, async (step) => {
    const troubles: unknown[] = []
    const attempt = (work: Promise<void>) => work.catch((error: unknown) => void troubles.push(error))
    // The record has the app in its header, so that a disk without room for one more line does not keep us from making room.
    await attempt(context.record.intend({ do: 'tear-down', stack: context.app.stack }))
    await attempt(backups.discard(context.app))
    // What it needed goes after it.
    for (const app of [context.app, ...context.needs.map((need) => need.context.app).toReversed()]) await attempt(removeOnceItAnswers(context, app, tier, step))
    const mistake = troubles.find((error) => !isPortError(error))
    if (mistake) throw mistake
    if (troubles.length > 0) step.note(`not all of it was answered: ${troubles.map(wordsOf).join('; ')}`)
  })
  await tier.step('compare the inventory', { waitsFor: 'nothing of the run to be left' }, async (step) => {
    const leftovers = await leftoversOf(engine, context.app, given.before)
    given.found(leftovers)
    if (leftovers.length > 0) stop({ reason: 'leftovers', resources: leftovers })
    step.note('nothing is left')
    await nothingIsLeft(context.record, context.app)
  })
}

/** Pace of asking an engine that is away, ms. */
const PACE = 250

/** An engine that is away (it restarts, it was updated) is waited for within the teardown's own time, and asked again; one that answers and refuses is not. */
async function removeOnceItAnswers(context: RunContext, app: App, tier: Tier, step: Step): Promise<void> {
  const { engine, clock } = context.ports
  const answers = () => engine.inventory().then(() => true, () => false)
  for (;;) {
    try {
      return await engine.remove(app, { data: 'doomed', signal: tier.signal })
    } catch (error) {
      if (!isPortError(error) || tier.signal.aborted || (await answers())) throw error
      step.waits('the engine to answer again')
      while (!(await answers())) {
        if (tier.signal.aborted) throw error
        await clock.pause(PACE, tier.signal)
      }
    }
  }
}

/** The last word of a run's journal: nobody has to clean up after it any more. */
export async function nothingIsLeft(record: RunRecord, app: App): Promise<void> {
  await record.dropCheckouts()
  await record.intend({ do: 'gone', stack: app.stack })
}

/** The only word of a run that was never begun. */
export async function neverBegun(record: RunRecord, app: App, why: { refused: true } | { mistaken: true }): Promise<void> {
  await record.dropCheckouts()
  await record.intend({ do: 'gone', stack: app.stack, ...why })
}

function wordsOf(error: unknown): string {
  return isPortError(error) ? error.says || error.message : String(error)
}

/** What carries the run's label (what it needed does, too) or its stack's name and was not there before. */
export async function leftoversOf(engine: Engine, app: App, before: readonly Resource[]): Promise<Resource[]> {
  const known = new Set(before.map((resource) => `${resource.kind} ${resource.id}`))
  const now = await engine.inventory()
  return now.filter((resource) => (resource.run === app.run || resource.stack === app.stack) && !known.has(`${resource.kind} ${resource.id}`))
}
