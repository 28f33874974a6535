import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench, Given } from './bench.ts'
import { documentOf, stackDeploy } from './docker.ts'
import { rowOf } from './row.ts'

/** Docker's way fails for some 13 s after each removal; a few times show it. */
const PEERS_TIMES = 3

/**
 * The same name again at once after its removal: how many of the deploys fail? Ours: remove and deploy, with nothing between. Docker's:
 * `docker stack rm`, and `docker stack deploy` when it returns.
 */
export const redeploy: Bench = {
  name: 'redeploy',
  about: 'the same name again, at once after its removal: how many fail',
  times: 20,
  async run(given) {
    const ours = await failuresOf(given, 'cc-ci', given.times, async (run) => {
      await run.remove(given.signal)
      await run.deploy(run.head, given.signal)
    })
    const peers = Math.min(PEERS_TIMES, given.times)
    const theirs = await failuresOf(given, 'Docker', peers, async (run) => {
      const document = await documentOf(given.bench, run, run.head)
      await given.bench.docker(['stack', 'rm', '--detach=false', run.context.app.stack], { signal: given.signal })
      const { verdict, says } = await stackDeploy(given.bench, run, document, { signal: given.signal, timeoutMs: 30_000 })
      if (verdict === 'success') return
      // The next turn begins with a stack that runs; half of one is in the way.
      await run.remove(given.signal)
      await run.deploy(run.head, given.signal)
      throw new Error(`${verdict}: ${says.trim().split('\n').at(-1)}`)
    })
    const share = (failures: string[], of: number) => [(100 * failures.length) / of]
    const words = [...new Set([...ours, ...theirs])].join('; ')
    return [{ ...rowOf({ work: 'redeploy at once: failed', peer: 'docker stack rm; docker stack deploy', ours: share(ours, given.times), theirs: share(theirs, peers), unit: '%', goal: { of: 'ours', atMost: 0 }, note: `${ours.length} of ${given.times} failed, Docker's ${theirs.length} of ${peers}${words ? `: ${words}` : ''}` }), n: given.times, theirN: peers }]
  },
}

async function failuresOf(given: Given, who: string, times: number, again: (run: BenchedRun) => Promise<void>): Promise<string[]> {
  const { signal, says } = given
  return await withRun(given, 'stubborn', async (run) => {
    const failures: string[] = []
    await run.deploy(run.head, signal)
    for (let turn = 0; turn < times; turn++) {
      says(`redeploy: ${turn + 1} of ${times}, ${who}`)
      await again(run).catch((error: unknown) => {
        signal.throwIfAborted()
        failures.push(error instanceof Error ? error.message : String(error))
      })
    }
    return failures
  })
}
