import { alternate } from './alternate.ts'
import type { Bench } from './bench.ts'
import { withRun } from './deploy.ts'
import { documentOf, PEER, stackDeploy } from './docker.ts'
import { rowOf } from './row.ts'
import { assertAnswers } from './verify.ts'

/** An upgrade in place of both services, from the call until the new version is ready. The version before was brought up by us, unmeasured, for both. */
export const upgrade: Bench = {
  name: 'upgrade',
  about: 'in place, from the call until the new version of two services is ready',
  times: 5,
  async run(given) {
    const { ours, theirs } = await alternate(
      { ...given, work: 'upgrade' },
      {
        ours: () =>
          withRun(given, async (run) => {
            await run.deploy(run.base, given.signal)
            const { ms } = await run.deploy(run.head, given.signal)
            await assertAnswers(given.bench, 'two', 'cc-ci')
            return ms
          }),
        theirs: () =>
          withRun(given, async (run) => {
            await run.deploy(run.base, given.signal)
            const { verdict, ms, says } = await stackDeploy(given.bench, run, await documentOf(given.bench, run, run.head), given)
            if (verdict !== 'success') throw new Error(`docker stack deploy: ${verdict}: ${says}`)
            await assertAnswers(given.bench, 'two', 'Docker')
            return ms
          }),
      },
    )
    return [rowOf({ work: 'upgrade in place', peer: PEER, ours, theirs, unit: 'ms', goal: { of: 'ratio', atMost: 0.5 } })]
  },
}
