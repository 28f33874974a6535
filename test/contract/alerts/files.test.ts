import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileAlerts } from '../../../src/adapters/alerts/files/alerts.ts'
import { fileDeliveries } from '../../../src/adapters/alerts/files/deliveries.ts'
import type { Alert } from '../../../src/ports/alerts.ts'
import { fastClock } from '../../support/fast-clock.ts'
import { temporaryFolder } from '../../support/cli.ts'

const alert: Alert = { id: 'platform-a-failed-1.1.0+2', kind: 'failed', what: 'a 1.1.0+2 does not do.', app: 'a', versionTried: '1.1.0+2', versionRunning: '1.0.0+1', lastLines: ['x'], next: 'Wait.' }

function open() {
  const folder = temporaryFolder('alerts')
  const path = join(folder.path, 'alerts')
  return { alerts: fileAlerts({ folder: path, clock: fastClock(1) }), path, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('T23: the same thing is raised once, however often it is looked at, in the words of the last look, and stands in a file of its own', async () => {
  using given = open()
  const { alerts, path } = given
  assert.equal(await alerts.raise(alert), true)
  const [first] = (await alerts.list()).open
  assert.equal(await alerts.raise({ ...alert, what: 'other words', lastLines: [] }), false)
  assert.deepEqual(readdirSync(path).sort(), [`${alert.id}.json`, 'seen'])
  const { open: raised, seen } = await alerts.list()
  assert.deepEqual([raised, seen], [[{ ...first!, what: 'other words' }], []])
})

const news: Array<{ that: string; over: Partial<Alert> }> = [
  { that: 'that happened once more', over: { occurrence: 'upgrade-2' } },
  { that: 'of another kind', over: { kind: 'stuck' } },
  { that: 'with another next move', over: { next: 'Mend the host.' } },
]
for (const { that, over } of news) {
  test(`T23: something ${that} is raised anew, and the one before is over; so it is where a person has seen that one`, async () => {
    using given = open()
    const { alerts } = given
    const before = { ...alert, occurrence: 'upgrade-1' }
    const after = { ...before, ...over, what: 'another sentence', lastLines: [] }
    await alerts.raise(before)
    const [first] = (await alerts.list()).open
    assert.equal(await alerts.raise(after), true)
    const { open: raised, seen } = await alerts.list()
    assert.deepEqual([raised.map(({ raisedAt: _, ...rest }) => rest), seen.map(({ what, ended }) => [what, ended?.how])], [[after], [[alert.what, 'resolved']]])
    assert.ok(raised[0]!.raisedAt > first!.raisedAt, 'two of one name are two events')

    await alerts.acknowledge(alert.id, 'ops')
    assert.equal(await alerts.raise(after), false)
    assert.equal(await alerts.raise({ ...before, occurrence: 'upgrade-3' }), true)
    const again = await alerts.list()
    assert.deepEqual([again.open.length, again.seen.map(({ what, ended }) => [what, ended?.how])], [1, [['another sentence', 'resolved']]])
  })
}

test('what a person has seen is not raised again while it is so, and is once it was over', async () => {
  using given = open()
  const { alerts } = given
  await alerts.raise(alert)
  await alerts.acknowledge(alert.id, 'ops')
  assert.equal(await alerts.raise(alert), false)
  assert.deepEqual((await alerts.list()).seen.map(({ ended }) => [ended?.how, ended?.says]), [['seen', 'seen by ops']])
  await alerts.resolve(alert.id, 'a runs 1.2.0+3')
  assert.deepEqual((await alerts.list()).seen.map(({ ended }) => [ended?.how, ended?.says]), [['resolved', 'a runs 1.2.0+3']])
  assert.equal(await alerts.raise(alert), true)
})

test('what is over is archived with what became of it; what was never raised is not resolved, and not seen', async () => {
  using given = open()
  const { alerts } = given
  assert.equal(await alerts.resolve(alert.id, 'x'), false)
  await assert.rejects(alerts.acknowledge(alert.id, 'ops'), { kind: 'not-found' })
  await alerts.raise(alert)
  assert.equal(await alerts.resolve(alert.id, 'a runs 1.2.0+3'), true)
  assert.deepEqual([(await alerts.list()).open, (await alerts.list()).seen.map(({ ended }) => ended?.how)], [[], ['resolved']])
})

test('an alert that cannot be read is named, and hides no other; a name that is a path is refused', async () => {
  using given = open()
  const { alerts, path } = given
  await alerts.raise(alert)
  writeFileSync(join(path, 'torn.json'), '{"id":')
  const { open: raised, damaged } = await alerts.list()
  assert.deepEqual([raised.length, damaged], [1, [`${join(path, 'torn.json')} is no alert of ours. Move it away.`]])
  await assert.rejects(alerts.acknowledge('../x', 'ops'), { kind: 'not-found' })
})

const damages: Array<{ that: string; text: string }> = [
  { that: 'empty', text: '' },
  { that: 'torn', text: '{"id":' },
  { that: 'half an alert', text: JSON.stringify({ id: alert.id, kind: 'failed', what: 'x', app: 'a', raisedAt: 1 }) },
  { that: 'that of another', text: JSON.stringify({ ...alert, id: 'other', raisedAt: 1 }) },
  { that: 'of a time that is none', text: JSON.stringify({ ...alert, raisedAt: 1e300 }) },
]
for (const { that, text } of damages) {
  for (const place of ['', 'seen']) {
    test(`T2: a file that is ${that}${place && ', of what was seen,'} is named, and put aside where the same is raised: that is new, and says so`, async () => {
      using given = open()
      const { alerts, path } = given
      mkdirSync(join(path, 'seen'), { recursive: true })
      const file = join(path, place, `${alert.id}.json`)
      writeFileSync(file, text)
      assert.deepEqual(await alerts.list(), { open: [], seen: [], damaged: [`${file} is no alert of ours. Move it away.`] })
      assert.equal(await alerts.raise(alert), true)
      const { open: raised, damaged } = await alerts.list()
      assert.deepEqual([raised.map(({ what }) => what), damaged], [[`a 1.1.0+2 does not do. (It may have been told before: what stood on disk of it could not be read, and is kept as ${file}.unreadable.)`], []])
      assert.equal(readFileSync(`${file}.unreadable`, 'utf8'), text)
      assert.equal(await alerts.raise(alert), false)
    })
  }
}

test('T2: what was seen and cannot be read is put aside where another takes its place', async () => {
  using given = open()
  const { alerts, path } = given
  await alerts.raise(alert)
  writeFileSync(join(path, 'seen', `${alert.id}.json`), '{')
  await alerts.acknowledge(alert.id, 'ops')
  assert.deepEqual(readdirSync(join(path, 'seen')).sort(), [`${alert.id}.json`, `${alert.id}.json.unreadable`])
})

test('a record that is listed and gone when it is read, as one that was just archived, spoils no other', async () => {
  using given = open()
  const relay = join(given.path, 'relay')
  const deliveries = fileDeliveries({ folder: given.path })
  const record = { schema: 1 as const, event: 'a_1', alert: { ...alert, raisedAt: 1 }, channels: {} }
  mkdirSync(relay, { recursive: true })
  symlinkSync('nowhere', join(relay, 'a_0.json'))
  await deliveries.write(record)
  assert.deepEqual(await deliveries.pending(), { records: [JSON.parse(JSON.stringify(record))], damaged: [] })
})
