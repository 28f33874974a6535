import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BootRecord, UnitOutcome } from '../../src/domain/model/boot.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { startApp } from '../../src/workflows/boot/app-unit.ts'
import { until } from '../rig/command.ts'
import { checkout, type Ended, type Started } from '../support/cli.ts'
import { openPlatformStage, type PlatformStage } from './platform-stage.ts'
import type { Scene } from './scripted-recipe.ts'

/** A host of two apps of a scripted world, `other` and after it `scene`, brought up and taken down by the command line. Swarm and networks are the world's own. */

const good: Scene = {}
const crashes: Scene = { services: { app: { exitAfterMs: 50, exitCode: 3 } } }
const UP = ['boot', 'up', '--skip', 'swarm,networks', '--json']

interface Boot {
  code: number | null
  units: Record<string, UnitOutcome>
  err: string
}

async function ended(started: Started): Promise<Boot> {
  const { code, out, err } = await started.ended
  assert.notEqual(out, '', err)
  return { code, err, units: Object.fromEntries((JSON.parse(out) as BootRecord).units.map((outcome) => [outcome.unit, outcome])) }
}

const bootUp = (stage: PlatformStage) => ended(stage.start({}, UP))
const bootDown = (stage: PlatformStage) => ended(stage.start({}, ['boot', 'down', '--json']))
const short = ({ code, units }: Boot) => [code, ...Object.values(units).filter(({ is }) => is !== 'left-out').map(({ unit, is, did }) => `${unit} ${is}${did ? ', done' : ''}`)]
/** Limits that a busy machine keeps, too. */
const settings = ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 300s, rollback: 300s, start: 900s }']
const openHost = (stateless = true) => openPlatformStage({ stateless, beside: 'other', settings })
const answersOf = async (stage: PlatformStage) => [await stage.answers('other.platform.scripted'), await stage.answers()]

