// time limit: 1500 s, because a real Keycloak is installed, rolled back twice and upgraded on a Swarm of its own, and each of its six starts takes a while
// optional parts: image:keycloak-25.0.6, image:keycloak-26.0.8
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { buildName } from '../rig/images/build.ts'
import { FALTERING, type IdentityStage, openIdentityStage } from './identity-stage.ts'
import type { Edit } from './platform-host.ts'

/** A host's identity provider keeps itself current, with everybody who is in it: the real Keycloak of `platform/keycloak`. */

const OLD = '1.0.0+25.0.6'
const NEW = '1.1.0+26.0.8'
/** Releases of Keycloak 26 that convert the data, answer, and then hear nothing more. */
const [FALTERS, FALTERS_AGAIN] = ['1.0.1+26.0.8', '1.0.2+26.0.8']
const faltering: Edit = (file, text) => (file === 'compose.yml' ? text.replace(/image: .*/, `image: ${FALTERING}`).replace('retries: 5', 'retries: 2') : text)

const REALM = 'co-op'
const FILLED = { realm: REALM, clients: ['an-app'], users: ['a-person'], signsIn: true }
/** What Keycloak 25 writes when it is started on what 26 made of its data; it answers all the same. */
const MET_CONVERTED_DATA = /already migrated to newer version/

const long = process.env.CCCI_LONG === '1'

// Each story begins where the one before it ended, as on a host.
let stage: IdentityStage

describe('platform/keycloak', () => {
  before(async () => { stage = await openIdentityStage() })
  after(async () => await stage?.[Symbol.asyncDispose]())

  isInstalled()

  test('T15, T19, T60: goes back with its data where 26 converts it and falters then, though the registry is gone', async () => {
    await stage.release(FALTERS, NEW, faltering)
    await stage.publish(OLD, FALTERS)
    const before = await stage.lastGood()
    const trees = { saved: '', converted: '', restored: '' }
    const containers: string[] = []
    let restoredFrom: string[] = []
    const { code, did, err } = await stage.reconcileInSteps({
      async 'take a snapshot'() {
        containers.push(await stage.anyContainer())
        await stage.host.rig('down', 'registry')
        // What happens to a host in a while: the tag of the image moves on, and what nothing uses is tidied away.
        await stage.host.docker('tag', FALTERING, 'keycloak/keycloak:25.0.6')
        // Where this host built the image itself, that name would keep it.
        const built = buildName('keycloak-25.0.6')
        if (await stage.host.docker('image', 'ls', '--quiet', built)) await stage.host.docker('rmi', '--no-prune', built)
        await stage.host.docker('system', 'prune', '--force')
        trees.saved = await stage.tree()
      },
      async 'go back: undeploy'() {
        trees.converted = await stage.tree()
      },
      async 'go back: restore the data'() {
        containers.push(await stage.anyContainer())
        trees.restored = await stage.tree()
        const [snapshot] = await stage.snapshots.list('keycloak')
        restoredFrom = await stage.snapshots.differences('keycloak', snapshot!.id, { folders: await stage.volumes(), signal: AbortSignal.timeout(60_000) })
      },
    })
    await stage.host.rig('up', 'registry')
    assert.deepEqual([code, did], [1, 'upgrade: rolled-back'], err)
    assert.deepEqual(restoredFrom, [], 'before anything is started, the volume is what the manifest of the snapshot says')
    assert.equal(trees.restored, trees.saved, 'and what it was when the old version stopped')
    assert.notEqual(trees.converted, trees.saved, 'the new version wrote into it')
    assert.deepEqual(containers, ['', ''], 'nothing of it was there while its data was saved, nor while it was put back')
    assert.deepEqual(await stage.lastGood(), before)
    assert.deepEqual(await stage.look(REALM), FILLED)
    assert.doesNotMatch(await stage.log(), MET_CONVERTED_DATA)
    const alerts = await stage.alerts()
    assert.deepEqual(alerts.map(({ id, versionRunning }) => [id, versionRunning]), [[`platform-keycloak-failed-${FALTERS}`, OLD]])
  })

  test('T16: stays down where its snapshot was damaged meanwhile, and nothing is started on its data; made whole again, it goes on', async () => {
    await stage.release(FALTERS_AGAIN, NEW, faltering)
    await stage.publish(OLD, FALTERS_AGAIN)
    const before = await stage.lastGood()
    const starts = stage.watchStarts()
    let mend = () => {}
    const damaged = await stage.reconcileInSteps({
      async deploy() {
        mend = await damageSnapshot()
      },
    })
    assert.deepEqual([damaged.code, damaged.did, damaged.told.result], [4, 'paused', { ...damaged.told.result, is: 'paused', because: 'stuck', down: 'is' }], damaged.err)
    const [snapshot] = await stage.snapshots.list('keycloak')
    const tree = await stage.tree()
    const again = await stage.reconcile()
    assert.deepEqual([again.code, again.did], [4, 'paused'], again.err)
    assert.deepEqual([await stage.containers(), await stage.tree(), starts.images], ['', tree, [FALTERING]])
    assert.deepEqual([(await stage.snapshots.list('keycloak'))[0], await stage.lastGood()], [snapshot, before])
    const stuck = (await stage.alerts()).filter(({ id }) => id === 'platform-keycloak-stuck')
    assert.deepEqual(stuck.map(({ kind, versionRunning }) => [kind, versionRunning]), [['stuck', undefined]])
    assert.match(stuck[0]!.what, /is damaged/)

    mend()
    const mended = await stage.reconcile()
    await starts.end()
    assert.deepEqual([mended.code, mended.did, mended.lastGood], [1, 'held: failed-before', before], mended.err)
    assert.deepEqual(starts.images, [FALTERING, 'keycloak/keycloak:25.0.6'])
    assert.deepEqual(await stage.look(REALM), FILLED)
    assert.doesNotMatch(await stage.log(), MET_CONVERTED_DATA)
  })

  isUpgraded()
})

