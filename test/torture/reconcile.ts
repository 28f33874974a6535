import { join } from 'node:path'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { openPlatformStage, type PlatformStage } from '../scenario/platform-stage.ts'
import { checkout } from '../support/cli.ts'
import { seeded, shuffled } from '../support/seeded.ts'
import { good, type Kind, kinds, versionOf } from './reconcile-kinds.ts'
import { stopDead } from './stop-dead.ts'
import { pause } from './victim.ts'

export interface ReconcileReport {
  engine: 'scripted' | 'swarm'
  seed: number
  kills: number
  /** Of these, those of a process that went on with what a killed one had begun. */
  resumed: number
  /** By kind of operation, then by gap between two lines of its journal; every gap of a whole operation is named. */
  gaps: Record<string, Record<string, number>>
  ms: number
  /** Everything that is not as it should be. Empty: the test is passed. */
  troubles: string[]
}

/** Where one process is killed: right before or right after a line of the journal, or after a share of the time that a whole reconcile takes. */
type Aim = { line: number; where: 'before' | 'after' } | { share: number }

interface Planned {
  kind: Kind
  aim: Aim
  /** The process that goes on with it is killed, too. */
  again: Aim | undefined
}

/** An operation that nobody killed. */
interface Whole {
  /** Its lines in the journal, in words. */
  lines: string[]
  /** ms, from the start of the process to its end. */
  ms: number
}

/** `kill`: processes, by kill -9, also between two lines. `stop`: reconciles in this process, cut off at a line; quick, and the same each time. */
export type Means = 'kill' | 'stop'

/** One more than there are processors: each victim also waits for its gate. */
const AT_ONCE = 3
/** After so many kills everything begins on a new stage, so that journals stay as short as they are in life. */
const ON_ONE_STAGE = 25
/** Of the kills beyond one for each end of each gap, the part that is aimed at a line. */
const AIMED = 0.4
const AGAIN = 0.25
/** Fast, but with patience: a busy machine must not look like a version that does not come up. */
const STAGE = { settings: ['gate: { passes: 2, dwell: 4s }', 'limits: { deploy: 600s, rollback: 600s, start: 1300s }'], speed: 20 }

/**
 * Kills reconciles of a platform app by kill -9, at each end of every gap of every kind of operation, at drawn lines and at drawn instants, and starts them
 * again. After each: a complete known-good is there, the app answers as it or as the latest release, its data belongs to it, nothing is open, no lock is
 * left, nothing was deployed twice, and what failed was told.
 *
 *     whole operations ──► their gaps ──► [ prepare ─ start ─ kill ─ (start ─ kill) ─ look ─ reconcile ─ look ] ─ …
 */
export async function tortureReconcile(given: { kills: number; seed: number; only?: Kind[]; by?: Means; /** False: only drawn kills, and not every gap has to be hit. */ everyGap?: boolean; says(line: string): void }): Promise<ReconcileReport> {
  const from = performance.now()
  const random = seeded(given.seed)
  const { only: chosen = kinds, by = 'kill', everyGap = true } = given
  const report: ReconcileReport = { engine: 'scripted', seed: given.seed, kills: 0, resumed: 0, gaps: {}, ms: 0, troubles: [] }
  const wholes = new Map<Kind, Whole>()
  await atOnce(chosen, async (kind) => void wholes.set(kind, await wholeOf(kind, by)))
  for (const kind of chosen) report.gaps[kind.name] = Object.fromEntries(gapNames(wholes.get(kind)!.lines).map((name) => [name, 0]))
  await atOnce(batches(plan(chosen, wholes, { ...given, by, everyGap, random })), (batch) => killMany(batch.kind, batch.plans))
  for (const [kind, gaps] of Object.entries(report.gaps)) for (const [gap, count] of Object.entries(gaps)) if (everyGap && count === 0) report.troubles.push(`${kind}: the gap ${gap} was never hit`)
  report.ms = Math.round(performance.now() - from)
  return report

  async function killMany(kind: Kind, plans: Planned[]): Promise<void> {
    await using stage = await openStage(kind, by)
    for (const [index, planned] of plans.entries()) {
      const trouble = await killOnce(stage, report, { ...planned, by, number: index + 2, whole: wholes.get(kind)! }).catch((error: Error) => error.stack ?? error.message)
      if (report.kills % 50 === 0) given.says(`${report.kills} of ${given.kills} killed, ${report.troubles.length} troubles, ${Math.round((performance.now() - from) / 1000)} s`)
      if (trouble === undefined) continue
      const said = `${kind.name}, ${JSON.stringify(planned.aim)}${planned.again ? `, then ${JSON.stringify(planned.again)}` : ''}: ${trouble}`
      report.troubles.push(said)
      given.says(said)
      // What stands there now is not what the next one should begin with.
      return await killMany(kind, plans.slice(index + 1))
    }
  }
}

