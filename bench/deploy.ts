import { alternate } from './alternate.ts'
import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench, } from './bench.ts'
import { documentOf, PEER, stackDeploy } from './docker.ts'
import { rowOf } from './row.ts'
import { assertAnswers, } from './verify.ts'

/** From the last service's `healthy` until we say ready, ms at most. */
export const AFTER_HEALTHY = 20

/** A first deploy, from the call until it is ready, and how long after the last service's `healthy` that was. */
export const deploy: Bench = {
  name: 'deploy',
  about: 'from the call until a stack of two services is ready, and answers',
  times: 5,
  async run(given) {
    const found = await alternate(
      { ...given, work: 'deploy' },
      {
        ours: () =>
          withRun(given, 'pair', async (run) => {
            const { ms, readyAt } = await run.deploy(run.base, given.signal)
            await assertAnswers(given.bench, 'one', 'cc-ci')
            return { ms, afterHealthy: readyAt - lastHealthy(run) }
          }),
        theirs: () =>
          withRun(given, 'pair', async (run) => {
            const document = await documentOf(given.bench, run, run.base)
            const { verdict, ms, says } = await stackDeploy(given.bench, run, document, given)
            const at = given.bench.ports.clock.now()
            if (verdict !== 'success') throw new Error(`docker stack deploy: ${verdict}: ${says}`)
            await assertAnswers(given.bench, 'one', 'Docker')
            return { ms, afterHealthy: at - lastHealthy(run) }
          }),
      },
    )
    const of = (what: 'ms' | 'afterHealthy') => ({ ours: found.ours.map((one) => one[what]), theirs: found.theirs.map((one) => one[what]), unit: 'ms' as const, peer: PEER })
    return [
      rowOf({ work: 'deploy', ...of('ms'), goal: { of: 'ratio', atMost: 0.3 } }),
      rowOf({ work: 'deploy: ready after the last healthy', ...of('afterHealthy'), goal: { of: 'ours', atMost: AFTER_HEALTHY }, note: 'by the engine\'s own clock, from its last `healthy` event of the stack; what is added is the look at the tasks and one answer by HTTP' }),
    ]
  },
}

/** When the last `healthy` of the stack came, ms UTC by the engine's clock; `since`: of those after that moment. */
export function lastHealthy({ context }: BenchedRun, since = 0): number {
  const healthy = context.watch.heard().filter(({ kind, at }) => kind === 'healthy' && at >= since)
  if (healthy.length < 2) throw new Error(`two services were ready and ${healthy.length} said so`)
  return Math.max(...healthy.map(({ at }) => at))
}
