import { join } from 'node:path'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { MOST_IN_A_ROW, rollbacksInARow } from '../../src/domain/plan/reconcile.ts'
import { openPlatformStage, type PlatformStage } from '../scenario/platform-stage.ts'
import type { Scene } from '../scenario/scripted-recipe.ts'
import { checkout } from '../support/cli.ts'
import { seeded } from '../support/seeded.ts'
import { pause } from './victim.ts'

export interface ReconcileReport {
  seed: number
  kills: number
  /** Kills by what stood last in the journal when the process died. */
  gaps: Record<string, number>
  /** Kills that came before or after everything: the process had not begun, or had ended. */
  outside: number
  ms: number
  troubles: string[]
}

const AT_ONCE = 2
/** Of the kills, the part that is aimed at a line of the journal; the rest falls at a random instant. */
const AIMED = 0.5
/** Lines of the journal that each kind of operation writes, about: `stateless`, then `bad`. */
const LINES = { true: { true: 18, false: 13 }, false: { true: 29, false: 19 } }
/** A process needs that share of its time until it begins anything. */
const STARTING = 0.35
const KILLED_AGAIN = 0.25
const SETTINGS = ['gate: { passes: 2, dwell: 4s }', 'limits: { deploy: 600s, rollback: 600s, start: 1300s }']

const marks = (number: number) => ({ writesOnStart: { [`/data/made-by-${number}`]: 'x' } })
const good = (number: number): Scene => ({ services: { app: marks(number) } })
const bad = (number: number): Scene => ({ services: { app: { ...marks(number), exitAfterMs: 30, exitCode: 5 } } })
const versionOf = (number: number) => `1.${number}.0+${number}`

/**
 * Kills reconciles of a platform app by kill -9, at each end of drawn gaps of the journal and at drawn instants, and starts them again. After each: a complete
 * known-good is there, the app answers as it or as the latest release, its data belongs to it, nothing is open, no lock is left.
 */
export async function tortureReconcile(given: { kills: number; seed: number; says(line: string): void }): Promise<ReconcileReport> {
  const from = performance.now()
  const report: ReconcileReport = { seed: given.seed, kills: 0, gaps: {}, outside: 0, ms: 0, troubles: [] }
  await Promise.all([false, true].slice(0, AT_ONCE).map((stateless, index) => killMany(report, { ...given, stateless, random: seeded(given.seed + index) })))
  report.ms = Math.round(performance.now() - from)
  return report
}

async function killMany(report: ReconcileReport, given: { kills: number; stateless: boolean; random(): number; says(line: string): void }): Promise<void> {
  const { random } = given
  await using stage = await openPlatformStage({ stateless: given.stateless, settings: SETTINGS, speed: 20 })
  let number = 1
  stage.publish(versionOf(number), good(number))
  const from = performance.now()
  await stage.reconcile()
  const wholeMs = performance.now() - from
  while (report.kills + report.outside < given.kills) {
    number += 1
    const isBad = random() < 0.5
    const lines = LINES[`${given.stateless}`][`${isBad}`]
    stage.publish(versionOf(number), isBad ? bad(number) : good(number))
    if (rollbacksInARow(stage.history().operations) >= MOST_IN_A_ROW) await stage.approveHere(versionOf(number))
    const before = { version: stage.lastGood()!.version, data: await stage.data(), lines: stage.history().lastN }
    await kill(stage, random, { wholeMs, lines })
    // Now and then whoever goes on with it is killed, too.
    if (random() < KILLED_AGAIN) await kill(stage, random, { wholeMs, lines })
    const { lastN } = stage.history()
    if (lastN === before.lines || !stage.history().open) report.outside += 1
    else {
      const gap = lastLine(stage)
      report.kills += 1
      report.gaps[gap] = (report.gaps[gap] ?? 0) + 1
    }
    const trouble = await troubleAfter(stage, { ...before, number, isBad, stateless: given.stateless })
    if (trouble) report.troubles.push(`${given.stateless ? 'stateless' : 'stateful'} ${versionOf(number)}${isBad ? ' (bad)' : ''}: ${trouble}`)
    if ((report.kills + report.outside) % 50 === 0) given.says(`${report.kills + report.outside} of ${given.kills}, ${report.troubles.length} troubles`)
  }
}

async function kill(stage: PlatformStage, random: () => number, { wholeMs, lines }: { wholeMs: number; lines: number }): Promise<void> {
  if (random() < AIMED) {
    const die = `${random() < 0.5 ? 'before' : 'after'}:${1 + Math.floor(random() * lines)}`
    await stage.start({ CCCI_TEST_DIE: die, NODE_OPTIONS: `${stage.env.NODE_OPTIONS} --import ${join(checkout, 'test/support/die-at-journal.ts')}` }).ended
    return
  }
  const run = stage.start()
  const over = new AbortController()
  void run.ended.then(() => over.abort())
  await pause((STARTING + random() * (1 - STARTING)) * wholeMs, over.signal)
  run.kill('SIGKILL')
  await run.ended
}

async function troubleAfter(stage: PlatformStage, given: { version: string; data: Record<string, string>; number: number; isBad: boolean; stateless: boolean }): Promise<string | undefined> {
  if (!stage.lastGood()) return 'no known-good is on disk'
  const holder = await sqliteLocks({ folder: join(stage.state, 'locks'), clock: systemClock(), pid: process.pid }).holder('platform:scene')
  if (holder) return `the lock is left: ${holder.why}`
  const { code, said } = await stage.reconcileHere()
  const wanted = given.isBad ? given.version : versionOf(given.number)
  // Whoever was killed at its very end had told already.
  if (code !== 0 && !(given.isBad && code === 1)) return `exit code ${code}: ${said}`
  if (stage.history().open) return `something is still open: ${said}`
  if (stage.lastGood()?.version !== wanted) return `known-good is ${stage.lastGood()?.version}, not ${wanted}: ${said}`
  const answers = await stage.answers()
  if (answers !== `200 ${wanted}`) return `it answers ${answers}, not 200 ${wanted}`
  const data = await stage.data()
  if (given.isBad && !given.stateless && data[`made-by-${given.number}`] !== undefined) return `the data of ${versionOf(given.number)} is still there`
  if (!given.isBad && (await stage.starts(wanted)) !== 1) return `${wanted} was started ${await stage.starts(wanted)} times`
  return undefined
}

function lastLine(stage: PlatformStage): string {
  const lines = stage.journal().trimEnd().split('\n')
  for (const line of lines.toReversed()) {
    try {
      const { entry, step } = JSON.parse(line) as { entry: string; step?: string }
      return step === undefined ? entry : `${entry} ${step}`
    } catch {
      // Torn by the kill: the one before it counts.
    }
  }
  return 'nothing'
}
