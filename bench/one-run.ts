import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeProcesses } from '../src/adapters/process/node.ts'
import type { RunResults } from '../src/domain/model/run.ts'
import { environment } from '../src/settings/environment.ts'
import { checkout } from '../test/support/cli.ts'
import type { Given } from './bench.ts'

/** The shell's own `times`: what it used itself, then what its children used, as `0m0.000000s` for user and system. */
const WITH_TIMES = '"$@" && times >&2'

/** One `cc-ci run` of the example on Swarm in a process of its own and an empty state folder: its record, how long the process took, and the processor time of it and its children, ms. */
export async function oneRun({ bench, signal }: Given): Promise<{ results: RunResults; wallMs: number; processorMs: number }> {
  const state = await mkdtemp(join(bench.stateFolder, 'run-'))
  try {
    const processes = nodeProcesses(environment())
    const ended = await processes.run({
      argv: ['sh', '-c', WITH_TIMES, 'sh', join(checkout, 'cc-ci'), 'run', join(checkout, 'fixtures/recipes/notes'), '--engine', 'swarm', '--json', '--state', state],
      env: { ...processes.baseEnv(), ...bench.environment },
      keepBytes: 16 * 1024 * 1024,
      // A run that is told to end tears down first.
      graceMs: 60_000,
      signal,
    })
    signal.throwIfAborted()
    if (ended.exitCode !== 0) throw new Error(`the run of the example ended with ${ended.exitCode}: ${ended.stderr.slice(-2_000)}`)
    const times = [...ended.stderr.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2).map(([, minutes, seconds]) => (Number(minutes) * 60 + Number(seconds)) * 1000)
    return { results: JSON.parse(ended.stdout) as RunResults, wallMs: ended.ms, processorMs: times.reduce((sum, ms) => sum + ms, 0) }
  } finally {
    await rm(state, { recursive: true, force: true })
  }
}
