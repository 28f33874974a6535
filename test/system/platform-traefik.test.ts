// time limit: 900 s, because a real proxy is installed, upgraded and rolled back on a Swarm of its own, each time behind a gate that takes its time
// optional parts: image:traefik-3.0.4
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sayLost } from '../../src/domain/report/lost-requests.ts'
import type { Edit } from './platform-host.ts'
import type { Fault } from '../rig/bad-registry.ts'
import { CRASHING, openProxyStage, type ProxyStage } from './proxy-stage.ts'

/** A host's proxy keeps itself current: the real Traefik of `platform/traefik`, in front of somebody else's app. */

const GOOD = ['1.0.0+v3.0.4', '1.1.0+v3.6.12', '1.1.1+v3.6.12', '1.3.0+v3.6.12']
/** More releases that do not do, which take until the gate's deadline to be seen through. */
const long = process.env.CCCI_LONG === '1'

const inCompose = (find: string | RegExp, replace: string): Edit => (file, text) => (file === 'compose.yml' ? text.replace(find, replace) : text)
const image = (name: string) => inCompose(/image: .*/, `image: ${name}`)
/** A config never changes: with another text goes another version of it. */
const inSettings = (find: string, replace: string): Edit => (file, text) =>
  file === 'traefik.yml.tmpl' ? text.replace(find, replace) : file === 'abra.sh' ? text.replace('TRAEFIK_YML_VERSION=v1', 'TRAEFIK_YML_VERSION=v2') : text

/** Releases that do not do, each in its own way. `says`: what the alert says of it. */
interface Bad { that: string; version: string; edit: Edit; says: RegExp }
const BAD: Bad[] = [
  {
    that: 'answers its API and leads to no app (T62)',
    version: '1.2.3+v3.6.12',
    edit: inSettings('    network: proxy\n', '    network: proxy\n    constraints: "Label(`coop-cloud.traefik_ci_test.recipe`, `traefik`)"\n'),
    says: /other\.ci\.test/,
  },
  { that: 'answers, and crashes after 8 s (T6)', version: '1.2.1+v3.6.12', edit: image(CRASHING), says: /exit|crash|ended/i },
  { that: 'has an image that the registry does not have (T22)', version: '1.2.2+v9.9.9', edit: image('127.0.0.1:15000/library/traefik:v9.9.9'), says: /traefik:v9\.9\.9 does not exist/ },
]
const MORE_BAD: Bad[] = [
  { that: 'has a mistake in its compose file (T22)', version: '1.4.0+v3.6.12', edit: inCompose('    networks:\n', '    netwerks:\n'), says: /lint: compose\.yml:\d+:\d+ .*netwerks/ },
  ...(long
    ? [
        { that: 'is up and listens nowhere', version: '1.4.1+v3.6.12', edit: inSettings('address: ":443"', 'address: ":4443"'), says: /broken answer|refused|no answer/ },
        { that: 'answers with the fallback page (T4)', version: '1.4.2+v3.6.12', edit: inCompose('entrypoints=web-secure', 'entrypoints=websecure'), says: /own page/ },
      ]
    : []),
]

let stage: ProxyStage
before(async () => { stage = await openProxyStage() })
after(async () => await stage?.[Symbol.asyncDispose]())

