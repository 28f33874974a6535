// time limit: 900 s, because a real Keycloak is installed, upgraded and rolled back on a Swarm of its own, and each of its starts takes a while
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type IdentityStage, openIdentityStage } from './identity-stage.ts'

/** A host's identity provider keeps itself current, with the realms of everybody in it: the real Keycloak of `platform/keycloak`. */

const OLD = '1.0.0+25.0.6'
const NEW = '1.1.0+26.0.8'
const REALM = 'co-op'
const FILLED = { realm: REALM, clients: ['an-app'], users: ['a-person'], signsIn: true }

let stage: IdentityStage
before(async () => { stage = await openIdentityStage() })
after(async () => await stage?.[Symbol.asyncDispose]())

// Each story begins where the one before it ended, as on a host.
describe('platform/keycloak', () => {
  test('is installed, with a password that nobody chose, and people are put into it', async () => {
    await stage.publish(OLD)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood?.version], [0, 'install: committed', OLD], err)
    await stage.fill(REALM)
    assert.deepEqual(await stage.look(REALM), FILLED)
  })

  test('is upgraded from 25.0.6 to 26.0.8: its data is converted, and the people in it sign in as before', async () => {
    await stage.publish(OLD, NEW)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version], [0, 'upgrade: committed', NEW], err)
    assert.match(await stage.log(), /Migrating older model to 26\.0\.0/)
    assert.deepEqual([await stage.look(REALM), await stage.alerts()], [FILLED, []])
  })
})