describe('boot up', () => {
  test('from nothing each app is installed behind its gate, in order; once more nothing is done, and nothing was started again', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    const first = await bootUp(stage)
    assert.deepEqual(short(first), [0, 'other up, done', 'scene up, done'], first.err)
    assert.deepEqual(await answersOf(stage), ['200 1.0.0+1', '200 1.0.0+1'])
    assert.ok(first.units.scene!.beganAt! >= first.units.other!.endedAt!, 'scene begins once other is up')
    const starts = await stage.world.counts()
    const again = await bootUp(stage)
    assert.deepEqual(short(again), [0, 'other up', 'scene up'], again.err)
    assert.deepEqual([(await stage.world.counts()).deploy, (await stage.world.counts()).remove], [starts.deploy, starts.remove])
  })

  test('T14: where an app cannot come up, the one that needs it is not begun, fails at once and names it; the host is told to be down', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', crashes)
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [4, 'other not-up, done', 'scene needs-dead'], boot.err)
    assert.match(boot.units.scene!.says, /^it needs other, which is not up: other: took 1\.0\.0\+1 away again/)
    assert.equal(boot.units.scene!.cause, 'other')
    assert.deepEqual(Object.keys(await stage.world.counts()).includes('deploy'), true)
    assert.deepEqual((await stage.inventory()).filter((line) => line.includes('scene_platform')), [], 'nothing of scene was begun')
    const again = await bootUp(stage)
    assert.deepEqual(short(again), [4, 'other not-up, done', 'scene needs-dead'], 'at the next boot')
  })

  test('an engine that answers only at the second try: the app is tried again, is up, and nobody was given up', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await stage.world.fault({ method: 'observe', kind: 'unreachable', says: 'the daemon is not there' })
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [0, 'other up, done', 'scene up, done'], boot.err)
    assert.ok(boot.units.other!.tries > 1, `${boot.units.other!.tries} tries`)
  })

  test('a registry that is away for some tries: what goes as before is told as a number, not line by line', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await stage.world.fault({ method: 'pull', kind: 'unreachable', says: 'no route to the registry', times: 3 })
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [0, 'other up, done', 'scene up, done'], boot.err)
    const lines = boot.err.split('\n').filter((line) => line.startsWith('other: '))
    assert.equal(lines.filter((line) => line.includes('no route to the registry')).length, 1, boot.err)
    assert.equal(lines.filter((line) => line === 'other: fetch the images').length, 1, boot.err)
    assert.ok(lines.includes('other: is tried again, for the same reason (3 times so far)'), boot.err)
  })

  /** The first stands still in its deploy; then the others do what they do, and it goes on. */
  async function standingStill(stage: PlatformStage, meanwhile: (first: Started) => Promise<void>): Promise<Boot> {
    stage.publish('1.0.0+1', good)
    await stage.world.fault({ method: 'deploy', holds: true })
    const first = stage.start({}, UP)
    await stage.world.held()
    await meanwhile(first)
    await stage.world.release()
    return await ended(first)
  }

  test('T13: two at once: the second leaves, says who is at it, and each app is installed once', async () => {
    await using stage = await openHost()
    const first = await standingStill(stage, async ({ pid }) => {
      const second = stage.start({}, UP)
      let left: Ended | undefined
      void second.ended.then((end) => { left = end })
      try {
        const { code, err } = await until('the second to leave', 15_000, async () => left)
        assert.equal(code, 3, err)
        assert.match(err, new RegExp(`Process ${pid} is at it already: boot up\\.`))
      } finally {
        second.kill('SIGKILL')
      }
    })
    assert.deepEqual([short(first), await stage.starts('1.0.0+1')], [[0, 'other up, done', 'scene up, done'], 1], first.err)
  })

  test('T13: with --wait the second comes after the first, and finds everything done', async () => {
    await using stage = await openHost()
    let second: Started | undefined
    const first = await standingStill(stage, async ({ pid }) => {
      second = stage.start({}, [...UP, '--wait'])
      await second.says(`waits for process ${pid}: boot up`)
    })
    assert.deepEqual([short(first), short(await ended(second!))], [[0, 'other up, done', 'scene up, done'], [0, 'other up', 'scene up']], first.err)
  })

  test('Ctrl-C: what was begun is taken back, nothing new begins, and a later one brings everything up', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', { services: { app: { healthyAfterMs: 20_000 } } })
    const started = stage.start({}, UP)
    await started.says('other: deploy')
    started.kill('SIGINT')
    const boot = await ended(started)
    assert.deepEqual(short(boot), [130, 'other ended, done', 'scene ended'], boot.err)
    stage.publish('1.0.0+1', good)
    const again = await bootUp(stage)
    assert.deepEqual(short(again), [0, 'other up, done', 'scene up, done'], again.err)
  })

  test('a release that does not do is rolled back, the app is up, and those after it begin: exit 1', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await bootUp(stage)
    stage.publish('1.1.0+2', crashes)
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [1, 'other up, done', 'scene up, done'], boot.err)
    assert.deepEqual(await answersOf(stage), ['200 1.0.0+1', '200 1.0.0+1'])
  })

  test('a recipe whose releases nobody can see holds nobody up: what is there is brought up', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await bootUp(stage)
    await bootDown(stage)
    stage.withdrawAllBut()
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [0, 'other up, done', 'scene up, done'], boot.err)
  })

  test('the registry is gone and a newer release is there: what runs and is well is up', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await bootUp(stage)
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'pull', kind: 'unreachable', says: 'no route to the registry', times: 99 })
    const boot = await bootUp(stage)
    assert.deepEqual(short(boot), [0, 'other up', 'scene up'], boot.err)
  })

  test('after a restart of the engine a slow app is waited for as long as its limits allow, and is not deployed again', async () => {
    await using stage = await openPlatformStage({ stateless: true, settings })
    // Ten times as fast: forty seconds until it is healthy, which is more than a moment; once it ends by itself, and the engine starts it again.
    stage.publish('1.0.0+1', { services: { app: { healthyAfterMs: 4_000, exitAfterMs: 9_000, exits: 1 } } })
    const given = { cancel: new AbortController().signal, abandon: new AbortController().signal, say: () => {} }
    const ports = await stage.ports()
    const app = (await loadSettings({ environment: stage.env, stateFolder: stage.state, settingsFile: undefined, packageFolder: checkout, workingFolder: stage.state })).settings.platform[0]!
    const start = () => startApp(ports, app, given, ({ result }) => JSON.stringify(result))
    assert.deepEqual([await start().then((started) => started.is === 'up' && started.did)], [true])
    await until('the app to end', 30_000, async () => ((await stage.answers()) === '200 1.0.0+1' ? undefined : true))
    const deploys = (await stage.world.counts()).deploy
    const again = await start()
    assert.deepEqual([again.is, again.is === 'up' && again.did, (await stage.world.counts()).deploy, await stage.answers()], ['up', false, deploys, '200 1.0.0+1'], again.says)
  })

  test('boot order knows how long the units took at the last boot', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    const { units } = await bootUp(stage)
    const ordered = await stage.cc('boot', 'order', '--json')
    const slots = (JSON.parse(ordered.out) as { slots: Array<{ unit: string; tookMs: number | null }> }).slots
    assert.deepEqual(slots.map(({ unit, tookMs }) => [unit, tookMs]), [['swarm', null], ['networks', null], ...['other', 'scene'].map((name) => [name, units[name]!.endedAt! - units[name]!.beganAt!])])
  })

  test('boot order takes no install for a start that was rolled back', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', crashes)
    assert.deepEqual(short(await bootUp(stage)), [4, 'other not-up, done', 'scene needs-dead'])
    const ordered = await stage.cc('boot', 'order', '--json')
    assert.deepEqual((JSON.parse(ordered.out) as { unknown: string[] }).unknown, ['swarm', 'networks', 'other', 'scene'])
  })

  test('a unit that is not there, and one that is named twice over, are bad usage', async () => {
    await using stage = await openHost()
    const unknown = await stage.cc('boot', 'up', '--only', 'sceen')
    assert.deepEqual([unknown.code, unknown.err.trim()], [2, 'There is no unit "sceen". This host has: swarm, networks, other, scene.'])
    assert.equal((await stage.cc('boot', 'up', 'scene', '--only', 'other')).code, 2)
  })
})