// Each story begins where the one before it ended, as on a host.
describe('platform/traefik', () => {
  test('is installed on a host that has no proxy, and leads to another app', async () => {
    await stage.publish(...GOOD.slice(0, 1))
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood?.version], [0, 'install: committed', '1.0.0+v3.0.4'], err)
    await stage.deployOtherApp()
  })

  test('is upgraded from 3.0.4 to 3.6.12: the gate proves which version answers, and the other app is routed as before (T62)', async (t) => {
    await stage.publish(...GOOD.slice(0, 2))
    const visitor = stage.visitOtherApp()
    const { code, did, told, lastGood, err } = await stage.reconcile()
    const seen = await visitor.leave()
    assert.deepEqual([code, did, lastGood.version], [0, 'upgrade: committed', '1.1.0+v3.6.12'], err)
    assert.deepEqual(lastGood.gate.asked, [
      'https://traefik.ci.test/api/version HTTP 200 with "\\"Version\\":\\"3.6.12\\"" in it',
      'https://other.ci.test/ as before the deploy: led to its app',
    ])
    // Two that asked at the same time, each at its own pace: what the reconcile says of itself, and what was seen from outside.
    const lost = told.result.is === 'done' ? told.result.lost : undefined
    assert.ok(lost && lost.url === 'https://other.ci.test/' && lost.asked > 0, JSON.stringify(lost))
    t.diagnostic(`the reconcile says: ${sayLost(lost)}`)
    t.diagnostic(`of ${seen.asked} requests in a row ${seen.lost} had no answer; the longest gap was ${seen.longestGapMs} ms`)
    assert.equal(lost.unanswered > 0, seen.lost > 0, `${JSON.stringify(lost)} and ${JSON.stringify(seen)}`)
    assert.deepEqual([seen.first, seen.last], ['200 the other app', '200 the other app'])
    assert.deepEqual(await stage.alerts(), [])
  })

  test('is left alone while nothing is newer', async () => {
    const containers = await stage.containers()
    const { code, did, err } = await stage.reconcile()
    assert.deepEqual([code, did, await stage.containers()], [0, 'nothing', containers], err)
  })

  const REGISTRIES: Array<{ that: string; fault: Fault; repository: string; says: RegExp }> = [
    { that: 'limits how often we may ask (429)', fault: { kind: 'pull-limit' }, repository: 'library/traefik', says: /rate limit|toomanyrequests/i },
    { that: 'errs (500)', fault: { kind: 'unavailable', status: 500 }, repository: 'library/traefik', says: /500|unavailable/i },
    { that: 'breaks off in the middle of a layer', fault: { kind: 'cut-short' }, repository: 'unseen/traefik', says: /EOF|registry/i },
  ]
  for (const { that, fault, repository, says } of REGISTRIES) {
    test(`T34: is left as it is while the registry ${that}: nothing is touched, nothing is marked`, async (t) => {
      await using registry = await stage.badRegistry(fault)
      await stage.release('1.1.1+v3.6.12', '1.1.0+v3.6.12', image(`${registry.host}/${repository}:v3.6.12`))
      await stage.publish(...GOOD.slice(0, 3))
      const containers = await stage.containers()
      const { code, did, lastGood, told, err } = await stage.reconcile()
      assert.deepEqual([code, did, lastGood.version, await stage.containers()], [3, 'upgrade: untouched', '1.1.0+v3.6.12', containers], err)
      // The same thing for the same reason is told once, in the words of the first time.
      assert.deepEqual((await stage.alerts()).map(({ id }) => id), ['platform-traefik-host'])
      const why = JSON.stringify(told.result)
      t.diagnostic(why)
      assert.match(why, says)
    })
  }

  test('is left as it is while the registry is stopped, and upgraded once it is there again', async () => {
    await stage.release('1.1.1+v3.6.12', '1.1.0+v3.6.12', image('127.0.0.1:15000/library/traefik:v3.6.12'))
    await stage.publish(...GOOD.slice(0, 3))
    const containers = await stage.containers()
    await stage.host.rig('down', 'registry')
    const stopped = await stage.reconcile()
    assert.deepEqual([stopped.code, stopped.did, stopped.lastGood.version, await stage.containers()], [3, 'upgrade: untouched', '1.1.0+v3.6.12', containers], stopped.err)
    await stage.host.rig('up', 'registry')
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version, await stage.alerts()], [0, 'upgrade: committed', '1.1.1+v3.6.12', []], err)
  })

  for (const bad of BAD) goesBack(bad, GOOD.slice(0, 3))

  test('does not try again by itself what failed', async () => {
    const containers = await stage.containers()
    const { code, did, err } = await stage.reconcile()
    assert.deepEqual([code, did, await stage.containers()], [0, 'held: failed-before', containers], err)
  })

  test('waits for a person after three in a row, and goes on once that one approved', async () => {
    await stage.release('1.3.0+v3.6.12', '1.1.1+v3.6.12')
    await stage.publish(...GOOD)
    const containers = await stage.containers()
    const waits = await stage.reconcile()
    assert.deepEqual([waits.code, waits.did, await stage.containers()], [0, 'held: rolled-back-in-a-row', containers], waits.err)
    assert.equal((await stage.cc('platform', 'approve', 'traefik', '1.3.0+v3.6.12', '--by', 'an operator')).code, 0)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version, await stage.alerts()], [0, 'upgrade: committed', '1.3.0+v3.6.12', []], err)
  })

  for (const bad of MORE_BAD) goesBack(bad, GOOD)

  test('serves a renewed certificate once its new version is set', async () => {
    await stage.publish(...GOOD)
    const serial = await stage.renewCertificate()
    assert.notEqual(await stage.certificateServed(), serial)
    stage.set({ SECRET_WILDCARD_CERT_VERSION: 'v2', SECRET_WILDCARD_KEY_VERSION: 'v2' })
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version, await stage.certificateServed()], [0, 'upgrade: committed', '1.3.0+v3.6.12', serial], err)
    assert.equal(await stage.otherApp(), '200 the other app')
  })

  test('holds a minor release while a note two releases back asks for work by hand: told once, nothing touched; approved, it goes through', async () => {
    await stage.release('1.5.0+v3.6.12', '1.3.0+v3.6.12', undefined, 'You have to move the certificates by hand before you upgrade.\n')
    await stage.release('1.6.0+v3.6.12', '1.3.0+v3.6.12')
    await holdsUntilApproved('1.6.0+v3.6.12', { before: '1.3.0+v3.6.12', published: [...GOOD, '1.5.0+v3.6.12', '1.6.0+v3.6.12'], because: 'manual-steps', says: /1\.5\.0\+v3\.6\.12 asks for work of a person/ })
  })

  test('holds a major release: told once, nothing touched; approved, it goes through', async () => {
    await stage.release('2.0.0+v3.6.12', '1.3.0+v3.6.12')
    await holdsUntilApproved('2.0.0+v3.6.12', { before: '1.6.0+v3.6.12', published: [...GOOD, '1.6.0+v3.6.12', '2.0.0+v3.6.12'], because: 'major', says: /2\.0\.0\+v3\.6\.12 is a major release after 1\.6\.0\+v3\.6\.12/ })
  })

  test('is adopted as it runs where somebody else deployed it: nothing is deployed again', async () => {
    const containers = await stage.containers()
    const { code, did, lastGood, err } = await stage.reconcile({ state: 'anew' })
    assert.deepEqual([code, did, lastGood.version, lastGood.adopted, await stage.containers()], [0, 'adopt: committed', '2.0.0+v3.6.12', true, containers], err)
  })
})