/** Each end of each gap first; what is left of the kills is drawn. */
function plan(chosen: Kind[], wholes: Map<Kind, Whole>, { kills, by, everyGap, random }: { kills: number; by: Means; everyGap: boolean; random: () => number }): Planned[] {
  const ends = chosen.flatMap((kind) =>
    wholes.get(kind)!.lines.flatMap((_, index) => (['before', 'after'] as const).map((where): Planned => ({ kind, aim: { line: index + 1, where }, again: undefined }))))
  // Fewer kills than ends: one of the two is enough for each gap, and the last line has nothing but its own.
  const needed = !everyGap ? [] : kills >= ends.length ? ends : shuffled(ends, random).filter(oncePerGap(wholes))
  const aimAt = (kind: Kind): Aim => {
    const { lines } = wholes.get(kind)!
    return by === 'stop' || random() < AIMED ? { line: 1 + Math.floor(random() * lines.length), where: random() < 0.5 ? 'before' : 'after' } : { share: random() }
  }
  const drawn = Array.from({ length: Math.max(0, kills - needed.length) }, (_, index): Planned => {
    const kind = chosen[index % chosen.length]!
    return { kind, aim: aimAt(kind), again: random() < AGAIN ? aimAt(kind) : undefined }
  })
  return shuffled([...needed, ...drawn], random)
}

function oncePerGap(wholes: Map<Kind, Whole>): (planned: Planned) => boolean {
  const met = new Set<string>()
  return ({ kind, aim }) => {
    if (!('line' in aim)) return true
    const gap = aim.where === 'before' ? aim.line - 1 : aim.line
    const key = `${kind.name} ${gap}`
    // At its end the process ends by itself: only right after the last line it surely still lives.
    if (met.has(key) || gap > wholes.get(kind)!.lines.length) return false
    met.add(key)
    return true
  }
}

function batches(planned: Planned[]): Array<{ kind: Kind; plans: Planned[] }> {
  const made = [...Map.groupBy(planned, ({ kind }) => kind)].flatMap(([kind, plans]) =>
    Array.from({ length: Math.ceil(plans.length / ON_ONE_STAGE) }, (_, index) => ({ kind, plans: plans.slice(index * ON_ONE_STAGE, (index + 1) * ON_ONE_STAGE) })))
  // The long ones first, so that they do not end alone.
  return made.sort((a, b) => b.plans.length - a.plans.length)
}

async function openStage({ stateless }: Kind, by: Means): Promise<PlatformStage> {
  const stage = await openPlatformStage({ stateless, ...STAGE, withoutGit: by === 'stop' })
  stage.publish(versionOf(1), good(1))
  const { code, said } = await stage.reconcileHere()
  if (code !== 0) throw new Error(`it could not be installed: ${said}`)
  return stage
}

async function wholeOf(kind: Kind, by: Means): Promise<Whole> {
  await using stage = await openStage(kind, by)
  await kind.prepare(stage, 2)
  const before = linesOf(stage).length
  const from = performance.now()
  const { code } = by === 'kill' ? await stage.reconcile() : await stage.reconcileHere()
  const lines = linesOf(stage).slice(before)
  if (lines.at(-1) !== 'ended') throw new Error(`${kind.name}: it did not come to its end, exit code ${code}: ${lines.join(', ')}`)
  return { lines, ms: performance.now() - from }
}

async function killOnce(stage: PlatformStage, report: ReconcileReport, given: Planned & { by: Means; number: number; whole: Whole }): Promise<string | undefined> {
  const { kind, number, whole } = given
  stage.withdrawAllBut(stage.lastGood()?.version)
  await kind.prepare(stage, number)
  const beganWith = linesOf(stage).length
  const before = { version: stage.lastGood()?.version, running: await stage.answers(), data: await stage.data(), starts: await startsOf(stage) }
  const gaps = report.gaps[kind.name]!
  for (const aim of given.again ? [given.aim, given.again] : [given.aim]) {
    if (!('line' in aim ? await (given.by === 'kill' ? killAt : stopDead)(stage, aim) : await killAfter(stage, aim.share * whole.ms))) continue
    report.kills += 1
    const gap = gapOf(linesOf(stage).slice(beganWith), whole.lines)
    if (gap === undefined) return `after the kill the journal says what a whole operation never says: ${linesOf(stage).slice(beganWith).join(', ')}`
    gaps[gap]! += 1
    if (aim === given.again) report.resumed += 1
  }
  if (before.version !== undefined && !stage.lastGood()) return 'no known-good is on disk'
  const holder = await sqliteLocks({ folder: join(stage.state, 'locks'), clock: systemClock(), pid: process.pid }).holder('platform:scene')
  if (holder) return `the lock is left: ${holder.why}`
  const { code, said } = await stage.reconcileHere()
  const trouble = await troubleAfter(stage, { kind, number, code, before })
  return trouble === undefined ? undefined : `${trouble}: ${said}`
}

