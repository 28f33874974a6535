import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import { MOST_IN_A_ROW, rollbacksInARow } from '../../src/domain/plan/reconcile.ts'
import { checkout } from '../support/cli.ts'
import { seeded } from '../support/seeded.ts'
import { openPlatformStage, type PlatformStage } from './platform-stage.ts'
import type { Scene } from './scripted-recipe.ts'

// time limit: 600 s, because a busy machine starts some three hundred processes here slowly.

const SEED = 20_261
/** Fast, but with patience: a busy machine must not look like a version that does not come up. */
const SETTINGS = ['gate: { passes: 2, dwell: 4s }', 'limits: { deploy: 600s, rollback: 600s, start: 1300s }']
const SPEED = 20

/** What each version does to its data, and how a bad one is bad: it migrates first. */
const good = (number: number): Scene => ({ services: { app: { writesOnStart: { [`/data/made-by-${number}`]: 'x' } } } })
const bad = (number: number): Scene => ({ services: { app: { writesOnStart: { [`/data/made-by-${number}`]: 'x' }, exitAfterMs: 30, exitCode: 5 } } })

interface Kind {
  name: string
  stateless: boolean
  next(number: number): Scene
  ends: 'committed' | 'rolled-back'
}

const kinds: Kind[] = [
  { name: 'a stateful upgrade that is rolled back', stateless: false, next: bad, ends: 'rolled-back' },
  { name: 'a stateful upgrade', stateless: false, next: good, ends: 'committed' },
  { name: 'a stateless upgrade', stateless: true, next: good, ends: 'committed' },
]

describe('kill -9 in every gap of the journal', { concurrency: 4 }, () => {
  for (const kind of kinds) {
    test(`T23: ${kind.name}: killed in every gap, finished or undone at the next start, nothing deployed twice`, async () => {
      await using stage = await openPlatformStage({ stateless: kind.stateless, settings: SETTINGS, speed: SPEED })
      const random = seeded(SEED)
      let number = 1
      stage.publish(versionOf(number), good(number))
      assert.equal((await stage.reconcileHere()).code, 0)
      const lines = await linesOfOne(stage, kind, ++number)
      for (let line = 1; line <= lines; line++) {
        number += 1
        // The last line: after it there is nothing more to kill.
        await killedAt(stage, kind, number, line === lines || random() < 0.5 ? `before:${line}` : `after:${line}`)
      }
    })
  }

  test('T23: an install: killed in every gap, finished at the next start', async () => {
    const lines = await (async () => {
      await using stage = await openPlatformStage({ stateless: false, settings: SETTINGS, speed: SPEED })
      stage.publish(versionOf(1), good(1))
      assert.equal((await stage.reconcileHere()).code, 0)
      return journalLines(stage)
    })()
    // Every second one: the other ends of the gaps are met by the upgrades.
    for (let line = 1; line <= lines; line += 2) {
      await using stage = await openPlatformStage({ stateless: false, settings: SETTINGS, speed: SPEED })
      stage.publish(versionOf(1), good(1))
      await die(stage, `before:${line}`)
      const after = await stage.reconcileHere()
      assert.equal(after.code, 0, `line ${line}: ${after.said}`)
      assert.deepEqual([stage.lastGood()?.version, await stage.answers(), await stage.starts(versionOf(1))], [versionOf(1), `200 ${versionOf(1)}`, 1], `line ${line}`)
    }
  })
})

const versionOf = (number: number) => `1.${number}.0+${number}`

/** How many lines an operation that nobody kills writes. */
async function linesOfOne(stage: PlatformStage, kind: Kind, number: number): Promise<number> {
  const before = journalLines(stage)
  stage.publish(versionOf(number), kind.next(number))
  const { told, said } = await stage.reconcileHere()
  assert.equal(told.result.is === 'done' && told.result.outcome?.is, kind.ends, said)
  return journalLines(stage) - before
}

async function killedAt(stage: PlatformStage, kind: Kind, number: number, at: string): Promise<void> {
  const before = stage.lastGood()!
  const dataBefore = await stage.data()
  const startsBefore = await stage.starts(before.version)
  const version = versionOf(number)
  const what = `${kind.name}, ${at}`
  stage.publish(version, kind.next(number))
  await approveIfPaused(stage, version)
  await die(stage, at)
  assert.notEqual(stage.lastGood(), null, `${what}: a known-good is on disk`)
  assert.deepEqual(await heldLock(stage), null, `${what}: no lock is left`)

  const after = await stage.reconcileHere()
  const committed = kind.ends === 'committed'
  assert.equal(after.code, committed ? 0 : 1, `${what}: ${after.said}`)
  const wanted = committed ? version : before.version
  assert.equal(stage.history().open, null, what)
  assert.deepEqual([stage.lastGood()?.version, await stage.answers()], [wanted, `200 ${wanted}`], what)
  assert.deepEqual(stage.history().operations.at(-1)?.outcome.is, kind.ends, what)
  if (committed) assert.equal(await stage.starts(version), 1, `${what}: started once`)
  else {
    const back = (await stage.starts(before.version)) - startsBefore
    assert.equal(back, 1, `${what}: ${before.version} was started again once`)
  }
  if (!kind.stateless && !committed) assert.deepEqual(await stage.data(), { ...dataBefore, [`made-by-${before.version.split('+')[1]}`]: 'x' }, `${what}: the data is as it was`)
}

/** Three rollbacks in a row pause everything; here they are wanted. */
async function approveIfPaused(stage: PlatformStage, version: string): Promise<void> {
  if (rollbacksInARow(stage.history().operations) < MOST_IN_A_ROW) return
  assert.equal((await stage.approveHere(version)).is, 'approved')
}

async function die(stage: PlatformStage, at: string): Promise<void> {
  const run = stage.start({ CCCI_TEST_DIE: at, NODE_OPTIONS: `${stage.env.NODE_OPTIONS} --import ${join(checkout, 'test/support/die-at-journal.ts')}` })
  const { code, err } = await run.ended
  assert.equal(code, null, `${at}: it was to be killed and ended with ${code}:\n${err}`)
}

function journalLines(stage: PlatformStage): number {
  return readFileSync(join(stage.state, 'platform/scene/journal.jsonl'), 'utf8').trimEnd().split('\n').length
}

async function heldLock(stage: PlatformStage) {
  return await sqliteLocks({ folder: join(stage.state, 'locks'), clock: systemClock(), pid: process.pid }).holder('platform:scene')
}
