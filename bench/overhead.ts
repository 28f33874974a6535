import type { Bench } from './bench.ts'
import { median } from './median.ts'
import { oneRun } from './one-run.ts'
import { rowOf } from './row.ts'
import { waitsOf } from './waits.ts'

/**
 * What a run costs beside what it waits for: a cold run of `notes` on Swarm, in a process of its own with an empty state folder.
 *
 * Own time is the life of that process, from its start to its end, without the steps that are waits on the engine or the app (`waits.ts`,
 * from the run's own record): the start of Node, reading the recipe, git, checking out, what stands between two steps, the report. It is set
 * against the sum of those waits. What is computed while something is waited for costs nobody time and is not in it; the processor time of
 * the whole run, Docker's client included, is a row of its own, over the same waits.
 */
export const overhead: Bench = {
  name: 'overhead',
  about: 'own time of a cold run of the example over the sum of its waits on the engine',
  times: 3,
  async run(given) {
    const runs = []
    for (let turn = 0; turn < given.times; turn++) {
      given.signal.throwIfAborted()
      given.says(`overhead: ${turn + 1} of ${given.times}, a run of notes`)
      const { results, wallMs, processorMs } = await oneRun(given)
      const waits = waitsOf(results)
      runs.push({ waits, own: wallMs - waits, processorMs })
    }
    const waits = Math.round(median(runs.map((run) => run.waits)))
    return [
      rowOf({ work: 'overhead: own time over waits', ours: runs.map(({ own, waits }) => (100 * own) / waits), unit: '%', goal: { of: 'ours', atMost: 10 }, note: `${Math.round(median(runs.map(({ own }) => own)))} ms of our own, ${waits} ms of waits` }),
      rowOf({ work: 'overhead: processor time over waits', ours: runs.map(({ processorMs, waits }) => (100 * processorMs) / waits), unit: '%', goal: { of: 'ours', atMost: 10 }, note: `${Math.round(median(runs.map(({ processorMs }) => processorMs)))} ms of one processor in the whole run, children included` }),
    ]
  },
}
