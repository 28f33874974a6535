import { alternate } from './alternate.ts'
import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench } from './bench.ts'
import { AFTER_HEALTHY, lastHealthy } from './deploy.ts'
import { documentOf, PEER, stackDeploy } from './docker.ts'
import { median } from './median.ts'
import { rowOf } from './row.ts'
import { assertAnswers } from './verify.ts'

/**
 * An upgrade in place of both services, from the call until the new version is ready. The version before was brought up by us, unmeasured, for
 * both.
 *
 * Swarm lets some three seconds pass before it sends TERM to the tasks that are replaced, whoever asks: they are in both times, and hold the ratio
 * up. Stopping the containers ourselves just before would save them, and be another upgrade than the one that people get.
 */
export const upgrade: Bench = {
  name: 'upgrade',
  about: 'in place, from the call until the new version of two services is ready',
  times: 5,
  async run(given) {
    const { clock } = given.bench.ports
    const { ours, theirs } = await alternate(
      { ...given, work: 'upgrade' },
      {
        ours: () =>
          withRun(given, 'pair', async (run) => {
            await run.deploy(run.base, given.signal)
            const from = clock.now()
            const { ms, readyAt } = await run.deploy(run.head, given.signal)
            await assertAnswers(given.bench, 'two', 'cc-ci')
            return { ms, oldEnded: lastExit(run) - from, afterHealthy: readyAt - lastHealthy(run, from) }
          }),
        theirs: () =>
          withRun(given, 'pair', async (run) => {
            await run.deploy(run.base, given.signal)
            const document = await documentOf(given.bench, run, run.head)
            const from = clock.now()
            const { verdict, ms, says } = await stackDeploy(given.bench, run, document, given)
            const at = clock.now()
            if (verdict !== 'success') throw new Error(`docker stack deploy: ${verdict}: ${says}`)
            await assertAnswers(given.bench, 'two', 'Docker')
            return { ms, afterHealthy: at - lastHealthy(run, from) }
          }),
      },
    )
    const of = (what: 'ms' | 'afterHealthy') => ({ ours: ours.map((one) => one[what]), theirs: theirs.map((one) => one[what]), unit: 'ms' as const, peer: PEER })
    const ended = Math.round(median(ours.map(({ oldEnded }) => oldEnded)))
    return [
      rowOf({ work: 'upgrade in place', ...of('ms'), goal: { of: 'ratio', atMost: 0.5 }, note: `${ended} ms of ours had passed when the old tasks had ended: Swarm waits before it sends TERM, in both times alike` }),
      rowOf({ work: 'upgrade: ready after the last healthy', ...of('afterHealthy'), goal: { of: 'ours', atMost: AFTER_HEALTHY } }),
    ]
  },
}

/** When the last of the old containers ended, ms UTC by the engine's clock. */
function lastExit({ context }: BenchedRun): number {
  return Math.max(...context.watch.heard().filter(({ kind }) => kind === 'exited').map(({ at }) => at))
}
