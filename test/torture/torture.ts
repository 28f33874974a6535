import { cli, start } from '../support/cli.ts'
import { seeded, shuffled } from '../support/seeded.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { fileRunRecords } from '../../src/adapters/store/files/run-records.ts'
import { join } from 'node:path'
import { type Gap, gapsOf, journalOf, stepUnderWay } from './gaps.ts'
import type { Ground } from './ground.ts'
import { leftOnHost } from './on-host.ts'
import { type Moment, pause, runAndKill } from './victim.ts'

export interface Report {
  engine: Ground['engine']
  seed: number
  kills: number
  /** Kills by gap between two entries of the journal; every gap of a whole run is named. */
  gaps: Record<string, number>
  /** Kills by the step that was under way. */
  steps: Record<string, number>
  cleans: { ran: number; killed: number; removed: number }
  /** Runs whose `runs show` was read. */
  shown: number
  ms: number
  /** Everything that is not as it should be. Empty: the test is passed. */
  troubles: string[]
}

interface Planned {
  target: Gap | undefined
  /** From 0 to 1: where in the gap, or in the whole run. */
  share: number
}

/** Runs in flight at once. */
const AT_ONCE = 2
/** After so many kills everything stands still, and the inventory must be as it was before. */
const ROUND = 100
/** Of the kills, the part that is aimed at gaps; the rest falls where it falls. */
const AIMED = 0.35
/** A gap that was aimed at and missed is aimed at again, nearer to its beginning. */
const MOST_TRIES = 12

/**
 * Kills runs at drawn moments, two at a time, and lets `runs clean` remove what they left; some of these are killed, too.
 *
 *     whole run ──► its gaps ──► [ kill ─ kill ─ … ─ clean (killed?) ─ clean ─ compare ] ─ … ─ gaps that were missed ─ compare all
 *
 * The moments are drawn by the seed before the first kill. Which gap each one meets also depends on the machine: what was really hit is counted
 * from the journals of the dead.
 */
