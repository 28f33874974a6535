import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PortErrorKind } from '../../src/ports/port-error.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { type Fault, isInProcess, type PortName, type Row, rows, withFault } from './faults-by-port.ts'
import { openPlatformStage, type PlatformStage } from './platform-stage.ts'
import type { Scene } from './scripted-recipe.ts'
import { approveIfPaused, versionOf } from '../torture/reconcile-kinds.ts'

// time limit: 600 s, because a busy machine makes each of some three hundred reconciles take a second.

const SETTINGS = ['gate: { passes: 2, dwell: 2s, routes: true }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }']
/** No call of ours hangs longer than that without a deadline that fired, ms. */
const HANGS = 150_000

/** Each has a secret of its own to make, every second one a service less than the one before, and a bad one a volume that has to go with it. */
const scene = (number: number, isBad: boolean): Scene => ({
  secret: `v${number}`,
  ...(isBad ? { volumes: { data: {}, [`with-${number}`]: {} } } : {}),
  services: {
    app: { writesOnStart: { [`/data/made-by-${number}`]: 'x' }, ...(isBad ? { answer: { status: 500, body: '' } } : {}) },
    ...(number % 2 === 1 ? { odd: {} } : {}),
  },
})

interface Case {
  that: string
  fault: Fault
  skip: number
  isBad: boolean
}

/** On the way there at its first call, on the way back at a later one: what both ways call is met in both. */
function casesOf(port: PortName, method: string, row: Exclude<Row, string>): Case[] {
  const wrongs = Object.entries('wrong' in row ? row.wrong : row.inProcess).flatMap(([that, wrong]) =>
    [false, true].map((isBad): Case => ({ that: `answers wrongly: ${that}`, fault: { how: 'wrong', wrong, stays: isInProcess(port, method) }, skip: isBad ? 1 : 0, isBad })))
  if ('inProcess' in row) return wrongs
  const fails = ([['unreachable', 0, false], ['unexpected', 1, true]] as Array<[PortErrorKind, number, boolean]>).map(([kind, skip, isBad]): Case => ({ that: `fails: ${kind}`, fault: { how: 'fails', kind }, skip, isBad }))
  const hangs = [false, true].map((isBad): Case => ({ that: 'hangs', fault: { how: 'hangs' }, skip: isBad ? 1 : 0, isBad }))
  return [...fails, ...hangs, ...wrongs]
}

/** What some of them would lead into. */
const TRAPS: Record<string, string> = { 'engine.volumes': 'T15', 'snapshots.restore': 'T16', 'engine.inventory': 'T19', 'record.append': 'T23' }

const everCalled = new Set<string>()
const everMet = new Map<string, number>()

describe('one call through a port goes wrong', { concurrency: 4 }, () => {
  for (const [port, methods] of Object.entries(rows) as Array<[PortName, Record<string, Row>]>) {
    for (const [method, row] of Object.entries(methods)) {
      if (typeof row === 'string') continue
      const cases = casesOf(port, method, row)
      if (cases.length === 0) continue
      test(`${TRAPS[`${port}.${method}`] ?? 'T22'}: ${port}.${method} fails, hangs or answers wrongly: committed, rolled back, untouched or stuck, with the exit code, the record and the alert that belong to it`, async () => {
        // Only in place are there services to end.
        const stateless = method === 'removeServices'
        await using stage = await openPlatformStage({ stateless, settings: SETTINGS, withoutGit: true })
        stage.publish(versionOf(1), scene(1, false))
        assert.equal((await stage.reconcileHere()).code, 0)
        let number = 1
        for (const one of cases) {
          const met = await goWrong(stage, [port, method], { ...one, stateless, number: ++number })
          // What is called once is met at its first call.
          const again = met === 0 && one.skip > 0 ? await goWrong(stage, [port, method], { ...one, skip: 0, stateless, number: ++number }) : 0
          everMet.set(`${port}.${method}`, (everMet.get(`${port}.${method}`) ?? 0) + met + again)
        }
      })
    }
  }
})

