import type { PlatformApp } from '../../domain/model/platform.ts'
import { slackOf } from '../../domain/plan/budget.ts'
import { converge } from '../../domain/plan/converge.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'
import { isPortError } from '../../ports/port-error.ts'
import { instanceOf } from '../reconcile/context.ts'
import { deploymentFound } from '../reconcile/gate.ts'

/** ms between two looks. */
const PACE = 500

/**
 * After a restart of the host the engine starts by itself what ran before, and an app takes its time for that. Who looked at once would find it down, and
 * deploy it again at every boot. So what is on its way up is let be until it stands, until it is plain that it will not (what ended before this look does not
 * count), or until no more time is left than its deploy, gate and rollback need.
 */
export async function letItStart({ engine, clock }: { engine: Pick<Engine, 'observe'>; clock: Clock }, app: PlatformApp, given: { cancel: AbortSignal; say(text: string): void }): Promise<void> {
  const instance = instanceOf(app)
  const began = clock.now()
  const until = clock.monotonic() + slackOf(app)
  for (let said = ''; ; await clock.pause(PACE, given.cancel)) {
    if (given.cancel.aborted || clock.monotonic() >= until) return
    // An engine that does not answer is for the reconcile to tell.
    const state = await engine.observe(instance).catch(passOver)
    if (state === undefined) return
    const verdict = converge({ ...deploymentFound(state), at: began }, state)
    if (state.services.length === 0 || verdict.is !== 'waiting') return
    if (verdict.for !== said) given.say(`starting again: ${verdict.for}`)
    said = verdict.for
  }
}

function passOver(error: unknown): undefined {
  if (!isPortError(error)) throw error
}