describe('boot down', () => {
  test('takes the apps down, last first, and keeps data and known-good; boot up brings that very version back, behind its gate, though a newer one is there', async () => {
    await using stage = await openHost(false)
    stage.publish('1.0.0+1', { services: { app: { writesOnStart: { '/data/made': 'x' } } } })
    await bootUp(stage)
    const before = stage.lastGood()
    const down = await bootDown(stage)
    assert.deepEqual(short(down), [0, 'scene down, done', 'other down, done'], down.err)
    assert.ok(down.units.other!.beganAt! >= down.units.scene!.endedAt!, 'other goes once scene is gone')
    assert.deepEqual([await answersOf(stage), stage.lastGood(), await stage.data()], [['404 404 page not found', '404 404 page not found'], before, { made: 'x' }])
    assert.deepEqual(short(await bootDown(stage)), [0, 'scene down', 'other down'], 'once more there is nothing to do')
    stage.publish('1.1.0+2', good)
    assert.deepEqual(short(await bootUp(stage)), [0, 'other up, done', 'scene up, done'])
    assert.deepEqual([await answersOf(stage), stage.lastGood()!.version, await stage.data()], [['200 1.0.0+1', '200 1.0.0+1'], '1.0.0+1', { made: 'x' }])
  })

  test('a named one goes with all that need it, and no other', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await bootUp(stage)
    assert.deepEqual(short(await ended(stage.start({}, ['boot', 'down', 'scene', '--json']))), [0, 'scene down, done'])
    assert.deepEqual(await answersOf(stage), ['200 1.0.0+1', '404 404 page not found'])
    assert.deepEqual(short(await ended(stage.start({}, ['boot', 'down', 'other', '--json']))), [0, 'scene down', 'other down, done'])
  })

  test('an app that stands in the middle of something is left as it is', async () => {
    await using stage = await openHost()
    stage.publish('1.0.0+1', good)
    await bootUp(stage)
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'deploy', holds: true, kind: 'unreachable', says: 'gone' })
    const started = stage.start({}, ['platform', 'reconcile', 'scene'])
    await stage.world.held()
    started.kill('SIGKILL')
    await started.ended
    const down = await bootDown(stage)
    assert.deepEqual([short(down).slice(0, 2), down.units.scene!.says], [[3, 'scene not-down, done'], 'its upgrade to 1.1.0+2 stands in the middle'])
  })
})