async function troubleAfter(stage: PlatformStage, { kind, number, code, before }: { kind: Kind; number: number; code: number; before: { version: string | undefined; running: string; data: Record<string, string>; starts: Record<string, number> } }): Promise<string | undefined> {
  const version = versionOf(number)
  const isBad = kind.name.endsWith('rolled back') || kind.name.endsWith('taken away')
  const old = before.version ?? before.running.replace(/^200 /, '')
  const wanted = kind.ends === 'new' ? version : kind.ends === 'old' ? old : undefined
  // Killed after the last line, the operation is over, and what failed is only held.
  // What was taken away left nothing that runs.
  if (code !== 0 && !(isBad && code === (kind.name.endsWith('taken away') ? 4 : 1))) return `exit code ${code}`
  if (stage.history().open) return 'something is still open'
  if (stage.lastGood()?.version !== wanted) return `known-good is ${stage.lastGood()?.version}, not ${wanted}`
  const answers = await stage.answers()
  if (wanted !== undefined && answers !== `200 ${wanted}`) return `it answers ${answers}, not 200 ${wanted}`
  // Data of an install that ran on between two processes may have been used.
  const keepsData = stage.history().operations.some(({ to, outcome }) => to === version && outcome.is === 'rolled-back' && / Its data is kept \(/.test(outcome.why))
  if (wanted === undefined && (await stage.inventory()).some((line) => !line.startsWith('network') && !(keepsData && line.startsWith('volume')))) return `it is not gone: ${(await stage.inventory()).join(', ')}`
  const data = await stage.data()
  if (isBad && !kind.stateless && !keepsData && data[`made-by-${number}`] !== undefined) return `the data of ${version} is still there`
  for (const name of Object.keys(before.data)) if (!kind.name.startsWith('install') && !(name in data)) return `${name} is gone from the data`
  const starts = await startsOf(stage)
  if (kind.ends === 'new' && starts[version] !== 1) return `${version} was started ${starts[version]} times`
  const again = (starts[old] ?? 0) - (before.starts[old] ?? 0)
  const expected = kind.name === 'adopt' ? 0 : 1
  if (kind.ends === 'old' && again !== expected) return `${old} was started again ${again} times, not ${expected}`
  const told = (await stage.alerts()).map(({ id }) => id)
  if (isBad !== told.includes(`platform-scene-failed-${version}`)) return `the alerts are ${told.join(', ') || 'none'}`
  return undefined
}

/** False: it came to its end before. */
async function killAt(stage: PlatformStage, { line, where }: { line: number; where: string }): Promise<boolean> {
  const { code } = await stage.start({ CCCI_TEST_DIE: `${where}:${line}`, NODE_OPTIONS: `${stage.env.NODE_OPTIONS} --import ${join(checkout, 'test/support/die-at-journal.ts')}` }).ended
  return code === null
}

async function killAfter(stage: PlatformStage, ms: number): Promise<boolean> {
  const run = stage.start()
  const over = new AbortController()
  void run.ended.then(() => over.abort())
  await pause(ms, over.signal)
  run.kill('SIGKILL')
  return (await run.ended).code === null
}

function gapNames(lines: string[]): string[] {
  return [...lines, 'the end'].map((line, index) => `${index === 0 ? 'the start' : lines[index - 1]} → ${line}`)
}

/** Where in a whole operation a killed one stood: behind its last line that a whole one has, too. */
function gapOf(lines: string[], whole: string[]): string | undefined {
  const last = lines.findLast((line) => line !== 'resumed')
  if (last === undefined) return gapNames(whole)[0]
  const index = whole.indexOf(last)
  return index < 0 ? undefined : gapNames(whole)[index + 1]
}

function linesOf(stage: PlatformStage): string[] {
  return stage.journal().split('\n').flatMap((text) => {
    try {
      const { entry, step } = JSON.parse(text) as { entry: string; step?: string }
      return [step === undefined ? entry : `${entry} ${step}`]
    } catch {
      // Torn by the kill: the one before it counts.
      return []
    }
  })
}

async function startsOf(stage: PlatformStage): Promise<Record<string, number>> {
  const starts = await stage.ask<Record<string, number>>('starts')
  return Object.fromEntries(Object.entries(starts).map(([key, count]) => [key.slice(stage.stack.length + 1), count]))
}

async function atOnce<T>(all: T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
  }))
}
