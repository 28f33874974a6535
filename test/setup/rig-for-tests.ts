/** The real parts around a run of the tests: brought up before, stopped after if we started them, and searched for leaks. */
import { parts } from '../rig/parts.ts'
import { rigDown, rigStatus, rigUp } from '../rig/index.ts'
import { labelledOnEngine } from './engine-leftovers.ts'
import type { JobResult } from './job.ts'
import type { Says } from './run-jobs.ts'

export interface RigForTests {
  /** Empty: it is up. Otherwise what is missing, by name. */
  missing: string
  /** Stops what we started, and says what the tests left behind. */
  finish(options: { keep: boolean }): Promise<JobResult>
}

/** `optional`: parts that are wanted besides the default ones. */
export async function bringUpRig(says: Says, optional: string[] = []): Promise<RigForTests> {
  const before = new Set(await partsThatAreUp())
  const began = performance.now()
  let missing = ''
  let labelled = new Set<string>()
  try {
    await rigUp([...parts.filter(({ byDefault }) => byDefault).map(({ name }) => name), ...optional], (line) => says.line(`rig: ${line}`))
    labelled = await labelledOnEngine()
  } catch (error) {
    missing = error instanceof Error ? error.message : String(error)
  }
  const upMs = performance.now() - began
  return {
    missing,
    async finish({ keep }) {
      const failures: string[] = []
      if (missing) failures.push(`the real parts are not there: ${missing}`)
      else {
        const left = [...await labelledOnEngine()].filter((resource) => !labelled.has(resource)).toSorted()
        if (left.length > 0) failures.push(`left behind on the engine (${left.length}): ${left.join(', ')}`)
      }
      const ours = (await partsThatAreUp()).filter((name) => !before.has(name))
      if (!keep && ours.length > 0) await rigDown(ours, (line) => says.line(`rig: ${line}`))
      return { title: 'real parts', ms: upMs, passed: 0, failures, output: missing }
    },
  }
}

async function partsThatAreUp(): Promise<string[]> {
  return (await rigStatus()).filter(({ state }) => state.up).map(({ part }) => part.name)
}
