// time limit: 900 s, because an app is upgraded and goes back several times on a Swarm of its own, of which parts are stopped
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileAlerts } from '../../src/adapters/alerts/files/alerts.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { type Started, temporaryFolder } from '../support/cli.ts'
import { fastClock } from '../support/fast-clock.ts'
import { smallDisk, type SmallDisk } from '../support/small-disk.ts'
import { openPlaces, type Place } from '../torture/platform-place.ts'

/** A part of the host fails while a platform app with data is upgraded: it comes to its end or goes back, and never to an old program on new data. */

let host: OwnHost
let disk: SmallDisk
let place: Place
const folder = temporaryFolder('platform-faults')

before(async () => {
  host = await openOwnHost()
  disk = await smallDisk(folder.path, '24M')
  const [withData] = openPlaces(host, folder.path, join(disk.path, 'state')) as [Place]
  place = withData
  place.publish('1.1.0+1.0.0', { migrated: false, bad: false })
  assert.deepEqual((await ended(place.begin())).code, 0)
  assert.equal(await place.ask('/notes/first', 'PUT', 'the first note'), '204 ')
})
after(async () => {
  await disk?.[Symbol.asyncDispose]()
  await host?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

// Each story begins where the one before it ended, as on a host.
describe('a host that fails while its platform is upgraded', () => {
  test('T60: the registry is stopped while a version that moved the data goes back: it needs none', async () => {
    place.publish('1.2.0+2.0.0', { migrated: true, bad: true })
    const begun = place.begin()
    await begun.says('gate')
    await host.rig('down', 'registry')
    const { code, did, err } = await ended(begun)
    await host.rig('up', 'registry')
    assert.deepEqual([code, did, place.lastGood()?.version, await place.ask('/notes/first'), await place.ask('/healthz')], [1, 'rolled-back', '1.1.0+1.0.0', '200 the first note', '200 ok 1.0.0'], err)
  })

  test('T39: the disk of the state folder is full when the snapshot begins: nothing is lost; with room it goes back to what ran, and then through', async () => {
    place.publish('1.3.0+2.0.0', { migrated: true, bad: false })
    const alerts = fileAlerts({ folder: join(disk.path, 'state', 'alerts'), clock: fastClock(1) })
    const toldBefore = (await alerts.list()).open.map(({ id }) => id)
    const begun = place.begin()
    await begun.says('undeploy')
    await disk.fill()
    const full = await ended(begun)
    // How far it came before there was no byte left is the disk's to say; code, record and what answers say the same of it.
    const expected = {
      1: ['rolled-back', null, '200 ok 1.0.0'],
      3: ['paused', '1.3.0+2.0.0', '200 ok 1.0.0'],
      4: ['paused', '1.3.0+2.0.0', full.down ? 'down' : '200 ok 1.0.0'],
    }[full.code]
    assert.deepEqual([full.did, place.history().open?.to.version ?? null, full.down ? 'down' : await place.ask('/healthz')], expected, full.err)
    // The alert lies on the disk that is full: where nobody could be told, that is said.
    const { open } = await alerts.list()
    assert.equal(full.alertTrouble === undefined, open.some(({ id }) => !toldBefore.includes(id)), full.err)
    const before = place.history().operations.length
    assert.match(full.err, /disk is full|no space left|no room|room/i)
    assert.equal(place.lastGood()?.version, '1.1.0+1.0.0')
    await disk.makeRoom()
    const { code, err } = await ended(place.begin())
    // Where it was on its way back it went back first, and was then tried again in the same breath.
    const outcomes = place.history().operations.slice(before).map(({ outcome }) => outcome.is)
    assert.deepEqual(outcomes, outcomes.length === 2 ? ['rolled-back', 'committed'] : ['committed'], err)
    assert.deepEqual([code, place.history().open, place.lastGood()?.version, await place.ask('/notes/first'), await place.ask('/healthz')], [0, null, '1.3.0+2.0.0', '200 the first note', '200 ok 2.0.0'], err)
  })

  test('T23: the engine is restarted in the middle of a deploy: the app comes to its end at this start or the next, and is there once', async () => {
    place.publish('1.4.0+2.0.0', { migrated: true, bad: false })
    const earlier = place.history().operations.length
    const begun = place.begin()
    await begun.says(/^notes: deploy$/m)
    await host.rig('down', 'engine')
    await host.rig('up', 'engine')
    const first = await ended(begun)
    const atFirst = place.history().operations.slice(earlier).map(({ outcome }) => outcome.is)
    assert.deepEqual(atFirst, { 0: ['committed'], 1: ['rolled-back'], 3: [], 4: [] }[first.code], first.err)
    await host.rig('up', 'traefik')
    const { code, err } = await ended(place.begin())
    const atNext = place.history().operations.slice(earlier + atFirst.length).map(({ outcome }) => outcome.is)
    assert.deepEqual([code, place.history().open], [atNext.at(-1) === 'rolled-back' ? 1 : 0, null], `${first.err}\n${err}`)
    assert.equal(place.lastGood()!.version, place.history().operations.findLast(({ outcome }) => outcome.is === 'committed')!.to, `${first.err}\n${err}`)
    const program = place.lastGood()!.version.split('+')[1]
    assert.deepEqual([await place.ask('/notes/first'), await place.ask('/healthz')], ['200 the first note', `200 ok ${program}`])
    assert.equal((await place.tasks()).filter((task) => task.startsWith('Running')).length, 1)
  })
})

async function ended(begun: Started): Promise<{ code: number; did: string; down: boolean; alertTrouble: string | undefined; err: string }> {
  const { code, out, err } = await begun.ended
  const { result, alertTrouble } = (JSON.parse(out) as [Told])[0]
  return { code: code ?? -1, did: result.is === 'done' ? (result.outcome?.is ?? 'nothing') : result.is, down: result.is === 'paused' && result.down !== false, alertTrouble, err: `${err}\n${out}` }
}
