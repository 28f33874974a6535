import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { PortError } from '../../src/ports/port-error.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'
import { openPlatformStage, type PlatformStage } from './platform-stage.ts'
import type { Scene } from './scripted-recipe.ts'

// time limit: 480 s, because a busy machine starts some dozens of processes here slowly.

/** What a reconcile says of what went back, and what its alerts say then. */

const good: Scene = {}
const dies = (says: string): Scene => ({ services: { app: { exitAfterMs: 200, exitCode: 5, lines: [says] } } })

async function installed(given: { stateless: boolean; host?: string[] }): Promise<PlatformStage> {
  const stage = await openPlatformStage(given)
  stage.publish('1.0.0+1', good)
  const { code, said } = await stage.reconcileHere()
  assert.equal(code, 0, said)
  return stage
}

async function told(stage: PlatformStage): Promise<Array<[string, string, number]>> {
  return (await stage.alerts()).map(({ id, kind, raisedAt }): [string, string, number] => [id.replace('platform-scene-', ''), kind, raisedAt]).sort()
}

const kinds = async (stage: PlatformStage) => (await told(stage)).map(([id, kind]) => `${id} ${kind}`)

/** It ends as by Ctrl-C while the snapshot is taken; with a second one the way back ends, too. */
async function interruptedInSnapshot(stage: PlatformStage, times: 1 | 2): Promise<string> {
  await stage.world.fault({ method: 'snapshotTake', holds: true })
  const ended = stage.start({}, ['platform', 'reconcile'])
  await stage.world.held()
  ended.kill('SIGINT')
  if (times === 2) {
    await ended.says('Ctrl-C: ')
    ended.kill('SIGINT')
  }
  const { code, out, err } = await ended.ended
  assert.equal(code, 130, err)
  await stage.world.release()
  return `${err}${out}`
}