async function holdsUntilApproved(version: string, { before, published, because, says }: { before: string; published: string[]; because: string; says: RegExp }): Promise<void> {
  await stage.publish(...published)
  const containers = await stage.containers()
  const alerts = async () => (await stage.alerts()).filter(({ versionTried, versionHeld }) => versionTried === version || versionHeld === version)
  for (let again = 0; again < 2; again++) {
    const held = await stage.reconcile()
    assert.deepEqual([held.code, held.did, held.lastGood.version, await stage.containers()], [0, `held: ${because}`, before, containers], held.err)
    assert.deepEqual((await alerts()).map(({ id, kind }) => [id, kind]), [[`platform-traefik-held-${because}-${version}`, 'held']])
  }
  assert.match((await alerts())[0]!.what, says)
  assert.equal((await stage.cc('platform', 'approve', 'traefik', version, '--by', 'an operator')).code, 0)
  const { code, did, lastGood, err } = await stage.reconcile()
  assert.deepEqual([code, did, lastGood.version, await alerts(), await stage.otherApp()], [0, 'upgrade: committed', version, [], '200 the other app'], err)
}

function goesBack({ that, version, edit, says }: Bad, good: string[]): void {
  test(`goes back where a release ${that}: the other app is routed, and one alert says why`, async (t) => {
    const before = good.at(-1)!
    await stage.release(version, before, edit)
    await stage.publish(...good, version)
    const { code, did, lastGood, err } = await stage.reconcile()
    assert.deepEqual([code, did, lastGood.version], [1, 'upgrade: rolled-back', before], err)
    const alerts = (await stage.alerts()).filter(({ versionTried, versionHeld }) => versionTried === version || versionHeld === version)
    assert.deepEqual(alerts.map(({ id, versionRunning }) => [id, versionRunning]), [[`platform-traefik-failed-${version}`, before]])
    t.diagnostic(alerts[0]!.what)
    assert.match(alerts[0]!.what, says)
    assert.equal(await stage.otherApp(), '200 the other app')
  })
}
