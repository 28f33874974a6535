// time limit: 900 s, because an app is upgraded and goes back several times on a Swarm of its own, of which parts are stopped
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { openOwnHost, type OwnHost } from '../rig/own-host.ts'
import { type Started, temporaryFolder } from '../support/cli.ts'
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
    const begun = place.begin()
    await begun.says('undeploy')
    await disk.fill()
    const full = await ended(begun)
    assert.ok(full.code === 1 || full.code === 3 || full.code === 4, full.err)
    assert.match(full.err, /disk is full|no space left|no room|room/i)
    assert.equal(place.lastGood()?.version, '1.1.0+1.0.0')
    await disk.makeRoom()
    const { code, err } = await ended(place.begin())
    // It went back first, which is told by the exit code, and was then tried again in the same breath.
    assert.deepEqual([code <= 1, place.history().open, place.lastGood()?.version, await place.ask('/notes/first'), await place.ask('/healthz')], [true, null, '1.3.0+2.0.0', '200 the first note', '200 ok 2.0.0'], err)
  })

  test('T23: the engine is restarted in the middle of a deploy: the app comes to its end at this start or the next, and is there once', async () => {
    place.publish('1.4.0+2.0.0', { migrated: true, bad: false })
    const begun = place.begin()
    await begun.says(/^notes: deploy$/m)
    await host.rig('down', 'engine')
    await host.rig('up', 'engine')
    const first = await ended(begun)
    await host.rig('up', 'traefik')
    const { code, err } = await ended(place.begin())
    assert.deepEqual([code <= 1, place.history().open], [true, null], `${first.err}\n${err}`)
    const program = place.lastGood()!.version.split('+')[1]
    assert.deepEqual([await place.ask('/notes/first'), await place.ask('/healthz')], ['200 the first note', `200 ok ${program}`])
    assert.equal((await place.tasks()).filter((task) => task.startsWith('Running')).length, 1)
  })
})

async function ended(begun: Started): Promise<{ code: number; did: string; err: string }> {
  const { code, out, err } = await begun.ended
  const { result } = (JSON.parse(out) as [Told])[0]
  return { code: code ?? -1, did: result.is === 'done' ? (result.outcome?.is ?? 'nothing') : result.is, err: `${err}\n${out}` }
}