describe('what is told of what went back', { concurrency: 4 }, () => {
  test('T23: a release that fails again is told again with its own reason and log, also where a person has seen the first time; looked at again it is told once', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', dies('the door is shut'))
    assert.equal((await stage.reconcileHere()).code, 1)
    const [first] = await stage.alerts()
    assert.ok(first)
    assert.ok(first.lastLines.includes('the door is shut'))
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await stage.alerts(), [first], 'the same time')

    await stage.approveHere('1.1.0+2')
    await stage.world.fault({ method: 'deploy', kind: 'refused', says: 'no such device' })
    assert.equal((await stage.reconcileHere()).code, 1)
    const [second, ...more] = await stage.alerts()
    assert.deepEqual([second?.id, /no such device/.test(second?.what ?? ''), second!.raisedAt > first.raisedAt, more], [first.id, true, true, []])

    assert.equal((await stage.cc('alerts', 'ack', first.id)).code, 0)
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await stage.alerts(), [], 'what was seen is not told again')
    await stage.approveHere('1.1.0+2')
    assert.equal((await stage.reconcileHere()).code, 1)
    const [third] = await stage.alerts()
    assert.deepEqual([third?.id, third?.lastLines.includes('the door is shut')], [first.id, true])
    stage.publish('1.2.0+3', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    const list = (await stage.cc('alerts', 'list')).out
    assert.match(list, /^ {2}1\.2\.0\+3 waits; runs: 1\.0\.0\+1$/m)
    assert.doesNotMatch(list, /tried 1\.2/)
    await stage.approveHere('1.2.0+3')
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await stage.alerts(), [])
  })

  test('T42: an alert that cannot be read or written decides no gate: what passed is committed, and the trouble is said', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    stage.publish('1.0.0+1', good)
    const alert = join(stage.state, 'alerts', 'platform-scene-certificate.json')
    mkdirSync(join(stage.state, 'alerts'), { recursive: true })
    writeFileSync(alert, '{')
    const { code, told: { result }, said } = await stage.reconcileHere()
    assert.deepEqual([code, result.is === 'done' && result.outcome], [0, { is: 'committed', version: '1.0.0+1' }], said)
    assert.ok(said.includes(alert), said)
    assert.deepEqual(await kinds(stage), [])
  })

  test('T23: what a person ended goes back and blames no release; once that is judged, it is told by its own reason', async () => {
    await using stage = await installed({ stateless: false })
    stage.publish('1.1.0+2', dies('the door is shut'))
    const said = await interruptedInSnapshot(stage, 1)
    assert.match(said, /^Ctrl-C: what was touched goes back to the version before first, so that nothing is left down\. Once more leaves it where it is\.$/m)
    assert.doesNotMatch(said, /waiting for [4-9] of 3/)
    assert.match(said, /^scene: going back to 1\.0\.0\+1$/m)
    const [ended, ...more] = await stage.alerts()
    assert.deepEqual(
      [ended?.id, ended?.kind, ended?.what, ended?.next, more],
      ['platform-scene-went-back', 'trouble', 'The upgrade of scene to 1.1.0+2 went back to 1.0.0+1, and no release is blamed: ended by SIGINT, before: take a snapshot.', 'It is tried again by itself. Where the host stands in its way, mend that.', []],
    )
    assert.equal((await stage.reconcileHere()).code, 1)
    assert.deepEqual(await kinds(stage), ['failed-1.1.0+2 failed'])
    assert.ok((await stage.alerts())[0]!.lastLines.includes('the door is shut'))
  })

  test('T42: interrupted twice over, then gone back and upgraded in one go: exit 0, and nobody is told that it failed', async () => {
    await using stage = await installed({ stateless: false })
    stage.publish('1.1.0+2', good)
    const said = await interruptedInSnapshot(stage, 2)
    assert.match(said, /^Left where it is\. Go on with: cc-ci platform reconcile$/m)
    assert.match(said, /^scene: stands still in the upgrade to 1\.1\.0\+2, and may be down: ended by SIGINT, before: .*\. The next reconcile goes on with it\.$/m)
    assert.deepEqual(await kinds(stage), ['down stuck'])
    const { code, said: then } = await stage.reconcileHere()
    assert.deepEqual([code, await stage.answers(), await kinds(stage)], [0, '200 1.1.0+2', []], then)
  })

  test('T42: gone back first, and what was tried then went back by its own fault: exit 1', async () => {
    await using stage = await installed({ stateless: false })
    stage.publish('1.1.0+2', dies('the door is shut'))
    await interruptedInSnapshot(stage, 2)
    const { code, said } = await stage.reconcileHere()
    assert.deepEqual([code, await stage.answers(), await kinds(stage)], [1, '200 1.0.0+1', ['failed-1.1.0+2 failed']], said)
  })

  test('T23: down is told as down, though it was told before that nothing was done', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'pull', kind: 'unreachable', says: 'no registry' })
    assert.equal((await stage.reconcileHere()).code, 3)
    assert.deepEqual(await kinds(stage), ['host trouble'])
    await stage.takeAway('keep')
    const noSecrets = ({ engine }: PlatformPorts): Partial<PlatformPorts> => ({ engine: { ...engine, deploy: () => Promise.reject(new PortError('unreachable', 'the engine is away')) } })
    const { code, said } = await stage.reconcileHere(noSecrets)
    assert.equal(code, 4, said)
    assert.deepEqual(await kinds(stage), ['down stuck'])
    assert.match((await stage.alerts())[0]!.what, /^The repair of scene to 1\.0\.0\+1 stands still, and it is down: /)
    await stage.reconcileHere()
    await stage.reconcileHere()
    assert.deepEqual(await kinds(stage), [])
  })

  test('T23: settings that do not do are told as such, once for each time, and are over when they are taken back', async () => {
    await using stage = await installed({ stateless: true })
    for (const colour of ['red', 'blue', 'pink']) {
      stage.configure(`env: { COLOUR: ${colour} }`)
      await stage.world.fault({ method: 'deploy', kind: 'refused', says: `no ${colour}` })
      const { code, said } = await stage.reconcileHere()
      assert.equal(code, 1, said)
      assert.match(said, /^other settings for 1\.0\.0\+1$/m)
      assert.match(said, new RegExp(`^scene: went back to the settings before, 1\\.0\\.0\\+1 runs: .*no ${colour}`, 'm'))
      const [alert, ...more] = await stage.alerts()
      assert.deepEqual([alert?.id, alert?.versionTried, alert?.next, more], ['platform-scene-settings', undefined, 'They are not tried again by themselves. Mend the settings, or: cc-ci platform approve scene 1.0.0+1', []])
      assert.match(alert!.what, new RegExp(`^scene 1\\.0\\.0\\+1 does not do with the settings as they were changed, and went back to the settings before: .*no ${colour}`))
      assert.equal((await stage.reconcileHere()).code, 0)
      assert.deepEqual(await stage.alerts(), [alert])
    }
    const status = await stage.cc('platform', 'status', 'scene', '--json')
    assert.deepEqual((JSON.parse(status.out) as Array<{ failed: string[] }>)[0]!.failed, [])
    stage.configure('')
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await stage.alerts(), [])
    stage.publish('1.1.0+2', good)
    const { code, said } = await stage.reconcileHere()
    assert.deepEqual([code, await stage.answers()], [0, '200 1.1.0+2'], said)
  })

  for (const [version, likewise] of [['1.1.0+2_1', '1.1.0+2-1'], ['1.1.0+2~rc1', '1.1.0+2-rc1'], [`1.1.0+${'2'.repeat(170)}1`, `1.1.0+${'2'.repeat(170)}3`]] as const) {
    test(`T2: ${version.slice(0, 16)}, which no file's name can hold as it is, fails and is told, and so is one that is written alike; both are over once another runs`, async () => {
      await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
      stage.publish('1.0.0+1', good)
      assert.equal((await stage.reconcileHere()).code, 0)
      for (const one of [version, likewise]) {
        stage.withdrawAllBut('1.0.0+1')
        stage.publish(one, dies('the door is shut'))
        const { code, said } = await stage.reconcileHere()
        assert.equal(code, 1, said)
        assert.equal((await stage.reconcileHere()).code, 0)
      }
      assert.deepEqual((await stage.alerts()).map(({ kind, versionTried }) => [kind, versionTried]), [['failed', likewise], ['failed', version]])
      stage.publish('1.2.0+3', good)
      assert.ok((await stage.approveHere('1.2.0+3')).is)
      assert.equal((await stage.reconcileHere()).code, 0)
      assert.deepEqual(await kinds(stage), [])
    })
  }

  test("T2: a first install that fails is told, also where no file's name can hold its version", async () => {
    await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
    stage.publish('1.0.0+1_1', dies('the door is shut'))
    const { code, said } = await stage.reconcileHere()
    assert.equal(code, 4, said)
    assert.deepEqual((await stage.alerts()).map(({ kind, versionTried }) => [kind, versionTried]), [['stuck', '1.0.0+1_1']])
  })

  test('T2: a file of an alert that cannot be read keeps neither that one nor another from being told', async () => {
    await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
    stage.publish('1.0.0+1', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    stage.publish('1.1.0+2', dies('the door is shut'))
    const seen = join(stage.state, 'alerts', 'seen')
    mkdirSync(seen, { recursive: true })
    writeFileSync(join(seen, 'platform-scene-failed-1.1.0+2.json'), '')
    assert.equal((await stage.reconcileHere()).code, 1)
    assert.deepEqual(await kinds(stage), ['failed-1.1.0+2 failed'])
    stage.publish('2.0.0+3', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await kinds(stage), ['failed-1.1.0+2 failed', 'held-major-2.0.0+3 held'])
  })

  test('T2: an alert that cannot be written keeps no other from being told, and is said', async () => {
    await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
    stage.publish('1.0.0+1', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    stage.publish('1.1.0+2', dies('the door is shut'))
    mkdirSync(join(stage.state, 'alerts', 'platform-scene-failed-1.1.0+2.json'), { recursive: true })
    assert.equal((await stage.reconcileHere()).code, 1)
    stage.publish('2.0.0+3', good)
    const { code, told: { alertTrouble } } = await stage.reconcileHere()
    assert.deepEqual([code, await kinds(stage)], [3, ['held-major-2.0.0+3 held']])
    assert.match(alertTrouble ?? '', /^Reading the alert .*platform-scene-failed-1\.1\.0\+2\.json: EISDIR/)
  })

  test('T54: what cc-ci itself does wrong with one app is what became of that one, and told; once it is looked at again that is over', async () => {
    await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
    stage.publish('1.0.0+1', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    const { code, said } = await stage.reconcileHere(({ host }) => ({ host: { ...host, configFor: () => Promise.reject(new TypeError('x is not a function')) } }))
    assert.equal(code, 3, said)
    assert.match(said, /^scene: nobody could look: this is a mistake in cc-ci, please report it: TypeError: x is not a function$/m)
    const [alert, ...more] = await stage.alerts()
    assert.deepEqual([alert?.id, alert?.what, more], ['platform-scene-unknown', 'Nobody could look at scene: this is a mistake in cc-ci, please report it: TypeError: x is not a function', []])
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.deepEqual(await kinds(stage), [])
  })

  test('T54: a kept version that is damaged is read again from its recipe, and the other app is looked after all the same; so it is shown', async () => {
    await using stage = await openPlatformStage({ stateless: true, beside: 'other' })
    stage.publish('1.0.0+1', good)
    assert.equal((await stage.cc('platform', 'reconcile')).code, 0)
    const versions = join(stage.state, 'platform', 'other', 'recipe')
    const kept = join(versions, readdirSync(versions).find((name) => name.endsWith('.json'))!)
    writeFileSync(kept, readFileSync(kept, 'utf8').replace('"routers"', '"rouuers"'))
    const status = await stage.cc('platform', 'status')
    assert.deepEqual([status.code, status.out.match(/^ +running +.*$/gm)], [0, ['  running     1.0.0+1, healthy', '  running     1.0.0+1, healthy']], status.err)
    stage.publish('1.1.0+2', good)
    const { code, out, err } = await stage.cc('platform', 'reconcile')
    assert.deepEqual([code, out.trim().split('\n')], [0, ['other: committed 1.1.0+2', 'scene: committed 1.1.0+2']], err)
  })

  test('T54: a place for snapshots that does not answer for one app is said of that one, and both are shown', async () => {
    await using stage = await openPlatformStage({ stateless: false, beside: 'other' })
    for (const version of ['1.0.0+1', '1.1.0+2']) {
      stage.publish(version, good)
      const { code, err } = await stage.cc('platform', 'reconcile')
      assert.equal(code, 0, err)
    }
    await stage.world.fault({ method: 'snapshotList', kind: 'unreachable' })
    const { code, out, err } = await stage.cc('platform', 'status')
    assert.deepEqual([code, out.match(/^(other|scene) /gm), out.match(/^ +snapshot +(unknown: .* snapshotList|.* old)/gm)?.map((line) => line.includes('unknown')).sort()], [3, ['other ', 'scene '], [false, true]], `${out}${err}`)
  })

  test('T2: a hold that a person has seen is not told again, whatever else is done meanwhile: other settings, a repair that stands still, one that helps', async () => {
    await using stage = await openPlatformStage({ stateless: true, withoutGit: true })
    stage.publish('1.0.0+1', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    stage.publish('2.0.0+2', good)
    assert.equal((await stage.reconcileHere()).code, 0)
    const { alerts } = await stage.ports()
    const held = 'platform-scene-held-major-2.0.0+2'
    await alerts.acknowledge(held, 'ops')
    const isSeen = async () => (await alerts.list()).seen.find(({ id }) => id === held)?.ended?.how === 'seen'

    stage.configure('env: { COLOUR: green }')
    const { told: { result } } = await stage.reconcileHere()
    assert.deepEqual([result.is === 'done' && result.outcome, await isSeen()], [{ is: 'committed', version: '1.0.0+1' }, true])
    await stage.takeAway('keep')
    const engineAway = ({ engine }: PlatformPorts): Partial<PlatformPorts> => ({ engine: { ...engine, deploy: () => Promise.reject(new PortError('unreachable', 'the engine is away')) } })
    assert.deepEqual([(await stage.reconcileHere(engineAway)).code, await isSeen()], [4, true])
    assert.deepEqual([(await stage.reconcileHere()).code, await isSeen()], [0, true])
    await stage.takeAway('keep')
    assert.deepEqual([(await stage.reconcileHere()).code, await isSeen()], [0, true])
    assert.deepEqual([(await stage.reconcileHere()).code, await isSeen(), await stage.alerts()], [0, true, []])

    await stage.approveHere('2.0.0+2')
    assert.equal((await stage.reconcileHere()).code, 0)
    assert.equal(await isSeen(), false, 'it is over once that runs')
  })

  test('T2: what is down is not told as over while it is, also where something else is to be said of it; then it is, by what runs', async () => {
    await using stage = await openPlatformStage({ stateless: false, withoutGit: true })
    stage.publish('1.0.0+1', { services: { app: { unhealthyWhen: '/data/ill' } } })
    assert.equal((await stage.reconcileHere()).code, 0)
    await stage.ask('writeFile', { app: { run: 'platform-scene', stack: stage.stack, domain: stage.domain }, service: 'app', path: '/data/ill', bytes: '' })
    await stage.untilIll()
    const { alerts } = await stage.ports()
    for (let time = 0; time < 4; time++) {
      const { code, said } = await stage.reconcileHere()
      assert.equal(code, 4, said)
      assert.deepEqual((await alerts.list()).seen, [])
    }
    const down = await stage.alerts()
    assert.deepEqual(down.map(({ id, kind, versionRunning }) => [id, kind, versionRunning]), [['platform-scene-held-repairs-in-a-row-1.0.0+1', 'stuck', undefined], ['platform-scene-stuck', 'stuck', undefined]])
    await stage.takeAway('doomed')
    await stage.approveHere('1.0.0+1')
    const { code, said } = await stage.reconcileHere()
    assert.equal(code, 0, said)
    const { open: left, seen } = await alerts.list()
    assert.deepEqual([left, seen.map(({ ended }) => ended?.says)], [[], ['scene runs 1.0.0+1', 'scene runs 1.0.0+1']])
  })

  test('T2: where the version that it went back to is not well either, nothing that was told before is over because that runs', async () => {
    await using stage = await openPlatformStage({ stateless: false, withoutGit: true })
    stage.publish('1.0.0+1', { services: { app: { unhealthyWhen: '/data/ill' } } })
    assert.equal((await stage.reconcileHere()).code, 0)
    await stage.reconcileHere(() => ({ sources: { open: () => Promise.reject(new PortError('unreachable', 'no answer from the forge')) } }))
    assert.deepEqual((await stage.alerts()).map(({ id }) => id), ['platform-scene-source'])
    await stage.ask('fill', { volume: `${stage.stack}_data`, files: { ill: '' } })
    await stage.untilIll()
    stage.configure('env: { COLOUR: red }')
    const { code, said } = await stage.reconcileHere()
    assert.match(said, /STUCK: 1\.0\.0\+1 is not well either: /)
    const { alerts } = await stage.ports()
    const { seen } = await alerts.list()
    assert.deepEqual([code, seen.map(({ id, ended }) => [id, ended?.says])], [4, [['platform-scene-source', 'what is so now is told as platform-scene-settings, platform-scene-stuck']]])
  })
})
