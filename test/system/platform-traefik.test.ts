// time limit: 900 s, because a real proxy is installed, upgraded and rolled back on a Swarm of its own, each time behind a gate that takes its time
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openProxyStage, type ProxyStage } from './proxy-stage.ts'

/** A host's proxy keeps itself current: the real Traefik of `platform/traefik`, in front of somebody else's app. */

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
})
