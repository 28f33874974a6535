import { alternate } from './alternate.ts'
import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench, Given } from './bench.ts'
import { stackRemove } from './docker.ts'
import { rowOf } from './row.ts'
import { assertGone } from './verify.ts'

const PEER = 'docker stack rm, looking until it is gone'
/** `bench/recipes/flushes`: six parts of half a second. */
const FLUSHED = 'part 1\npart 2\npart 3\npart 4\npart 5\npart 6\n'
const FLUSH_MS = 3_000

/** From the call until nothing is left: of a stack whose data may go and whose processes ignore TERM, and of one whose data is kept and that needs 3 s to write it down. */
export const remove: Bench = {
  name: 'remove',
  about: 'a stack whose data is doomed, gone and verified; one whose data is kept and that flushes for 3 s on TERM',
  times: 5,
  async run(given) {
    const doomed = await alternate(
      { ...given, work: 'remove, data doomed' },
      {
        ours: () =>
          withStack(given, 'stubborn', async (run) => {
            const ms = await run.teardown(given.signal)
            await assertGone(given.bench, run, 'cc-ci')
            return ms
          }),
        theirs: () =>
          withStack(given, 'stubborn', async (run) => {
            const ms = await stackRemove(given.bench, run, { data: 'doomed', signal: given.signal })
            await assertGone(given.bench, run, 'Docker')
            return ms
          }),
      },
    )
    const kept = await alternate(
      { ...given, work: 'remove, data kept' },
      {
        ours: () =>
          withStack(given, 'flushes', async (run) => {
            const from = performance.now()
            await run.context.ports.engine.remove(run.context.app, { data: 'keep', signal: given.signal })
            const ms = performance.now() - from
            await assertGone(given.bench, run, 'cc-ci', 'volumes')
            return { ms, lost: await lost(given, run) }
          }),
        theirs: () =>
          withStack(given, 'flushes', async (run) => {
            const ms = await stackRemove(given.bench, run, { data: 'keep', signal: given.signal })
            await assertGone(given.bench, run, 'Docker', 'volumes')
            return { ms, lost: await lost(given, run) }
          }),
      },
    )
    const losses = (side: Array<{ lost: boolean }>) => side.filter((one) => one.lost).length
    return [
      rowOf({ work: 'remove, data doomed', peer: PEER, ...doomed, unit: 'ms', goal: { of: 'ratio', atMost: 0.06 }, note: 'ours is the whole teardown of a run, with its journal and its comparison of the inventory' }),
      rowOf({ work: 'remove, data kept, 3 s of flushing', peer: PEER, ours: kept.ours.map(({ ms }) => ms), theirs: kept.theirs.map(({ ms }) => ms), unit: 'ms', goal: { of: 'ours', atMost: FLUSH_MS + 1_500 } }),
      { ...rowOf({ work: 'remove, data kept: flushes cut short', peer: PEER, ours: [losses(kept.ours)], theirs: [losses(kept.theirs)], unit: 'losses', goal: { of: 'ours', atMost: 0 } }), n: given.times, theirN: given.times },
    ]
  },
}

async function withStack<T>(given: Given, recipe: string, work: (run: BenchedRun) => Promise<T>): Promise<T> {
  return await withRun(given, recipe, async (run) => {
    await run.deploy(run.head, given.signal)
    return await work(run)
  })
}

/** Whether less than all parts stand in the volume that was kept. */
async function lost({ bench, signal }: Given, { context }: BenchedRun): Promise<boolean> {
  const volume = `${context.app.stack}_data`
  const seen = await bench.docker(['run', '--rm', '--network', 'none', '--label', `cc-ci.run=${context.app.run}`, '--label', `cc-ci.state=${bench.stateId}`, '--label', `cc-ci.stack=${context.app.stack}`, '-v', `${volume}:/data:ro`, 'busybox:1.35', 'cat', '/data/flushed'], { signal, timeoutMs: 60_000 })
  return seen.stdout !== FLUSHED
}
