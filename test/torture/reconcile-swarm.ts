import { MOST_IN_A_ROW, rollbacksInARow } from '../../src/domain/plan/reconcile.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { openOwnHost } from '../rig/own-host.ts'
import { type Ended, type Started, temporaryFolder } from '../support/cli.ts'
import { seeded } from '../support/seeded.ts'
import { openPlaces, type Place } from './platform-place.ts'
import type { ReconcileReport } from './reconcile.ts'
import { pause } from './victim.ts'

/** Of the kills, the part that comes right before or after a line of the journal; the rest falls at a random instant. */
const AIMED = 0.5
/** A process needs that share of its time until it begins anything. */
const STARTING = 0.15
/** How many lines the journal of an upgrade has at most, there and back. */
const MOST_LINES = 28

/**
 * The long form on a real engine: upgrades of an app with data and of one without, good ones and ones that move the data and then fall over, killed by kill -9.
 * After each restart the app answers as the version that it should be, every note that was ever written is there, and each version was started once.
 */
export async function tortureOnSwarm(given: { kills: number; seed: number; says(line: string): void }): Promise<ReconcileReport> {
  const from = performance.now()
  const report: ReconcileReport = { engine: 'swarm', seed: given.seed, kills: 0, resumed: 0, gaps: {}, ms: 0, troubles: [] }
  using folder = temporaryFolder('torture-swarm')
  await using host = await openOwnHost()
  const both = openPlaces(host, folder.path)
  for (const [index, place] of both.entries()) {
    const random = seeded(given.seed + index)
    place.publish('1.1.0+1.0.0', { migrated: false, bad: false })
    const installed = await reconciled(place.begin())
    if (installed.code !== 0) throw new Error(`${place.app} could not be installed: ${installed.err}`)
    const share = Math.ceil(given.kills / both.length)
    let wholeMs = 30_000
    for (let number = 2, killed = 0; killed < share; number++) {
      // Three in four are bad, so that many go back over data that was moved; good ones come last, because moved data stays moved.
      const bad = killed < share * 0.75
      const began = performance.now()
      const { trouble, kills } = await killOnce(place, report, { number, bad, random, wholeMs }).catch((error: Error) => ({ trouble: error.stack ?? error.message, kills: 0 }))
      wholeMs = (wholeMs + performance.now() - began) / 2
      killed += kills
      if (trouble) {
        report.troubles.push(`${place.app} 1.${number}.0${bad ? ' (bad)' : ''}: ${trouble}`)
        given.says(trouble)
      }
      given.says(`${report.kills} of ${given.kills} killed, ${report.troubles.length} troubles, ${Math.round((performance.now() - from) / 1000)} s`)
      // What stands there now is not what the next one should begin with.
      if (trouble) break
    }
  }
  report.ms = Math.round(performance.now() - from)
  return report
}

async function killOnce(place: Place, report: ReconcileReport, { number, bad, random, wholeMs }: { number: number; bad: boolean; random(): number; wholeMs: number }): Promise<{ trouble: string | undefined; kills: number }> {
  const old = place.lastGood()!
  const version = `1.${number}.0+2.0.0`
  const note = `/notes/round-${number}`
  const written = await place.ask(note, 'PUT', `written in round ${number}`)
  if (written !== '204 ') return { trouble: `no note could be written: ${written}, and then it reads ${await place.ask(note)}`, kills: 0 }
  // Without a snapshot nobody goes back over data that was moved.
  place.publish(version, { migrated: !(bad && place.stateless), bad })
  if (rollbacksInARow(place.history().operations) >= MOST_IN_A_ROW) await place.begin('approve', place.app, version, '--by', 'torture').ended
  const beganWith = place.lines().length

  const killed = await kill(place, random, wholeMs)
  const kind = `${place.app}, ${bad ? 'rolled back' : 'committed'}`
  if (killed) {
    report.kills += 1
    const last = place.lines().slice(beganWith).findLast((line) => line !== 'resumed') ?? 'the start'
    report.gaps[kind] ??= {}
    const gaps = report.gaps[kind]
    gaps[`after ${last}`] = (gaps[`after ${last}`] ?? 0) + 1
  }
  if (!place.lastGood()) return { trouble: 'no known-good is on disk', kills: 1 }
  const { code, told, err } = await reconciled(place.begin())
  const says = `exit code ${code}, ${JSON.stringify(told?.result ?? null)}, ${err.trim().split('\n').slice(-6).join(' / ')}`
  const wanted = bad ? old.version : version
  const trouble = await troubleAfter(place, { code, bad, wanted, number })
  return { trouble: trouble && `${trouble}: ${says}`, kills: killed ? 1 : 0 }
}

async function troubleAfter(place: Place, { code, bad, wanted, number }: { code: number | null; bad: boolean; wanted: string; number: number }): Promise<string | undefined> {
  if (code !== 0 && !(bad && code === 1)) return 'the exit code'
  if (place.history().open) return 'something is still open'
  if (place.lastGood()?.version !== wanted) return `known-good is ${place.lastGood()?.version}, not ${wanted}`
  const runs = await place.ask('/healthz')
  const program = wanted.split('+')[1]
  if (runs !== `200 ok ${program}`) return `it answers ${runs}, not as ${program}`
  for (let round = 2; round <= number; round++) {
    const note = await place.ask(`/notes/round-${round}`)
    if (note !== `200 written in round ${round}`) return `the note of round ${round} is ${note}`
  }
  const running = (await place.tasks()).filter((task) => task.startsWith('Running'))
  if (running.length !== 1) return `${running.length} tasks run: ${(await place.tasks()).join(', ')}`
  if (!bad && !place.stateless && (await place.tasks()).length !== 1) return `it was started more than once: ${(await place.tasks()).join(', ')}`
  return undefined
}

async function kill(place: Place, random: () => number, wholeMs: number): Promise<boolean> {
  if (random() < AIMED) return (await place.beginDying(`${random() < 0.5 ? 'before' : 'after'}:${1 + Math.floor(random() * MOST_LINES)}`).ended).code === null
  const victim = place.begin()
  const over = new AbortController()
  void victim.ended.then(() => over.abort())
  await pause((STARTING + random() * (1 - STARTING)) * wholeMs, over.signal)
  victim.kill('SIGKILL')
  return (await victim.ended).code === null
}

async function reconciled(begun: Started): Promise<Ended & { told: Told | undefined }> {
  const ended = await begun.ended
  return { ...ended, told: ended.out.trim() === '' ? undefined : (JSON.parse(ended.out) as Told[])[0] }
}