describe('platform/keycloak with PostgreSQL', { skip: long ? false : 'CCCI_LONG=1 runs it' }, () => {
  const env = { COMPOSE_FILE: 'compose.yml:compose.postgres.yml', SECRET_DB_PASSWORD_VERSION: 'v1' }
  before(async () => { stage = await openIdentityStage({ env }) })
  after(async () => await stage?.[Symbol.asyncDispose]())

  isInstalled()

  test('T15: goes back with its database where 26 converts it and falters then', async () => {
    await stage.release(FALTERS, NEW, faltering)
    await stage.publish(OLD, FALTERS)
    const before = await stage.lastGood()
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood], [1, 'upgrade: rolled-back', before], err)
    assert.deepEqual(await stage.look(REALM), FILLED)
    assert.doesNotMatch(await stage.log(), MET_CONVERTED_DATA)
  })

  isUpgraded()
})

function isInstalled(): void {
  test('is installed, with a password that nobody chose, and people are put into it', async () => {
    await stage.publish(OLD)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood?.version], [0, 'install: committed', OLD], err)
    await stage.fill(REALM)
    assert.deepEqual(await stage.look(REALM), FILLED)
  })
}

function isUpgraded(): void {
  test('is upgraded from 25.0.6 to 26.0.8: its data is converted, and the people in it sign in as before', async () => {
    await stage.publish(OLD, NEW)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version], [0, 'upgrade: committed', NEW], err)
    assert.match(await stage.log(), /Migrating older model to 26\.0\.0/)
    assert.deepEqual([await stage.look(REALM), await stage.alerts()], [FILLED, []])
  })
}

/** Turns one byte in the middle of the newest snapshot's data over. What is answered turns it back. */
async function damageSnapshot(): Promise<() => void> {
  const [snapshot] = await stage.snapshots.list('keycloak')
  const folder = stage.within(join('state/platform/keycloak/snapshot', snapshot!.id))
  const pack = join(folder, readdirSync(folder).filter((name) => name.endsWith('.tar')).sort().at(-1)!)
  const turnOver = () => {
    const bytes = readFileSync(pack)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = bytes[middle]! ^ 1
    writeFileSync(pack, bytes)
  }
  turnOver()
  return turnOver
}
