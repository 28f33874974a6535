import { wayTo } from '../../domain/plan/answer.ts'
import { verdictOfReason } from '../../domain/plan/blame.ts'
import type { Reason } from '../../domain/model/reason.ts'
import { isPortError } from '../../ports/port-error.ts'
import { runningVersion, type RunContext } from './context.ts'
import { neededIsDown } from './needs-stand.ts'

/** A clock that is led back to the right time moves by less than this in an hour, ms. */
const JUMP = 5_000
const PROBE_LIMIT = 5_000

/**
 * Before a tier's failure is called the recipe's: was this host in a state in which anything fails? What was seen while the engine restarted, the proxy was
 * away, the time of day was set or a needed recipe was down proves nothing of a recipe. Begins to look when it is made; `trouble` says what it saw since.
 */
export function watchHost(context: RunContext): { trouble(reason: Reason | undefined): Promise<Reason | undefined> } {
  const { clock } = context.ports
  const jumpedBefore = clock.jumpedMs()
  const heardBefore = timesHeard(context)

  return {
    async trouble(reason) {
      if (reason && !['fail', 'unverified'].includes(verdictOfReason(reason))) return undefined
      const jumped = clock.jumpedMs() - jumpedBefore
      // Crashes are told from starts by the time of day: a tier that passed has proved nothing either.
      if (Math.abs(jumped) > JUMP) return { reason: 'host', what: `the clock of this host jumped by ${sayJump(jumped)} during the tier`, engineSays: '' }
      if (!reason) return undefined
      if (timesHeard(context) > heardBefore) return { reason: 'host', what: 'the engine went away during the tier and came back', engineSays: '' }
      return (await engineAway(context)) ?? (await proxyAway(context)) ?? (await neededIsDown(context))
    },
  }
}

/** How often the engine said that it is listened to: once more each time it came back. */
function timesHeard(context: RunContext): number {
  return context.watch.heard().filter((event) => event.kind === 'present').length
}

async function engineAway(context: RunContext): Promise<Reason | undefined> {
  try {
    await context.ports.engine.observe(context.app)
  } catch (error) {
    if (isPortError(error, 'unreachable') || isPortError(error, 'timeout')) return { reason: 'host', what: 'the engine does not answer', engineSays: error.says }
  }
  return undefined
}

/** Nobody listens where the proxy should; whatever an app does, its proxy takes the connection. */
async function proxyAway(context: RunContext): Promise<Reason | undefined> {
  const { reach, app } = context
  if (context.running === 'nothing' || wayTo(runningVersion(context).recipe, reach) !== reach) return undefined
  const answer = await context.ports.probes.http({ url: `${reach.scheme}://${app.domain}/`, connect: reach, ca: reach.ca, timeoutMs: PROBE_LIMIT })
  const away = answer.kind === 'refused' || (answer.kind === 'timed-out' && answer.after === 'connect')
  return away ? { reason: 'host', what: `the proxy does not listen at ${reach.address}:${reach.port}`, engineSays: answer.kind === 'refused' ? answer.says : '' } : undefined
}

function sayJump(ms: number): string {
  return `${ms > 0 ? '+' : '−'}${Math.round(Math.abs(ms) / 1000)} s`
}