test('T22: every method of every port was called, or has a row that says that it is not, and each fault met its call', () => {
  const all = Object.entries(rows).flatMap(([port, methods]) => Object.entries(methods as Record<string, Row>).map(([method, row]) => ({ name: `${port}.${method}`, row })))
  assert.deepEqual(all.filter(({ name, row }) => (row === 'not called by an upgrade') === everCalled.has(name)).map(({ name }) => name), [], 'called, and said not to be; or the other way round')
  assert.deepEqual([...everMet].filter(([, count]) => count === 0).map(([name]) => name), [], 'of these no fault ever met a call')
})

async function goWrong(stage: PlatformStage, [port, method]: [PortName, string], { that, fault, skip, isBad, stateless, number }: Case & { stateless: boolean; number: number }): Promise<number> {
  const what = `${port}.${method} ${that}, ${isBad ? 'a bad' : 'a good'} version`
  const before = { version: stage.lastGood()!.version, data: await stage.data(), alerts: (await stage.alerts()).map(({ id }) => id) }
  stage.withdrawAllBut(before.version)
  stage.publish(versionOf(number), scene(number, isBad))
  await approveIfPaused(stage, versionOf(number))
  const faulty = withFault(await stage.ports(), [port, method], { fault, skip })
  const { code, told, said } = await inTime(stage.reconcileHere(() => faulty.ports), what)
  await faulty.end()
  assert.deepEqual([...faulty.unknown], [], 'methods that no row knows')
  for (const name of faulty.called.keys()) everCalled.add(name)

  assert.doesNotMatch(said, /\.ts:\d+/, `${what}: ${said}`)
  const outcome = outcomeOf(told)
  const expected = { committed: 0, 'rolled-back': 1, 'rolled-back, unwell': 4, untouched: 3, stuck: 4, 'paused down': 4, 'paused up': 3, unknown: 3, busy: 3, damaged: 3, nothing: 0, held: 0 }[outcome]
  // The recipe's place did not answer, or an alert could not be written: that is said, too.
  const besides = told.sourceTrouble !== undefined || told.alertTrouble !== undefined ? 3 : 0
  assert.equal(code, expected || besides, `${what}: ${outcome}: ${said}`)
  const alerts = (await stage.alerts()).filter(({ id }) => !before.alerts.includes(id))
  if (port !== 'alerts' && outcome !== 'busy') assert.equal(alerts.length > 0, code !== 0, `${what}: ${outcome}, exit code ${code} and the alerts ${alerts.map(({ id }) => id).join(', ')}`)
  if (outcome === 'committed') assert.equal(await stage.answers(), `200 ${versionIn(told)}`, `${what}: ${said}`)
  if (outcome === 'rolled-back' || outcome === 'untouched') {
    assert.deepEqual([stage.lastGood()!.version, await stage.answers(), !stateless && `made-by-${number}` in (await stage.data())], [before.version, `200 ${before.version}`, false], `${what}: ${said}`)
  }

  // What went wrong once does not go wrong again: now it comes to its end.
  const next = await stage.reconcileHere()
  const ends = stage.lastGood()!.version
  assert.equal(stage.history().open, null, `${what}, after: ${next.said}`)
  assert.deepEqual([await stage.answers(), next.code <= 1], [`200 ${ends}`, true], `${what}, after ${outcome}: ${next.said}`)
  const data = await stage.data()
  assert.deepEqual([isBad && ends !== before.version, !stateless && ends === before.version && `made-by-${number}` in data, Object.keys(before.data).filter((name) => !(name in data))], [false, false, []], `${what}: a bad version was committed, its data was kept, or data was lost: ${said}`)
  return faulty.met()
}

function outcomeOf({ result }: Told): 'committed' | 'rolled-back' | 'rolled-back, unwell' | 'untouched' | 'stuck' | 'paused down' | 'paused up' | 'unknown' | 'busy' | 'damaged' | 'nothing' | 'held' {
  if (result.is === 'done') return result.outcome?.is === 'rolled-back' && result.outcome.unwell !== undefined ? 'rolled-back, unwell' : (result.outcome?.is ?? 'nothing')
  return result.is === 'paused' ? `paused ${result.down || result.because === 'stuck' ? 'down' : 'up'}` : result.is
}

function versionIn({ result }: Told): string | undefined {
  return result.is === 'done' && result.outcome?.is === 'committed' ? result.outcome.version : undefined
}

async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: it still hangs after ${HANGS / 1000} s, and no deadline of ours ended it`)), HANGS)
  return await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
