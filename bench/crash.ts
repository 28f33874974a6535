import { join } from 'node:path'
import { alternate } from './alternate.ts'
import type { Reason } from '../src/domain/model/reason.ts'
import { withRun, type BenchedRun } from './as-a-run.ts'
import type { Bench, Given } from './bench.ts'
import { documentOf, PEER, stackDeploy } from './docker.ts'
import { rowOf, type Row } from './row.ts'

/** After so long, ms, Docker is taken to give no verdict; it would wait for ever. */
const PATIENCE = 20_000

interface Crash {
  /** A folder of `bench/recipes/crash`. */
  name: string
  /** What a run may say of it, with what proves that; any other reason is a wrong verdict. */
  right: Partial<Record<Reason['reason'], Proof>>
}

/** What the engine has to have said before a run may decide, and after which it has nothing more to wait for. */
interface Proof {
  is: string
  /** All of that kind that the engine had said by `decidedAt`, ms UTC, oldest first. */
  said(run: BenchedRun, decidedAt: number): number[] | Promise<number[]>
  /** Which of them it is, counted from one. */
  nth: number
}

const LOOP: Proof = { is: 'the third exit of a loop', said: heard('exited'), nth: 3 }
const AFTER_READY: Proof = { is: 'the first exit of what was ready', said: (run, decidedAt) => heard('exited')(run, decidedAt).filter((at) => at >= run.context.readyAt), nth: 1 }

const CRASHES: Crash[] = [
  // It may be seen running before it ends for the first time.
  { name: 'exits-at-once', right: { 'crash-loop': LOOP, 'crashed-after-ready': AFTER_READY } },
  { name: 'never-healthy', right: { unhealthy: { is: 'the engine\'s first `unhealthy`', said: heard('unhealthy'), nth: 1 } } },
  { name: 'image-missing', right: { rejected: { is: 'the task\'s first `rejected`, of which there is no event', said: rejectedAt, nth: 1 } } },
  { name: 'crash-after-8s', right: { 'crashed-after-ready': AFTER_READY } },
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
      const right = found.ours.flatMap(({ proven }) => proven ?? [])
      wrong.ours += found.ours.length - right.length
      wrong.theirs += found.theirs.filter(({ verdict }) => verdict === 'success').length
      wrong.none += found.theirs.filter(({ verdict }) => verdict === 'none').length
      const said = [...new Set(found.theirs.map(({ verdict }) => (verdict === 'none' ? `no verdict within ${PATIENCE / 1000} s` : verdict)))].join(', ')
      // What is wrong has no proof after which it could have been said.
      if (right.length === 0) continue
      rows.push(
        rowOf({
          work: `crash: ${one.name}, after its proof`,
          peer: PEER,
          ours: right.map(({ afterMs }) => afterMs),
          unit: 'ms',
          goal: { of: 'ours', atMost: 200 },
          note: `proof: ${[...new Set(right.map(({ by }) => by))].join(', or ')}; our verdict ${seconds(found.ours.map(({ ms }) => ms))} after the call (${[...new Set(found.ours.map(({ verdict }) => verdict))].join(', ')}), Docker's: ${said}, after ${seconds(found.theirs.map(({ ms }) => ms))}`,
        }),
      )
    }
    rows.push({
      ...rowOf({ work: 'crash: wrong verdicts', peer: PEER, ours: [wrong.ours], theirs: [wrong.theirs], unit: 'wrong verdicts', goal: { of: 'ours', atMost: 0 }, note: `of ${wrong.of} each; Docker said success for ${wrong.theirs} and nothing at all for ${wrong.none}` }),
      n: wrong.of,
      theirN: wrong.of,
    })
    return rows
  },
}

async function ours(given: Given, { name, right }: Crash) {
  return await withCrash(given, name, async (run) => {
    const { ms, decidedAt, reason } = await run.judge(run.head, given.signal)
    const verdict = reason?.reason ?? 'pass'
    const proof = verdict === 'pass' ? undefined : right[verdict]
    return { ms, verdict, proven: proof && { by: proof.is, afterMs: decidedAt - (await provenAt(name, proof, run, decidedAt)) } }
  })
}

/** When it was proven, ms UTC. A run that let more than the proof come by before it decided has missed it. */
async function provenAt(name: string, { is, said, nth }: Proof, run: BenchedRun, decidedAt: number): Promise<number> {
  const all = await said(run, decidedAt)
  const proven = all[nth - 1]
  if (proven === undefined) throw new Error(`${name}: the run decided before ${is}: the engine had said ${all.length} of ${nth}`)
  if (all.length > nth) throw new Error(`${name}: the run decided ${decidedAt - proven} ms after ${is}, and ${all.length - nth} more had come by then`)
  return proven
}

async function theirs(given: Given, { name }: Crash) {
  return await withCrash(given, name, async (run) => await stackDeploy(given.bench, run, await documentOf(given.bench, run, run.head), { signal: given.signal, timeoutMs: PATIENCE }))
}

async function withCrash<T>(given: Given, name: string, work: (run: BenchedRun) => Promise<T>): Promise<T> {
  return await withRun(given, join('crash', name), work, { pull: false })
}

function heard(kind: 'exited' | 'unhealthy') {
  return ({ context }: BenchedRun, decidedAt: number) => context.watch.heard().filter((event) => event.kind === kind && event.at <= decidedAt).map(({ at }) => at)
}

async function rejectedAt({ context }: BenchedRun, decidedAt: number): Promise<number[]> {
  const state = await context.ports.engine.observe(context.app)
  const tasks = state.services.flatMap((service) => service.tasks)
  return tasks.filter((task) => task.state === 'rejected' && task.since <= decidedAt).map(({ since }) => since).toSorted((a, b) => a - b)
}

function seconds(ms: number[]): string {
  const spread = [Math.min(...ms), Math.max(...ms)].map((one) => (one / 1000).toFixed(1))
  return `${[...new Set(spread)].join(' to ')} s`
}
