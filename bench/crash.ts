import { join } from 'node:path'
import { alternate } from './alternate.ts'
import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench, Given } from './bench.ts'
import { documentOf, PEER, stackDeploy } from './docker.ts'
import { rowOf, type Row } from './row.ts'

/** After so long, ms, Docker is taken to give no verdict; it would wait for ever. */
const PATIENCE = 20_000

interface Crash {
  /** A folder of `bench/recipes/crash`. */
  name: string
  /** When the engine said what proves it, ms UTC; undefined: it never did. */
  provenAt(run: BenchedRun, decidedAt: number): Promise<number | undefined>
  proof: string
}

const CRASHES: Crash[] = [
  { name: 'exits-at-once', proof: 'the exit that ends what was running, or the third one of a loop', provenAt: lastExit },
  { name: 'never-healthy', proof: 'the engine\'s `unhealthy`', provenAt: async (run) => heard(run, 'unhealthy')[0] },
  { name: 'image-missing', proof: 'the task\'s `rejected`, of which there is no event', provenAt: rejectedAt },
  { name: 'crash-after-8s', proof: 'the exit', provenAt: lastExit },
]

/**
 * A version that does not come up: when is it said, and is it true? A run deploys, waits until it is ready and then watches it for its dwell
 * time; Docker deploys and waits until it thinks that the services have converged. Nothing is pulled before, because a run that pulls says
 * that an image is missing before it deploys at all.
 */
export const crash: Bench = {
  name: 'crash',
  about: 'exits at once, never healthy, image missing, crash after 8 s: when it is said, and whether it is true',
  times: 3,
  async run(given) {
    const rows: Row[] = []
    const wrong = { ours: 0, theirs: 0, none: 0, of: 0 }
    for (const one of CRASHES) {
      const found = await alternate({ ...given, work: one.name }, { ours: () => ours(given, one), theirs: () => theirs(given, one) })
      wrong.of += found.ours.length
      wrong.ours += found.ours.filter(({ verdict }) => verdict !== 'failure').length
      wrong.theirs += found.theirs.filter(({ verdict }) => verdict === 'success').length
      wrong.none += found.theirs.filter(({ verdict }) => verdict === 'none').length
      const said = [...new Set(found.theirs.map(({ verdict }) => (verdict === 'none' ? `no verdict within ${PATIENCE / 1000} s` : verdict)))].join(', ')
      rows.push(
        rowOf({
          work: `crash: ${one.name}, after its proof`,
          peer: PEER,
          ours: found.ours.map(({ afterProof }) => afterProof),
          unit: 'ms',
          goal: { of: 'ours', atMost: 200 },
          note: `proof: ${one.proof}; our verdict ${seconds(found.ours.map(({ ms }) => ms))} after the call (${[...new Set(found.ours.map(({ reason }) => reason))].join(', ')}), Docker's: ${said}, after ${seconds(found.theirs.map(({ ms }) => ms))}`,
        }),
      )
    }
    rows.push({
      ...rowOf({ work: 'crash: wrong verdicts', peer: PEER, ours: [wrong.ours], theirs: [wrong.theirs], unit: 'wrong verdicts', goal: { of: 'ours', atMost: 0 }, note: `of ${wrong.of} each; Docker said success for ${wrong.theirs} and nothing at all for ${wrong.none}` }),
      n: wrong.of,
    })
    return rows
  },
}

async function ours(given: Given, { name, provenAt }: Crash) {
  return await withCrash(given, name, async (run) => {
    const { ms, decidedAt, reason } = await run.judge(run.head, given.signal)
    const proven = await provenAt(run, decidedAt)
    if (proven === undefined) throw new Error(`${name}: the engine never said what proves it; the run said ${reason?.reason ?? 'pass'}`)
    return { verdict: reason ? ('failure' as const) : ('success' as const), ms, reason: reason?.reason ?? 'pass', afterProof: decidedAt - proven }
  })
}

async function theirs(given: Given, { name }: Crash) {
  return await withCrash(given, name, async (run) => await stackDeploy(given.bench, run, await documentOf(given.bench, run, run.head), { signal: given.signal, timeoutMs: PATIENCE }))
}

async function withCrash<T>(given: Given, name: string, work: (run: BenchedRun) => Promise<T>): Promise<T> {
  return await withRun(given, join('crash', name), work, { pull: false })
}

function heard({ context }: BenchedRun, kind: 'exited' | 'unhealthy'): number[] {
  return context.watch.heard().filter((event) => event.kind === kind).map(({ at }) => at)
}

/** The exit that a run was waiting for is the last one before it decided: it ends with the first one that counts. */
async function lastExit(run: BenchedRun, decidedAt: number): Promise<number | undefined> {
  return heard(run, 'exited').findLast((at) => at <= decidedAt)
}

async function rejectedAt({ context }: BenchedRun): Promise<number | undefined> {
  const state = await context.ports.engine.observe(context.app)
  const rejected = state.services.flatMap(({ tasks }) => tasks).filter((task) => task.state === 'rejected')
  return rejected.length === 0 ? undefined : Math.min(...rejected.map(({ since }) => since))
}

function seconds(ms: number[]): string {
  const spread = [Math.min(...ms), Math.max(...ms)].map((one) => (one / 1000).toFixed(1))
  return `${[...new Set(spread)].join(' to ')} s`
}
