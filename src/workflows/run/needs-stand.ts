import { stillStands } from '../../domain/plan/converge.ts'
import { sayReason } from '../../domain/report/words.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { RunContext } from './context.ts'

/** Before something is called the tested recipe's: does all that it needs still stand? */
export async function neededIsDown(context: RunContext): Promise<Reason | undefined> {
  for (const { name, context: need } of context.needs) {
    // Nothing of the tested recipe is begun before all that it needs are ready.
    if (context.running === 'nothing' && need.readyAt === 0) return { reason: 'need-failed', recipe: name, says: 'It was not ready when the time for setting up was over.' }
    if (!need.deployment || need.readyAt === 0) continue
    const crash = stillStands(need.deployment, await need.ports.engine.observe(need.app), need.readyAt)
    if (crash) return { reason: 'need-failed', recipe: name, says: saidInFull(crash) }
  }
  return undefined
}

export function saidInFull(reason: Reason): string {
  const { what, why } = sayReason(reason)
  return `${what} ${why}`.trim()
}