export async function torture(ground: Ground, given: { kills: number; seed: number; /** So many runs are read by `runs show` itself, all of them by what it reads. */ shows: number; says(line: string): void }): Promise<Report> {
  const from = performance.now()
  const random = seeded(given.seed)
  const report: Report = { engine: ground.engine, seed: given.seed, kills: 0, gaps: {}, steps: {}, cleans: { ran: 0, killed: 0, removed: 0 }, shown: 0, ms: 0, troubles: [] }
  const { troubles } = report

  const before = await ground.onEngine()
  const whole = await runAndKill(ground)
  if (!whole.folder || whole.code !== 0) throw new Error(`the run that nobody kills did not come to its end:\n${whole.err}`)
  const gaps = gapsOf(await journalOf(whole.folder), whole)
  const wholeMs = whole.endedAt - whole.startedAt
  for (const { name } of gaps) report.gaps[name] = 0
  given.says(`a whole run takes ${(wholeMs / 1000).toFixed(1)} s and has ${gaps.length} gaps: ${gaps.map(({ name, forMs }) => `${name} (${forMs} ms)`).join(', ')}`)
  await compare('the run that nobody killed')

  const cleanMs = await durationOf(() => cli(['runs', 'clean', '--state', ground.state], { env: ground.env }))
  const aimed = Math.max(gaps.length, Math.floor(given.kills * AIMED))
  const planned = shuffled(
    Array.from({ length: given.kills }, (_, index): Planned => ({ target: index < aimed ? gaps[index % gaps.length] : undefined, share: random() })),
    random,
  )

  let dead: string[] = []
  let cleaning: Promise<void> | undefined
  let saidAt = performance.now()

  for (let round = 0; round * ROUND < planned.length; round++) {
    const queue = planned.slice(round * ROUND, (round + 1) * ROUND)
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        await kill(next)
        if (!cleaning && dead.length >= 2 + Math.floor(random() * 6)) cleaning = clean().finally(() => (cleaning = undefined))
        if (performance.now() - saidAt > 5_000) progress()
      }
    }))
    await settle(`round ${round + 1}`)
  }
  for (const gap of gaps) {
    for (let tries = 0; report.gaps[gap.name] === 0 && tries < MOST_TRIES; tries++) await kill({ target: gap, share: random() / (tries + 1) })
    if (report.gaps[gap.name] === 0) trouble(`the gap ${gap.name} was aimed at and never hit`)
  }
  await settle('the last round')
  await readAll()
  progress()
  report.ms = Math.round(performance.now() - from)
  return report

  function trouble(is: string): void {
    troubles.push(is)
    given.says(is)
  }

  async function kill({ target, share }: Planned): Promise<void> {
    for (let part = share; ; part /= 2) {
      const moment: Moment = target ? { after: target.after, ms: part * target.forMs } : { ms: part * wholeMs }
      const victim = await runAndKill(ground, moment)
      if (victim.id) dead.push(victim.id)
      if (!victim.killed) {
        if (victim.code !== 0) trouble(`a run that nobody killed ended with ${victim.code}: ${victim.err.trim().split('\n').slice(-5).join(' / ')}`)
        // Quicker than the one that was measured: again, earlier.
        continue
      }
      report.kills += 1
      const entries = victim.folder ? (await journalOf(victim.folder)).length : 0
      const hit = gaps[entries]
      if (!hit) trouble(`run ${victim.id} wrote ${entries} entries into its journal, a whole one writes ${gaps.length - 1}`)
      else report.gaps[hit.name]! += 1
      const step = (victim.folder && (await stepUnderWay(victim.folder))) ?? '(none)'
      report.steps[step] = (report.steps[step] ?? 0) + 1
      return
    }
  }

  /** `runs clean`, one time in three after one that was killed; then every run that was dead before it has left nothing. */
  async function clean(): Promise<void> {
    const mine = dead
    dead = []
    if (random() < 1 / 3) {
      const interrupted = start(['runs', 'clean', '--state', ground.state], { env: ground.env })
      const over = new AbortController()
      void interrupted.ended.finally(() => over.abort())
      await pause(random() * cleanMs * 1.5, over.signal)
      interrupted.kill('SIGKILL')
      if ((await interrupted.ended).code === null) report.cleans.killed += 1
    }
    const ended = await cli(['runs', 'clean', '--json', '--state', ground.state], { env: ground.env })
    report.cleans.ran += 1
    if (ended.code !== 0) trouble(`runs clean ended with ${ended.code}: ${ended.err.trim()}`)
    const cleaned = (ended.out === '' ? [] : JSON.parse(ended.out)) as Array<{ run: string; did: string }>
    report.cleans.removed += cleaned.filter(({ did }) => did === 'removed').length
    for (const { run, did } of cleaned) if (mine.includes(run) && did !== 'removed') trouble(`runs clean says of ${run}, which is dead: ${did}`)
    const engine = await ground.onEngine()
    for (const id of mine) {
      const entries = await journalOf(join(ground.state, 'runs', id))
      if (entries.at(-1)?.do !== 'gone') trouble(`the journal of ${id} does not end in gone after runs clean`)
      for (const thing of engine) if (thing.includes(id) && !before.includes(thing)) trouble(`${id} left ${thing} after runs clean`)
    }
  }

  async function settle(when: string): Promise<void> {
    await cleaning
    await clean()
    await compare(when)
  }

  /** Nothing is running: everything is as it was before the first run. */
  async function compare(when: string): Promise<void> {
    const now = await ground.onEngine()
    for (const thing of now) if (!before.includes(thing)) trouble(`${when}: left on the engine: ${thing}`)
    for (const thing of before) if (!now.includes(thing)) trouble(`${when}: gone from the engine, and not ours: ${thing}`)
    for (const thing of await leftOnHost(ground)) trouble(`${when}: left on the host: ${thing}`)
  }

  /** What `runs list` and `runs show` say of every run, and whether its lock is free. */
  async function readAll(): Promise<void> {
    const listed = await cli(['runs', 'list', '--json', '--state', ground.state], { env: ground.env })
    if (listed.code !== 0) trouble(`runs list ended with ${listed.code}: ${listed.err}`)
    const rows = JSON.parse(listed.out) as Array<{ id: string; state: string; gone: boolean }>
    const records = fileRunRecords({ stateFolder: ground.state, clock: systemClock() })
    const locks = sqliteLocks({ folder: join(ground.state, 'locks'), clock: systemClock(), pid: process.pid })
    for (const { id, state, gone } of rows) {
      if (state === 'running') trouble(`runs list shows ${id} as running`)
      if (!gone) trouble(`runs list shows ${id} as not torn down`)
      const { damaged } = await records.read(id)
      for (const line of damaged) if (!line.includes('ends in the middle of a line')) trouble(`runs show ${id}: ${line}`)
      const holder = await locks.holder(`run:${id}`)
      if (holder) trouble(`the lock of ${id} is held by ${holder.pid} (${holder.why})`)
    }
    // The command itself costs a third of a second each time: of a thousand runs a drawn part.
    for (const { id } of shuffled(rows, random).slice(0, given.shows)) {
      const shown = await cli(['runs', 'show', id, '--state', ground.state], { env: ground.env })
      report.shown += 1
      if (!/died before its end|pass|green/i.test(shown.out)) trouble(`runs show ${id} says: ${shown.out}${shown.err}`)
    }
  }

  function progress(): void {
    saidAt = performance.now()
    const hit = Object.values(report.gaps).filter((count) => count > 0).length
    const left = Math.max(0, given.kills - report.kills)
    given.says(`${report.kills} killed, ${left} left; ${hit} of ${gaps.length} gaps hit; ${report.cleans.ran} cleans, ${report.cleans.killed} more of them killed; ${troubles.length} troubles; ${Math.round((saidAt - from) / 1000)} s`)
  }
}

async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
