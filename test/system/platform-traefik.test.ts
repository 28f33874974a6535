// time limit: 900 s, because a real proxy is installed, upgraded and rolled back on a Swarm of its own, each time behind a gate that takes its time
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CRASHING, openProxyStage, type ProxyStage } from './proxy-stage.ts'

/** A host's proxy keeps itself current: the real Traefik of `platform/traefik`, in front of somebody else's app. */

const GOOD = ['1.0.0+v3.0.4', '1.1.0+v3.6.12', '1.1.1+v3.6.12']
const image = (name: string) => (file: string, text: string) => (file === 'compose.yml' ? text.replace(/image: .*/, `image: ${name}`) : text)

/** Releases that do not do, each in its own way. `says`: what the alert says of it. */
const BAD: Array<{ that: string; version: string; edit(file: string, text: string): string; says: RegExp }> = [
  {
    that: 'answers its API and leads to no app (T62)',
    version: '1.2.0+v3.6.12',
    edit: (file, text) =>
      file === 'traefik.yml.tmpl' ? text.replace('    network: proxy\n', '    network: proxy\n    constraints: "Label(`coop-cloud.traefik_ci_test.recipe`, `traefik`)"\n') : file === 'abra.sh' ? text.replace('TRAEFIK_YML_VERSION=v1', 'TRAEFIK_YML_VERSION=v2') : text,
    says: /other\.ci\.test/,
  },
  { that: 'answers, and crashes after 8 s (T6)', version: '1.2.1+v3.6.12', edit: image(CRASHING), says: /exit|crash|ended/i },
  { that: 'has an image that the registry does not have (T22)', version: '1.2.2+v9.9.9', edit: image('127.0.0.1:15000/library/traefik:v9.9.9'), says: /traefik:v9\.9\.9 does not exist/ },
]

let stage: ProxyStage
before(async () => { stage = await openProxyStage() })
after(async () => await stage?.[Symbol.asyncDispose]())

// Each story begins where the one before it ended, as on a host.
describe('platform/traefik', () => {
  test('is installed on a host that has no proxy, and leads to another app', async () => {
    await stage.publish('1.0.0+v3.0.4')
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood?.version], [0, 'install: committed', '1.0.0+v3.0.4'], err)
    await stage.deployOtherApp()
  })

  test('is upgraded from 3.0.4 to 3.6.12: the gate proves which version answers, and the other app is routed as before (T62)', async (t) => {
    await stage.publish('1.0.0+v3.0.4', '1.1.0+v3.6.12')
    const visitor = stage.visitOtherApp()
    const { code, did, lastGood, err } = await stage.reconcile()
    const seen = await visitor.leave()
    assert.deepEqual([code, did, lastGood.version], [0, 'upgrade: committed', '1.1.0+v3.6.12'], err)
    assert.deepEqual(lastGood.gate.asked, [
      'https://traefik.ci.test/api/version HTTP 200 with "\\"Version\\":\\"3.6.12\\"" in it',
      'https://other.ci.test/ as before the deploy: led to its app',
    ])
    assert.deepEqual([seen.first, seen.last], ['200 the other app', '200 the other app'])
    t.diagnostic(`of ${seen.asked} requests in a row ${seen.lost} had no answer; the longest gap was ${seen.longestGapMs} ms`)
    assert.deepEqual(await stage.alerts(), [])
  })

  test('is left alone while nothing is newer', async () => {
    const containers = await stage.containers()
    const { code, did, err } = await stage.reconcile()
    assert.deepEqual([code, did, await stage.containers()], [0, 'nothing', containers], err)
  })

  test('is left as it is while the registry is stopped, and upgraded once it is there again', async () => {
    await stage.release('1.1.1+v3.6.12', '1.1.0+v3.6.12', image('127.0.0.1:15000/library/traefik:v3.6.12'))
    await stage.publish(...GOOD)
    const containers = await stage.containers()
    await stage.host.rig('down', 'registry')
    const stopped = await stage.reconcile()
    assert.deepEqual([stopped.code, stopped.did, stopped.lastGood.version, await stage.containers()], [3, 'upgrade: untouched', '1.1.0+v3.6.12', containers], stopped.err)
    await stage.host.rig('up', 'registry')
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version, await stage.alerts()], [0, 'upgrade: committed', '1.1.1+v3.6.12', []], err)
  })

  for (const { that, version, edit, says } of BAD) {
    test(`goes back where a release ${that}: the other app is routed, and one alert says why`, async () => {
      await stage.release(version, '1.1.1+v3.6.12', edit)
      await stage.publish(...GOOD, version)
      const { code, did, lastGood, err } = await stage.reconcile()
      assert.deepEqual([code, did, lastGood.version], [1, 'upgrade: rolled-back', '1.1.1+v3.6.12'], err)
      const alerts = (await stage.alerts()).filter(({ versionTried }) => versionTried === version)
      assert.deepEqual(alerts.map(({ id, versionRunning }) => [id, versionRunning]), [[`platform-traefik-failed-${version}`, '1.1.1+v3.6.12']])
      assert.match(alerts[0]!.what, says)
      assert.equal(await stage.otherApp(), '200 the other app')
    })
  }

  test('does not try again by itself what failed', async () => {
    const containers = await stage.containers()
    const { code, did, err } = await stage.reconcile()
    assert.deepEqual([code, did, await stage.containers()], [0, 'held: failed-before', containers], err)
  })
})
