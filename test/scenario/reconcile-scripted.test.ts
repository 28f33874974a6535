import assert from 'node:assert/strict'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileSecretStore } from '../../src/adapters/secret-store/files/store.ts'
import { isRecordTrouble } from '../../src/domain/model/journal.ts'
import { PortError } from '../../src/ports/port-error.ts'
import type { ProbeAnswer } from '../../src/ports/probe.ts'
import type { PlatformPorts } from '../../src/workflows/reconcile/context.ts'
import type { Told } from '../../src/workflows/reconcile/told.ts'
import { scanFolders, scanText } from '../support/secret-scan.ts'
import { DOMAIN, openPlatformStage, type PlatformStage } from './platform-stage.ts'
import type { Scene, ServiceScene } from './scripted-recipe.ts'

// time limit: 480 s, because a busy machine starts some dozens of processes here slowly.

const app = (scene: ServiceScene): Scene => ({ services: { app: scene } })
const good: Scene = {}
const crashes = app({ exitAfterMs: 200, exitCode: 5, lines: ['cannot open the door'] })

/** What became of it, in a few words. */
function short({ result }: Told): string {
  switch (result.is) {
    case 'done':
      return result.outcome ? `${result.decision}: ${result.outcome.is}` : result.decision
    case 'held':
      return `held: ${result.hold.kind}`
    case 'paused':
      return `paused: ${result.because}${result.down ? ', down' : ''}`
    default:
      return result.is
  }
}

/** Reconciles once and says exit code, what became of it, what answers, and the known-good. */
async function once(stage: PlatformStage): Promise<[number, string, string, string | undefined]> {
  const { code, told, said } = await stage.reconcileHere()
  assert.doesNotMatch(said, /\.ts:\d+/, 'it says what happened, not where our code was')
  return [code, short(told), await stage.answers(), stage.lastGood()?.version]
}

async function alertIds(stage: PlatformStage): Promise<string[]> {
  return (await stage.alerts()).map(({ id }) => id).sort()
}

async function installed(given: { stateless: boolean; first?: Scene; settings?: string[] }): Promise<PlatformStage> {
  const stage = await openPlatformStage(given)
  stage.publish('1.0.0+1', given.first ?? good)
  const { code, said } = await stage.reconcileHere()
  assert.equal(code, 0, said)
  return stage
}

describe('platform apps on the scripted engine', { concurrency: 4 }, () => {
  test('a release that writes its secret to its log and falls over: the secret is in no alert, record or word of it', async () => {
    await using stage = await installed({ stateless: true, first: { secret: true } })
    const secret = await fileSecretStore({ stateFolder: stage.state }).get('scene', `${stage.stack}_token_v1`)
    assert.ok(secret && secret.length >= 32)
    stage.publish('1.1.0+2', { secret: true, services: { app: { exitAfterMs: 200, exitCode: 5, lines: [`the token is ${secret}`] } } })
    const { code, out, err } = await stage.reconcile()
    assert.equal(code, 1, err)
    const [alert] = await stage.alerts()
    // Once for each time that it was started.
    assert.deepEqual([...new Set(alert?.lastLines.filter((line) => line.includes('the token is')))], ['the token is [hidden]'])
    assert.deepEqual([...scanText('standard output', out, [secret]), ...scanText('standard error', err, [secret]), ...(await scanFolders([join(stage.state, 'alerts')], [secret]))], [])
    assert.deepEqual(scanText('journal', stage.journal(), [secret]), [])
  })

  for (const stateless of [true, false]) {
    test(`T58: kept secrets that cannot be opened are noticed while the app still runs (${stateless ? 'stateless' : 'stateful'})`, async () => {
      await using stage = await installed({ stateless, first: { secret: true } })
      stage.publish('1.1.0+2', { secret: true })
      const [key, away] = [join(stage.state, 'secret.key'), join(stage.state, 'secret.key.away')]
      renameSync(key, away)
      const starts = await stage.starts('1.0.0+1')
      for (let again = 0; again < 2; again++) assert.deepEqual(await once(stage), [3, 'upgrade: untouched', '200 1.0.0+1', '1.0.0+1'])
      assert.equal(await stage.starts('1.0.0+1'), starts)
      assert.match((await stage.alerts())[0]!.what, /secret\.key is gone\. Put it back from your backup\./)
      renameSync(away, key)
      assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
    })
  }

  test('what others wrote reaches a terminal and a channel as plain lines: a log, a secret in colours, a release note, a name', async () => {
    await using stage = await installed({ stateless: true, first: { secret: true } })
    const secret = (await fileSecretStore({ stateFolder: stage.state }).get('scene', `${stage.stack}_token_v1`))!
    const coloured = `${secret.slice(0, 9)}\u001b[1m${secret.slice(9)}`
    stage.publish('1.1.0+2', { secret: true, services: { app: { exitAfterMs: 200, exitCode: 5, lines: [`\u001b[31mRED\u001b]0;pwn\u0007 ${coloured}`, 'x'.repeat(5_000)] } } })
    assert.equal((await stage.reconcileHere()).code, 1)
    stage.publish('1.2.0+3', { ...good, note: 'You must run\u001b]0;pwn\u0007 \u001b[31mit\u009b by hand.' })
    assert.equal((await stage.reconcileHere()).code, 0)
    const alerts = await stage.alerts()
    const [failed, held] = ['failed', 'held'].map((kind) => alerts.find((alert) => alert.kind === kind)!)
    assert.deepEqual([...new Set(failed!.lastLines.filter((line) => !/^(ends|started) /.test(line)))].sort(), ['RED [hidden]', `${'x'.repeat(499)}…`])
    assert.match(held!.what, /asks for work of a person: "You must run it� by hand\."/)
    assert.equal((await stage.cc('platform', 'approve', 'scene', '1.2.0+3', '--by', 'evil\nname\u001b[31m')).code, 0)
    assert.equal((await stage.cc('alerts', 'ack', held!.id, '--by', 'evil\nname\u001b[31m')).code, 0)
    const shown = [await stage.cc('alerts', 'list', '--all'), await stage.cc('platform', 'history', 'scene'), await stage.cc('platform', 'status')].map(({ out }) => out).join('\n')
    assert.match(shown, /approved 1\.2\.0\+3 \(manual-steps\) by evil name\n/)
    assert.match(shown, /seen by evil name\n/)
    assert.doesNotMatch(shown, /[^\P{Cc}\n]/u)
    assert.doesNotMatch(readFileSync(join(stage.state, 'alerts', `${failed!.id}.json`), 'utf8'), /\\u00/)
    assert.deepEqual(scanText('journal', stage.journal(), [secret]), [])
  })

  test('status says what is known, and not what is not: the recipe out of reach, before anything was installed and after; a record that is damaged', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    const recipe = join(stage.state, '../scene')
    const away = async <T>(work: () => Promise<T>): Promise<T> => {
      renameSync(recipe, `${recipe}-away`)
      return await work().finally(() => renameSync(`${recipe}-away`, recipe))
    }
    const status = async () => {
      const { code, out } = await stage.cc('platform', 'status')
      assert.deepEqual(out.split('\n').filter((line) => line.length > 80), [])
      return [code, out.replace(/\s+/g, ' ')] as const
    }
    stage.publish('1.0.0+1', good)
    const [before, told, approved] = await away(async () => [await status(), await stage.reconcileHere(), await stage.cc('platform', 'approve', 'scene', '1.0.0+1')] as const)
    assert.match(before[1], /wanted unknown running nothing known-good none snapshot none hold its published versions are not known trouble /)
    assert.deepEqual([told.code, short(told.told), approved.code], [4, 'held: no-release', 3], told.said)
    assert.doesNotMatch(told.said, /no published version/)

    assert.equal((await stage.reconcileHere()).code, 0)
    const after = await away(status)
    assert.match(after[1], /wanted unknown running 1\.0\.0\+1, healthy /)
    assert.match(after[1], / trouble /)

    stage.damageJournal('{"v":1,"n":99,"at":1,"entry":"dance"}\n')
    const damaged = await status()
    assert.equal(damaged[0], 3)
    assert.match(damaged[1], /record .*journal\.jsonl:\d+: .* Compare it with the copy/)
    assert.equal((await stage.cc('platform', 'approve', 'scene', '1.0.0+1')).code, 3)
  })

  test('as an operator sees it: installed, nothing to do, upgraded, rolled back with an alert, status and history', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    stage.publish('1.0.0+1', good)
    const first = await stage.reconcile()
    assert.deepEqual([first.code, short(first.told), await stage.answers()], [0, 'install: committed', '200 1.0.0+1'], first.err)
    stage.publish('1.1.0+2', good)
    const second = await stage.reconcile()
    assert.deepEqual([second.code, short(second.told), await stage.answers(), stage.lastGood()?.version], [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'], second.err)
    stage.publish('1.2.0+3', crashes)
    const third = await stage.reconcile()
    assert.deepEqual([third.code, short(third.told), await stage.answers(), stage.lastGood()?.version], [1, 'upgrade: rolled-back', '200 1.1.0+2', '1.1.0+2'], third.err)
    const [alert] = await stage.alerts()
    assert.equal(alert?.id, 'platform-scene-failed-1.2.0+3')
    assert.match(alert.lastLines.join('\n'), /cannot open the door/)
    assert.match(alert.what, /Its last line: “ends with 5”/)
    assert.deepEqual([alert.versionTried, alert.versionRunning], ['1.2.0+3', '1.1.0+2'])
    const status = await stage.cc('platform', 'status')
    assert.equal(status.code, 0, status.err)
    assert.ok(status.out.split('\n').every((line) => line.length <= 80), status.out)
    for (const part of ['wanted      1.2.0+3', 'running     1.1.0+2, healthy', 'known-good  1.1.0+2', 'hold        1.2.0+3 was tried and rolled back']) assert.ok(status.out.includes(part), status.out)
    const history = await stage.cc('platform', 'history', 'scene')
    assert.deepEqual(history.out.trimEnd().split('\n').map((line) => line.slice(18).split(':')[0]), ['upgrade 1.1.0+2 → 1.2.0+3', 'upgrade 1.0.0+1 → 1.1.0+2', 'install 1.0.0+1'])
    assert.equal((await stage.cc('alerts', 'ack', alert.id)).code, 0)
    assert.equal((await stage.cc('alerts', 'list')).out.trim(), 'No alerts.')
  })

  for (const stateless of [true, false]) {
    const kind = stateless ? 'stateless' : 'stateful'

    test(`${kind}: good, bad, good: the bad one is passed over, and its alert is over`, async () => {
      await using stage = await installed({ stateless })
      stage.publish('1.1.0+2', crashes)
      assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
      assert.deepEqual(await alertIds(stage), ['platform-scene-failed-1.1.0+2'])
      assert.deepEqual(await once(stage), [0, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
      assert.deepEqual(await alertIds(stage), ['platform-scene-failed-1.1.0+2'])
      stage.publish('1.2.0+3', good)
      assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.2.0+3', '1.2.0+3'])
      assert.deepEqual(await alertIds(stage), [])
      assert.deepEqual(await once(stage), [0, 'nothing', '200 1.2.0+3', '1.2.0+3'])
    })

    test(`T21: ${kind}: bad, bad, bad: each goes back to what was well last, and never to the bad one before it; then it pauses, and goes on when a person says so`, async () => {
      await using stage = await installed({ stateless })
      for (const version of ['1.1.0+2', '1.2.0+3', '1.3.0+4']) {
        stage.publish(version, crashes)
        assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
      }
      stage.publish('1.4.0+5', good)
      assert.deepEqual(await once(stage), [0, 'held: rolled-back-in-a-row', '200 1.0.0+1', '1.0.0+1'])
      assert.deepEqual((await stage.approveHere('1.4.0+5')).is, 'approved')
      assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.4.0+5', '1.4.0+5'])
    })
  }

  for (const { that, exits } of [{ that: 'once', exits: 1 }, { that: 'so often that it looks like a loop', exits: 4 }]) {
    test(`T5: known-good that fails to start ${that} on the way back is waited for, and the engine does not put the bad one there in its stead`, async () => {
      await using stage = await installed({ stateless: true, settings: ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 20s, rollback: 120s, start: 150s }'], first: app({ rollback: true, exitsIn: 'updates', exits, exitAfterMs: 50, healthyAfterMs: 200 }) })
      stage.publish('1.1.0+2', crashes)
      assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
      assert.deepEqual(await once(stage), [0, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
    })
  }

  /** What is wrong with a version, and what the alert says of it. */
  const broken: Array<{ that: string; scene: Scene; says: RegExp; /** Also where there is data to go back with. */ stateful?: true }> = [
    { that: 'T22: one that cannot be read', scene: { lintError: true }, says: /lint: compose\.yml:/, stateful: true },
    { that: 'T22: one whose image the registry does not have', scene: { imageMissing: true }, says: /ccci\/never-published:2\.0 does not exist/, stateful: true },
    { that: 'T22: one that the engine refuses', scene: app({ refuses: { kind: 'refused', says: 'invalid mount config' } }), says: /invalid mount config/ },
    { that: 'T22: one of which the engine takes one half', scene: { services: { app: {}, late: { refuses: { kind: 'refused', says: 'not a DNS name', half: true } } } }, says: /not a DNS name/, stateful: true },
    { that: 'T6: one that falls over eight tenths of the dwell after it was ready', scene: app({ exitAfterMs: 800, exitCode: 5 }), says: /crashed/ },
    { that: 'T5: one that the engine rolls back by itself', scene: app({ rollback: true, exitAfterMs: 100 }), says: /went back to the old one by itself/ },
    { that: 'T4: one behind which the proxy shows its own page', scene: app({ answer: { status: 404, body: '404 page not found\n' } }), says: /the proxy's own page/ },
    { that: 'T3: one that is up and serves nothing', scene: app({ answer: { status: 500, body: 'no\n' } }), says: /HTTP 500/, stateful: true },
    { that: 'one that says something else', scene: app({ answer: { status: 200, body: 'hello\n' } }), says: /without "2"/ },
    { that: 'one whose health check fails', scene: app({ unhealthyAfterMs: 50 }), says: /health check fails/ },
    { that: 'T7: one that no node takes', scene: app({ pending: { because: 'no-node', says: 'no suitable node' } }), says: /no suitable node/, stateful: true },
    { that: 'one whose task the engine rejects', scene: app({ rejected: { because: 'bad-mount', says: 'invalid mount' } }), says: /invalid mount/ },
  ]
  for (const { that, scene, says, stateful } of broken) {
    for (const stateless of stateful ? [true, false] : [true]) {
      test(`${that} is rolled back once, and told with its reason (${stateless ? 'stateless' : 'stateful'})`, async () => {
        await using stage = await installed({ stateless, settings: ['gate: { passes: 3, dwell: 10s, contains: "{{version}}" }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }'] })
        stage.publish('1.1.0+2', scene)
        assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
        const alerts = await stage.alerts()
        assert.deepEqual(alerts.map(({ id }) => id), ['platform-scene-failed-1.1.0+2'])
        assert.match(alerts[0]!.what, says)
      })
    }
  }

  test('T4: while the old version still answers the new one is not committed', async () => {
    await using stage = await installed({ stateless: true, first: app({ answer: { status: 200, body: 'Version 1' } }), settings: ['gate: { passes: 3, dwell: 10s, contains: "Version {{version}}" }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }'] })
    stage.publish('1.1.0+2', app({ answer: { status: 200, body: 'Version 1' } }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 Version 1', '1.0.0+1'])
    assert.match((await stage.alerts())[0]!.what, /the old version still answers/)
  })

  test('T14: one whose database can never become healthy is told by that, and not by the limit of what waits for it', async () => {
    await using stage = await installed({ stateless: true, settings: ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 100s, rollback: 200s, start: 400s }'] })
    stage.publish('1.1.0+2', { services: { app: {}, db: { healthyAfterMs: 5_000, exitAfterMs: 50, exitCode: 3 } } })
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.match((await stage.alerts())[0]!.what, /service db starts and ends again and again/)
  })

  test('T10: one with a service that is scaled to nothing on purpose is committed', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', { services: { app: {}, once: { replicas: 0 } } })
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T61: one whose service ends a few times while its database begins, and then stays, is committed', async () => {
    await using stage = await installed({ stateless: true, settings: ['gate: { passes: 3, dwell: 10s }', 'limits: { deploy: 200s, rollback: 300s, start: 600s }'] })
    stage.publish('1.1.0+2', { services: { app: { healthyAfterMs: 60, exitAfterMs: 10, exitCode: 1, exits: 5 }, db: { healthyAfterMs: 3_500 } } })
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T13: two apps and a third process at once, on a host where there is nothing yet: each is installed once', async () => {
    await using stage = await openPlatformStage({ stateless: true, beside: 'other' })
    stage.publish('1.0.0+1', good)
    const all = await Promise.all([stage.cc('platform', 'reconcile', 'scene', '--json'), stage.cc('platform', 'reconcile', 'other', '--json'), stage.cc('platform', 'reconcile', 'other', '--json')])
    const did = all.map(({ out, err }) => (out === '' ? err : short((JSON.parse(out) as Told[])[0]!)))
    assert.equal(did[0], 'install: committed')
    assert.ok(did.slice(1).includes('install: committed') && did.slice(1).every((one) => ['install: committed', 'busy', 'nothing'].includes(one)), did.join(', '))
    assert.deepEqual([await stage.answers(), await stage.answers('other.platform.scripted'), await stage.starts('1.0.0+1')], ['200 1.0.0+1', '200 1.0.0+1', 1])
  })

  for (const kind of ['unreachable', 'limited', 'unexpected'] as const) {
    test(`T34: a registry that is ${kind}: nothing is touched, nothing is marked, and the next time it goes through`, async () => {
      await using stage = await installed({ stateless: false })
      stage.publish('1.1.0+2', good)
      const starts = await stage.starts('1.0.0+1')
      await stage.world.fault({ method: 'pull', kind, says: 'toomanyrequests' })
      assert.deepEqual(await once(stage), [3, 'upgrade: untouched', '200 1.0.0+1', '1.0.0+1'])
      assert.deepEqual([await stage.starts('1.0.0+1'), await alertIds(stage)], [starts, ['platform-scene-host']])
      assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
      assert.deepEqual(await alertIds(stage), [])
    })
  }

  test('T38: one that cannot be placed because the shared network has no address left: it goes back, the version is not marked, and the next time it goes through', async () => {
    await using stage = await installed({ stateless: false })
    stage.publish('1.1.0+2', app({ pending: { because: 'no-address', says: 'could not find an available IP' } }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    stage.publish('1.1.0+2', good)
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  const migrates = (then: ServiceScene) => app({ writesOnStart: { '/data/schema': 'new' }, ...then })
  const old = app({ writesOnStart: { '/data/made': 'x' } })

  test('T15: a version that migrates and then falls over is rolled back with its data', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', migrates({ exitAfterMs: 300, exitCode: 5 }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await stage.data(), { made: 'x' })
  })

  for (const { that, volumes, says } of [
    { that: 'one volume is a share that is mounted only while it runs', volumes: { data: {}, share: { driver_opts: { type: 'nfs', device: ':/export', o: 'addr=10.0.0.1' } } }, says: /scene_platform_scripted_share is a mount \(:\/export\)/ },
    { that: 'one of two volumes is not in the list', volumes: { data: {}, lost: {} }, says: /scene_platform_scripted_lost is not among the stack's volumes/ },
  ]) {
    test(`T15: ${that}, so that a snapshot would not hold it: nothing is stopped, until a person says that the data need not go back`, async () => {
      await using stage = await installed({ stateless: false, first: { ...old, volumes } })
      stage.publish('1.1.0+2', { ...migrates({ answer: { status: 500, body: '' } }), volumes })
      const starts = await stage.starts('1.0.0+1')
      const without = ({ engine }: PlatformPorts): Partial<PlatformPorts> => ({ engine: { ...engine, volumes: async (app) => (await engine.volumes(app)).filter(({ name }) => !name.endsWith('_lost')) } })
      const { code, told, said } = await stage.reconcileHere(without)
      assert.deepEqual([code, short(told), await stage.answers(), await stage.starts('1.0.0+1'), await stage.starts('1.1.0+2')], [3, 'upgrade: untouched', '200 1.0.0+1', starts, 0], said)
      assert.match(said, says)
      assert.match((await stage.alerts())[0]!.what, /say "stateless: true" for scene in the settings/)
    })
  }

  test('T60: a version that migrates and then answers wrongly is rolled back with its data, though the old one would answer on it', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', migrates({ answer: { status: 500, body: '' } }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await stage.data(), { made: 'x' })
  })

  test('T17: a volume that came with a version which went back goes with it: the next try does not meet what was left in it', async () => {
    await using stage = await installed({ stateless: false, first: old })
    const volumes = { data: {}, next: {} }
    const volumesNow = async () => (await stage.inventory()).filter((one) => one.startsWith('volume '))
    const before = await volumesNow()
    stage.publish('1.1.0+2', { ...app({ writesOnStart: { '/next/copied': 'half' }, answer: { status: 500, body: '' } }), volumes })
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await volumesNow(), await stage.data()], [before, { made: 'x' }])
    stage.publish('1.2.0+3', { ...app({ writesOnStart: { '/next/copied': 'whole' } }), volumes })
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.2.0+3', '1.2.0+3'])
    assert.equal((await volumesNow()).length, 2)
  })

  test('T16: a snapshot that was damaged before the restore: the app stays down, the snapshot is kept, exit 4; once it is whole it goes on', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', migrates({ exitAfterMs: 300, exitCode: 5 }))
    await stage.world.fault({ method: 'snapshotRestore', times: 2, kind: 'conflict', says: 'a hash differs' })
    const starts = await stage.starts('1.0.0+1')
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(await once(stage), [4, 'paused: stuck, down', '404 404 page not found', '1.0.0+1'])
      assert.equal(await stage.starts('1.0.0+1'), starts, 'the old version never met the new data')
    }
    assert.deepEqual((await stage.ask<Array<{ id: string }>>('snapshotList', { app: 'scene' })).length, 1)
    const [alert, ...more] = await stage.alerts()
    assert.deepEqual([alert?.id, alert?.kind, alert?.versionRunning, more], ['platform-scene-stuck', 'stuck', undefined, []])
    assert.deepEqual(await once(stage), [1, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await stage.data(), await alertIds(stage)], [{ made: 'x' }, ['platform-scene-failed-1.1.0+2']])
  })

  test('T16: a snapshot that stays damaged: a person puts the data back, says so, and the way back goes on from there', async () => {
    await using stage = await installed({ stateless: false, first: old })
    const says = (version: string) => stage.cc('platform', 'restored', 'scene', version, '--by', 'ops')
    const early = await says('1.0.0+1')
    assert.deepEqual([early.code, /does not wait for its data/.test(early.err)], [2, true], early.err)
    stage.publish('1.1.0+2', migrates({ exitAfterMs: 300, exitCode: 5 }))
    await stage.world.fault({ method: 'snapshotRestore', times: 9, kind: 'conflict', says: 'a hash differs' })
    const stuck = await stage.reconcile()
    assert.deepEqual([stuck.code, /cc-ci platform restored scene 1\.0\.0\+1/.test(stuck.err + stuck.out)], [4, true], stuck.err)

    const wrong = await says('1.1.0+2')
    assert.deepEqual([wrong.code, /data of that version/.test(wrong.err)], [2, true], wrong.err)
    assert.equal((await once(stage))[0], 4, 'what was refused changed nothing')
    await stage.ask('fill', { volume: `${stage.stack}_data`, files: { made: 'x', kept: 'elsewhere' } })
    const status = async () => (await stage.cc('platform', 'status')).out.replace(/\s+/g, ' ')
    const held = await (await stage.ports()).locks.tryAcquire('platform:scene', 'reconcile of scene')
    assert.ok(!('heldBy' in held))
    const late = await says('1.0.0+1')
    assert.deepEqual([late.code, late.err.trim()], [3, `Process ${process.pid} works on scene: reconcile of scene. Say it again when that has ended.`])
    assert.match(await status(), new RegExp(`open upgrade to 1\\.1\\.0\\+2: process ${process.pid} works on it: reconcile of scene `))
    await held.release()
    assert.match(await status(), /open upgrade to 1\.1\.0\+2: The data could not be restored/)
    const right = await says('1.0.0+1')
    assert.equal(right.code, 0, right.err)
    assert.match(await status(), /open upgrade to 1\.1\.0\+2: the data was put back by hand by ops; the next reconcile goes on from there /)
    assert.deepEqual(await once(stage), [1, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await stage.data(), stage.history().operations.at(-1)?.restoredBy, await alertIds(stage)], [{ made: 'x', kept: 'elsewhere' }, 'ops', ['platform-scene-failed-1.1.0+2']])
    assert.match((await stage.cc('platform', 'history', 'scene')).out, /put back by hand by ops/)
    assert.equal((await says('1.0.0+1')).code, 2, 'once is enough')
  })

  test('a snapshot that finds no room is known before anything stops', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.ask('freeBytes', { bytes: 0 })
    const starts = await stage.starts('1.0.0+1')
    assert.deepEqual(await once(stage), [3, 'upgrade: untouched', '200 1.0.0+1', '1.0.0+1'])
    assert.equal(await stage.starts('1.0.0+1'), starts)
  })

  test('T39: a place for snapshots that cannot be written to is known before anything stops, as often as it is tried', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'snapshotSpace', times: 6, kind: 'refused', says: 'EPERM' })
    const starts = await stage.starts('1.0.0+1')
    for (let again = 0; again < 6; again++) assert.deepEqual(await once(stage), [3, 'upgrade: untouched', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await stage.starts('1.0.0+1'), await alertIds(stage)], [starts, ['platform-scene-host']])
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T39: a host on which no snapshot can be made takes the app down three times, and then a person has to say so', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'snapshotTake', times: 3, kind: 'unexpected', says: 'EIO' })
    for (let again = 0; again < 3; again++) assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    const starts = await stage.starts('1.0.0+1')
    assert.deepEqual(await once(stage), [0, 'held: rolled-back-in-a-row', '200 1.0.0+1', '1.0.0+1'])
    assert.equal(await stage.starts('1.0.0+1'), starts)
    await stage.approveHere('1.1.0+2')
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T39: the same with other settings', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.configure('env: { COLOUR: green }')
    await stage.world.fault({ method: 'snapshotTake', times: 3, kind: 'unexpected', says: 'EIO' })
    for (let again = 0; again < 3; again++) assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    const starts = await stage.starts('1.0.0+1')
    for (let again = 0; again < 2; again++) assert.deepEqual(await once(stage), [0, 'held: settings-rolled-back-in-a-row', '200 1.0.0+1', '1.0.0+1'])
    assert.equal(await stage.starts('1.0.0+1'), starts)
    await stage.approveHere('1.0.0+1')
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.0.0+1', '1.0.0+1'])
  })

  test('a snapshot that fails brings the old version back, and blames the host', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'snapshotTake', kind: 'limited', says: 'no space left' })
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  for (const { kind, says, faults, left } of [{ kind: 'conflict', says: 'a hash differs', faults: 6, left: 1 }, { kind: 'limited', says: 'the disk does not answer', faults: 2, left: 3 }] as const) {
    test(`T20: the last snapshot that was read back is kept while later ones cannot be: ${says}`, async () => {
      await using stage = await installed({ stateless: false, first: old })
      const snapshots = async () => (await stage.ask<Array<{ id: string }>>('snapshotList', { app: 'scene' })).map(({ id }) => id)
      stage.publish('1.1.0+2', crashes)
      assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
      const [readBack] = await snapshots()
      stage.publish('1.2.0+3', good)
      await stage.world.fault({ method: 'snapshotVerify', times: faults, kind, says })
      for (let again = 0; again < 2; again++) {
        assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
        assert.equal((await snapshots()).at(-1), readBack)
      }
      assert.equal((await snapshots()).length, left, 'what is known to be damaged is of no use to anybody')
    })
  }

  test('T20: where the snapshot before is damaged, one is taken that shares nothing with it, and that one is believed', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'snapshotVerify', kind: 'conflict', says: 'a hash differs' })
    const { code, told, said } = await stage.reconcileHere()
    assert.deepEqual([code, short(told), (await stage.ask<object[]>('snapshotList', { app: 'scene' })).length], [0, 'upgrade: committed', 1], said)
    assert.match(said, /What was written does not read back \(.*\)\. Taking one that shares nothing with those before\./)
  })

  test('T20: an earlier snapshot that is damaged is told by its own name for as long as it is kept, and what was dropped is not', async () => {
    await using stage = await installed({ stateless: false, first: old })
    const snapshots = async () => (await stage.ask<Array<{ id: string }>>('snapshotList', { app: 'scene' })).map(({ id }) => id)
    stage.publish('1.1.0+2', good)
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
    const [earlier] = await snapshots()
    stage.publish('1.2.0+3', good)
    await stage.world.fault({ method: 'snapshotVerify', times: 2, kind: 'conflict', says: 'a hash differs' })
    const { code, said } = await stage.reconcileHere()
    assert.equal(code, 0, said)
    assert.ok(said.includes(`Snapshot ${earlier} is damaged (a hash differs). Taking one that shares nothing with those before.`), said)
    assert.deepEqual((await stage.alerts()).map(({ id, what }) => [id, what]), [[`snapshot-scene-${earlier}`, `An earlier snapshot of scene, ${earlier}, is damaged: a hash differs.`]])

    stage.publish('1.3.0+4', good)
    await stage.world.fault({ method: 'snapshotVerify', times: 4, kind: 'conflict', says: 'a hash differs' })
    const dropped = await stage.reconcileHere()
    assert.equal(dropped.code, 1, dropped.said)
    assert.match((await stage.alerts()).find(({ id }) => id === 'platform-scene-went-back')!.what, /No snapshot could be made: what was written does not read back \(a hash differs\), and was dropped\. Look at the disk\./)
    for (const version of ['1.4.0+5', '1.5.0+6']) {
      stage.publish(version, good)
      assert.equal((await once(stage))[0], 0)
    }
    assert.deepEqual([(await snapshots()).includes(earlier!), await alertIds(stage)], [false, []])
  })

  test("T21: known-good's images are kept on the host until another version is known-good", async () => {
    await using stage = await installed({ stateless: true, first: good })
    const kept = () => stage.ask<string[]>('kept', { stack: stage.stack })
    assert.deepEqual(await kept(), ['ccci/scene-app:1.0'])
    stage.publish('1.1.0+2', crashes)
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await kept(), ['ccci/scene-app:1.0'])
    stage.publish('1.2.0+3', good)
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.2.0+3', '1.2.0+3'])
    assert.deepEqual(await kept(), ['ccci/scene-app:3.0'])
  })

  test('T19: a snapshot begins only when the last task is gone', async () => {
    await using stage = await installed({ stateless: false, first: app({ lingersMs: 1_500, writesOnStop: { '/data/made': 'on stop' } }) })
    stage.publish('1.1.0+2', migrates({ exitAfterMs: 300 }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await stage.data(), { made: 'on stop' })
  })

  test('T62: a proxy that answers for itself and leads nowhere is rolled back; its own gate alone would have passed it', async () => {
    const proxySettings = ['gate: { passes: 3, dwell: 10s, routes: true }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }']
    await using stage = await installed({ stateless: true, first: app({ proxies: 'well' }), settings: proxySettings })
    await otherApp(stage)
    stage.publish('1.1.0+2', app({ proxies: 'routes-nothing' }))
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.match((await stage.alerts())[0]!.what, /no longer leads to apps that answered before: http:\/\/other\.scripted/)
    assert.equal(await stage.answers('other.scripted'), '200 other')
    stage.publish('1.2.0+3', app({ proxies: 'well' }))
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.2.0+3', '1.2.0+3'])
  })

  test('what visitors lose while the proxy is changed is counted, said and on record, on the way there and on the way back', async () => {
    const proxySettings = ['gate: { passes: 3, dwell: 10s, routes: true }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }']
    await using stage = await installed({ stateless: true, first: app({ proxies: 'well' }), settings: proxySettings })
    await otherApp(stage)
    stage.publish('1.1.0+2', app({ proxies: 'well', startMs: 300 }))
    const there = await stage.reconcileHere()
    assert.equal(short(there.told), 'upgrade: committed')
    const lost = there.told.result.is === 'done' ? there.told.result.lost : undefined
    assert.ok(lost && lost.unanswered > 0 && lost.asked > lost.unanswered && lost.longestGapMs > 0, JSON.stringify(lost))
    assert.match(lost.url, /^http:\/\/other\.scripted(:\d+)?\/$/)
    assert.deepEqual(stage.history().operations.at(-1)?.lost, lost)
    const words = `of ${lost.asked} requests at ${lost.url} meanwhile ${lost.unanswered} had no answer; the longest gap was `
    assert.ok(there.said.includes(`scene: ${words}`), there.said)
    assert.ok((await stage.cc('platform', 'history', 'scene')).out.includes(words))

    stage.publish('1.2.0+3', app({ proxies: 'routes-nothing' }))
    const back = await stage.reconcileHere()
    assert.equal(short(back.told), 'upgrade: rolled-back')
    const more = back.told.result.is === 'done' ? back.told.result.lost : undefined
    assert.ok(more && more.unanswered > lost.unanswered, JSON.stringify([lost, more]))
    assert.deepEqual(stage.history().operations.at(-1)?.lost, more)
  })

  test('where nobody is behind the proxy nothing is counted', async () => {
    await using stage = await installed({ stateless: true, first: app({ proxies: 'well' }), settings: ['gate: { passes: 3, dwell: 10s, routes: true }', 'limits: { deploy: 20s, rollback: 30s, start: 60s }'] })
    stage.publish('1.1.0+2', app({ proxies: 'well' }))
    const { told, said } = await stage.reconcileHere()
    assert.deepEqual([short(told), told.result.is === 'done' && told.result.lost, stage.history().operations.at(-1)?.lost], ['upgrade: committed', undefined, undefined])
    assert.doesNotMatch(said, /requests? at/)
  })

  test('T15: another domain in the settings: nothing is put up on empty volumes, nothing goes on under the other name, and with the old domain everything does', async () => {
    await using stage = await installed({ stateless: false, first: old })
    const file = join(stage.state, 'settings.yml')
    const settings = readFileSync(file, 'utf8')
    const moved = settings.replace(`domain: ${DOMAIN}`, 'domain: moved.platform.scripted')
    const before = await stage.inventory()
    writeFileSync(file, moved)
    const { code, told, said } = await stage.reconcileHere()
    assert.deepEqual([code, short(told), await stage.answers(), await stage.inventory()], [4, 'held: other-domain', '200 1.0.0+1', before], said)
    assert.match(said, /it was deployed as scene\.platform\.scripted, and the settings now say moved\.platform\.scripted: its stack and its data have the name of the domain\. Set it back to scene\.platform\.scripted\./)
    assert.deepEqual(await alertIds(stage), ['platform-scene-held-other-domain'])
    writeFileSync(file, settings)
    stage.publish('1.1.0+2', migrates({ exitAfterMs: 300, exitCode: 5 }))
    await stage.world.fault({ method: 'snapshotRestore', times: 1, kind: 'conflict', says: 'a hash differs' })
    assert.deepEqual(await once(stage), [4, 'paused: stuck, down', '404 404 page not found', '1.0.0+1'])
    const stopped = await stage.inventory()
    writeFileSync(file, moved)
    assert.deepEqual([await once(stage), await stage.inventory()], [[4, 'held: other-domain', '404 404 page not found', '1.0.0+1'], stopped])
    writeFileSync(file, settings)
    assert.deepEqual([await once(stage), await stage.data(), await alertIds(stage)], [[1, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'], { made: 'x' }, ['platform-scene-failed-1.1.0+2']])
  })

  test('T15: its known-good is lost while it is down: nothing newer comes up on its data without a person', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('2.0.0+2', migrates({}))
    await stage.takeAway('keep')
    const file = join(stage.state, 'platform/scene/last_good.json')
    const known = readFileSync(file, 'utf8')
    rmSync(file)
    const { code, told, said } = await stage.reconcileHere()
    assert.deepEqual([code, short(told), await stage.data()], [4, 'held: data-without-record', { made: 'x' }], said)
    assert.match(said, /last_good\.json is not there, though 1\.0\.0\+1 was committed\. Put last_good\.json back/)
    writeFileSync(file, known)
    assert.deepEqual(await once(stage), [0, 'repair: committed', '200 1.0.0+1', '1.0.0+1'])
    await stage.takeAway('keep')
    await stage.forget()
    assert.deepEqual(await once(stage), [4, 'held: data-without-record', '404 404 page not found', undefined])
    assert.equal((await stage.approveHere('2.0.0+2')).is, 'approved')
    assert.deepEqual([await once(stage), await stage.data()], [[0, 'install: committed', '200 2.0.0+2', '2.0.0+2'], { made: 'x', schema: 'new' }])
  })

  test('what runs without a record is adopted as it runs, and upgraded after', async () => {
    await using stage = await installed({ stateless: false })
    const starts = await stage.starts('1.0.0+1')
    await stage.forget()
    assert.deepEqual(await once(stage), [0, 'adopt: committed', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await stage.starts('1.0.0+1'), stage.lastGood()?.adopted], [starts, true])
    stage.publish('1.1.0+2', good)
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
    assert.equal(stage.lastGood()?.adopted, false)
  })

  test('what is gone or ill is repaired, also while something newer is held; what no repair helps needs a person', async () => {
    await using stage = await installed({ stateless: false, first: app({ unhealthyWhen: '/data/ill' }) })
    await stage.takeAway('keep')
    assert.deepEqual(await once(stage), [0, 'repair: committed', '200 1.0.0+1', '1.0.0+1'])
    stage.publish('2.0.0+2', good)
    assert.deepEqual(await once(stage), [0, 'held: major', '200 1.0.0+1', '1.0.0+1'])
    await stage.ask('writeFile', { app: { run: 'platform-scene', stack: stage.stack, domain: stage.domain }, service: 'app', path: '/data/ill', bytes: '' })
    await stage.untilIll()
    const { code, told } = await stage.reconcileHere()
    assert.deepEqual([code, short(told)], [4, 'repair: stuck'])
    assert.ok((await alertIds(stage)).includes('platform-scene-stuck'))
  })

  test('T23: what is gone while the engine takes no deploy comes back once it does, however often that was tried', async () => {
    await using stage = await installed({ stateless: false, first: old })
    await stage.takeAway('keep')
    const away = ({ engine }: PlatformPorts): Partial<PlatformPorts> => ({ engine: { ...engine, deploy: () => Promise.reject(new PortError('unreachable', 'the engine takes nothing')) } })
    for (let time = 0; time < 20; time++) {
      const { code, told, said } = await stage.reconcileHere(away)
      assert.deepEqual([code, short(told)], [4, 'paused: host, down'], said)
    }
    assert.deepEqual([(await once(stage))[0], await stage.answers()], [0, '200 1.0.0+1'])
    assert.deepEqual(await alertIds(stage), [])
  })

  test('a major release and a note two releases back hold; each approval lifts one, and is on record', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', { note: 'You must insert a new secret by hand.' })
    stage.publish('2.0.0+3', good)
    const starts = await stage.starts('1.0.0+1')
    for (let again = 0; again < 2; again++) assert.deepEqual(await once(stage), [0, 'held: major', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await alertIds(stage), await stage.starts('1.0.0+1')], [['platform-scene-held-major-2.0.0+3'], starts])
    const away = await stage.reconcileHere(() => ({ sources: { open: () => Promise.reject(new PortError('unreachable', 'no answer from the forge')) } }))
    assert.deepEqual([away.code, short(away.told), await alertIds(stage)], [3, 'nothing', ['platform-scene-held-major-2.0.0+3', 'platform-scene-source']], 'what is not known to be over is not over')
    const wrong = await stage.approveHere('1.1.0+2')
    assert.match(wrong.is === 'refused' ? wrong.why : '', /^scene 1\.1\.0\+2 is not held; 2\.0\.0\+3 is/)
    const first = await stage.approveHere('2.0.0+3')
    assert.deepEqual([first.is === 'approved' && first.lifts, first.is === 'approved' && /1\.1\.0\+2 asks for work/.test(first.stillHeld ?? '')], ['major', true])
    assert.deepEqual(await once(stage), [0, 'held: manual-steps', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await alertIds(stage), ['platform-scene-held-manual-steps-2.0.0+3'])
    await stage.approveHere('2.0.0+3')
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 2.0.0+3', '2.0.0+3'])
    assert.deepEqual([await alertIds(stage), stage.history().approvals.map(({ version, lifts, by }) => [version, lifts, by])], [[], [['2.0.0+3', 'major', 'ops'], ['2.0.0+3', 'manual-steps', 'ops']]])
  })

  test('other settings are deployed like another version: through the gate, with the files that are there, and back again', async () => {
    await using stage = await installed({ stateless: false })
    const starts = await stage.starts('1.0.0+1')
    stage.configure('env: { COLOUR: green }')
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.0.0+1', '1.0.0+1'])
    assert.equal(await stage.starts('1.0.0+1'), starts + 1)
    assert.deepEqual(await once(stage), [0, 'nothing', '200 1.0.0+1', '1.0.0+1'])
    stage.configure('env: { COLOUR: red }')
    await stage.world.fault({ method: 'deploy', kind: 'refused', says: 'no red' })
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual(await once(stage), [0, 'held: settings-failed-before', '200 1.0.0+1', '1.0.0+1'])
    stage.configure('env: { COLOUR: green }')
    assert.deepEqual(await once(stage), [0, 'nothing', '200 1.0.0+1', '1.0.0+1'])
  })

  test('whoever ends it in the middle of an upgrade leaves nothing down: it goes back first, and is tried again the next time', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'snapshotTake', holds: true })
    const ended = stage.start()
    await stage.world.held()
    ended.kill('SIGTERM')
    const { code, err } = await ended.ended
    assert.equal(code, 143, err)
    assert.deepEqual([await stage.answers(), stage.lastGood()?.version, stage.history().open], ['200 1.0.0+1', '1.0.0+1', null])
    await stage.world.release()
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('two at once: the second one leaves and says who works on it', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'pull', holds: true })
    const first = stage.start()
    await stage.world.held()
    const second = await stage.cc('platform', 'reconcile')
    assert.deepEqual([second.code, second.out.trim()], [3, `scene: left alone, because process ${first.pid} works on it: reconcile of scene`], second.err)
    await stage.world.release()
    assert.equal((await first.ended).code, 0)
    assert.deepEqual(await once(stage), [0, 'nothing', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T41: an engine that cannot be asked is no verdict: nothing is committed, nothing rolled back, and the next start goes on', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', good)
    const { code, told } = await stage.reconcileHere(({ engine }) => {
      let looks = Number.NEGATIVE_INFINITY
      return {
        engine: {
          ...engine,
          async deploy(...asked) {
            looks = 0
            return await engine.deploy(...asked)
          },
          async observe(of) {
            looks += 1
            if (looks > 1) throw new PortError('unreachable', 'the engine does not answer')
            return await engine.observe(of)
          },
        },
      }
    })
    assert.deepEqual([code, short(told), stage.lastGood()?.version, await alertIds(stage)], [3, 'paused: inconclusive', '1.0.0+1', ['platform-scene-inconclusive']])
    assert.deepEqual(await once(stage), [0, 'nothing', '200 1.1.0+2', '1.1.0+2'])
    assert.deepEqual(stage.history().operations.map(({ outcome }) => outcome.is), ['committed', 'committed'])
  })

  const REFUSED: ProbeAnswer = { kind: 'refused', says: 'ECONNREFUSED', ms: 0 }
  /** No probe gets another answer, from the start on or once something was deployed. */
  const unasked = (from: 'the start' | 'the deploy', answer: ProbeAnswer = { kind: 'not-sent', says: 'no free file descriptor', ms: 0 }): ((ports: PlatformPorts) => Partial<PlatformPorts>) => ({ engine, probes }) => {
    let isMute = from === 'the start'
    const deploy: typeof engine.deploy = async (...asked) => {
      isMute = true
      return await engine.deploy(...asked)
    }
    return { engine: { ...engine, deploy }, probes: { http: async (request) => (isMute ? answer : await probes.http(request)) } }
  }
  const order = { made: 'x', order: 'paid' }

  for (const that of ['the engine does not answer', 'no probe can be made'] as const) {
    test(`T23: ${that} for an hour after an upgrade with data was deployed: neither committed nor taken back, however often it is looked at, and what people did meanwhile stays`, async () => {
      await using stage = await installed({ stateless: false, first: old })
      stage.publish('1.1.0+2', app({ writesOnStart: { '/data/made': 'x' } }))
      const silent = ({ engine }: PlatformPorts): Partial<PlatformPorts> => {
        let deployed = stage.history().open !== null
        return {
          engine: {
            ...engine,
            async deploy(...asked) {
              deployed = true
              return await engine.deploy(...asked)
            },
            async observe(of) {
              if (deployed) throw new PortError('unreachable', 'the engine does not answer')
              return await engine.observe(of)
            },
          },
        }
      }
      const later = that === 'no probe can be made' ? unasked('the start') : silent
      for (let time = 0; time < 6; time++) {
        const { code, told, said } = await stage.reconcileHere(time > 0 ? later : that === 'no probe can be made' ? unasked('the deploy') : silent)
        assert.equal(told.result.is === 'paused' && told.result.because !== 'stuck', true, said)
        // What the engine says of it is what is told: exit code, last line and alert.
        const isSilent = that === 'the engine does not answer'
        assert.deepEqual([code, /, and may be down: /.test(said), / down/.test(said), (await stage.alerts()).map(({ kind, what }) => [kind, /, and it may be down: /.test(what)])], isSilent ? [4, true, true, [['stuck', true]]] : [3, false, false, [['trouble', false]]], said)
        if (time === 0) await stage.ask('fill', { volume: `${stage.stack}_data`, files: order })
      }
      assert.deepEqual([await once(stage), (await stage.data()).order], [[0, 'nothing', '200 1.1.0+2', '1.1.0+2'], 'paid'])
      assert.deepEqual(stage.history().operations.map(({ outcome }) => outcome.is), ['committed', 'committed'])
    })
  }

  test('T23: an upgrade that ran on between two reconciles is not taken back by whoever ends the second: what people did meanwhile is in no snapshot', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', app({ writesOnStart: { '/data/made': 'x' } }))
    const { told, said } = await stage.reconcileHere(unasked('the deploy'))
    assert.equal(told.result.is, 'paused', said)
    await stage.ask('fill', { volume: `${stage.stack}_data`, files: order })
    await stage.world.fault({ method: 'observe', holds: true })
    const ended = stage.start()
    await stage.world.held()
    ended.kill('SIGTERM')
    await stage.world.release()
    const { code, err } = await ended.ended
    assert.deepEqual([code, await stage.answers(), await stage.data(), stage.history().open?.turned], [143, '200 1.1.0+2', order, undefined], err)
    assert.deepEqual([await once(stage), await stage.data()], [[0, 'nothing', '200 1.1.0+2', '1.1.0+2'], order])
  })

  for (const stateless of [true, false]) {
    test(`T38: the proxy takes no connection: nothing is upgraded, nothing is marked, and once it is back the release goes through (${stateless ? 'stateless' : 'stateful'})`, async () => {
      await using stage = await installed({ stateless })
      stage.publish('1.1.0+2', good)
      const starts = await stage.starts('1.0.0+1')
      for (let time = 0; time < 2; time++) {
        const { code, told, said } = await stage.reconcileHere(unasked('the start', REFUSED))
        assert.deepEqual([code, short(told), stage.history().operations.length, await stage.starts('1.0.0+1'), await alertIds(stage)], [3, 'unknown', 1, starts, ['platform-scene-unknown']], said)
        assert.match(said, /the proxy could not be asked for https?:\/\/scene\.platform\.scripted.*: connection refused \(ECONNREFUSED\)\. Mend the proxy\./)
      }
      const { code, told, said } = await stage.reconcileHere(unasked('the deploy', REFUSED))
      assert.deepEqual([code, short(told)], [3, 'paused: inconclusive'], said)
      assert.deepEqual(await once(stage), [0, 'nothing', '200 1.1.0+2', '1.1.0+2'])
      assert.deepEqual(stage.history().operations.map(({ outcome }) => outcome.is), ['committed', 'committed'])
    })
  }

  test('T58: a secret that only the host can give is asked for before anything is touched, and marks no version', async () => {
    await using stage = await installed({ stateless: false })
    stage.publish('1.1.0+2', { secret: true })
    const sample = join(stage.state, '../scene/1.1.0+2/.env.sample')
    writeFileSync(sample, readFileSync(sample, 'utf8').replace('# length=32', '# generate=false'))
    for (let again = 0; again < 2; again++) assert.deepEqual(await once(stage), [3, 'upgrade: untouched', '200 1.0.0+1', '1.0.0+1'])
    assert.match((await stage.alerts())[0]!.what, /The secret token has no value, and may not be generated\. Put one under "secrets" in the host's settings/)
    writeFileSync(sample, readFileSync(sample, 'utf8').replace('# generate=false', '# length=32'))
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T21: what is ill gets the settings that a person mended; those that do not mend it go back, and do not keep the next ones out', async () => {
    await using stage = await installed({ stateless: false, first: app({ unhealthyWhen: '/data/ill' }) })
    const fill = (files: Record<string, string>) => stage.ask('fill', { volume: `${stage.stack}_data`, files })
    await fill({ order: 'paid', ill: '' })
    await stage.untilIll()
    stage.configure('env: { COLOUR: red }')
    const { code, told, said } = await stage.reconcileHere()
    assert.deepEqual([code, short(told), (await stage.alerts()).map(({ id, kind }) => `${id} ${kind}`).sort()], [4, 'upgrade: rolled-back', ['platform-scene-settings failed', 'platform-scene-stuck stuck']], said)
    assert.match(said, /STUCK: 1\.0\.0\+1 is not well either: /)
    assert.deepEqual((await once(stage)).slice(0, 2), [4, 'repair: stuck'], 'the same settings are not tried again by themselves')
    stage.configure('env: { COLOUR: blue }')
    const mended = await stage.reconcileHere(({ engine }) => ({
      engine: {
        ...engine,
        async deploy(...asked) {
          await fill({ order: 'paid' })
          return await engine.deploy(...asked)
        },
      },
    }))
    assert.deepEqual([mended.code, short(mended.told), (await stage.data()).order, await stage.alerts()], [0, 'upgrade: committed', 'paid', []], mended.said)
  })

  test('T21: a way back whose gate never passes comes to its end, and a newer release is tried', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', crashes)
    const expired: ProbeAnswer = { kind: 'wrong-certificate', says: 'certificate has expired', ms: 0 }
    const { code, told, said } = await stage.reconcileHere(unasked('the deploy', expired))
    assert.deepEqual([code, short(told), stage.history().open], [4, 'upgrade: rolled-back', null], said)
    stage.publish('1.2.0+3', good)
    assert.deepEqual(await once(stage), [0, 'upgrade: committed', '200 1.2.0+3', '1.2.0+3'])
  })

  test('T42: down, and the record cannot be written: it is told as down all the same', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', crashes)
    await stage.world.fault({ method: 'snapshotRestore', kind: 'conflict', says: 'a hash differs' })
    assert.deepEqual((await once(stage)).slice(0, 2), [4, 'paused: stuck, down'])
    const { code, told, said } = await stage.reconcileHere(({ records }) => ({
      records: {
        ...records,
        async open(app) {
          const record = await records.open(app)
          if (isRecordTrouble(record)) return record
          return new Proxy(record, { get: (target, key) => (key === 'append' ? () => Promise.reject(new PortError('unexpected', 'the disk is full')) : Reflect.get(target, key)) })
        },
      },
    }))
    assert.deepEqual([code, short(told), await alertIds(stage)], [4, 'paused: host, down', ['platform-scene-down', 'platform-scene-stuck']], said)
    assert.match(said, /, and is down: the disk is full/)
    assert.deepEqual(await once(stage), [1, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
  })

  test('T25: an install that nobody could look at and that then falls over is taken away without its data: people may have used it meanwhile; it is said', async () => {
    await using stage = await openPlatformStage({ stateless: false })
    stage.publish('1.0.0+1', app({ unhealthyWhen: '/data/ill', writesOnStart: { '/data/made': 'x' } }))
    assert.equal((await stage.reconcileHere(unasked('the start'))).told.result.is, 'paused')
    await stage.ask('fill', { volume: `${stage.stack}_data`, files: { ...order, ill: '' } })
    await stage.untilIll()
    const { code, told, said } = await stage.reconcileHere()
    assert.deepEqual([code, told.result.is === 'held' && told.result.hold.kind, await stage.answers(), (await stage.data()).order], [4, 'failed-before', '404 404 page not found', 'paid'], said)
    assert.match(said, /Its data is kept \(scene_platform_scripted_data\)/)
  })

  test('T25: an install that fails leaves nothing, not even its data, and is not tried again by itself', async () => {
    await using stage = await openPlatformStage({ stateless: false })
    stage.publish('1.0.0+1', crashes)
    assert.equal((await once(stage))[1], 'install: rolled-back')
    assert.deepEqual((await stage.inventory()).filter((line) => !line.startsWith('network')), [])
    assert.deepEqual((await once(stage)).slice(1), ['held: failed-before', '404 404 page not found', undefined])
  })

  test('T14: where nothing ran before and nothing runs now, the exit code is that of something that is down: no unit that requires it may start', async () => {
    await using stage = await openPlatformStage({ stateless: true })
    assert.equal((await once(stage))[0], 4, 'no release, and nothing runs')
    stage.publish('1.0.0+1', crashes)
    assert.deepEqual(await once(stage), [4, 'install: rolled-back', '404 404 page not found', undefined])
    assert.deepEqual(await once(stage), [4, 'held: failed-before', '404 404 page not found', undefined], 'at the next boot')
    assert.deepEqual((await stage.alerts()).map(({ id, kind }) => [id, kind]), [['platform-scene-failed-1.0.0+1', 'stuck']])
    stage.publish('1.1.0+2', good)
    assert.deepEqual(await once(stage), [0, 'install: committed', '200 1.1.0+2', '1.1.0+2'])
  })

  test('T23: once the record names the new version it never goes back, however often its end is taken up: what people did since is in no snapshot', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    const isKilled = ({ records }: PlatformPorts): Partial<PlatformPorts> => ({
      records: {
        ...records,
        async open(app) {
          const record = await records.open(app)
          if (isRecordTrouble(record)) return record
          return new Proxy(record, { get: (target, key) => (key === 'dropVersions' ? () => Promise.reject(new Error('it ends here')) : Reflect.get(target, key)) })
        },
      },
    })
    const { told, said } = await stage.reconcileHere(isKilled)
    assert.deepEqual([told.result.is, stage.lastGood()?.version, await stage.answers()], ['paused', '1.1.0+2', '200 1.1.0+2'], said)
    // More processes than may die of it took it up and were killed.
    const { lastN } = stage.history()
    stage.damageJournal([1, 2, 3, 4, 5, 6].map((more) => `${JSON.stringify({ v: 1, n: lastN + more, at: 0, entry: 'resumed', pid: 1 })}\n`).join(''))
    assert.deepEqual([(await stage.reconcileHere()).code, stage.lastGood()?.version, stage.history().operations.map(({ outcome }) => outcome.is)], [0, '1.1.0+2', ['committed', 'committed']], 'it never went back in between')
  })

  test('T21: images that cannot be let go once the record is written are said, and the upgrade is committed', async () => {
    await using stage = await installed({ stateless: true, first: good })
    stage.publish('1.1.0+2', good)
    const { code, told, said } = await stage.reconcileHere(({ engine }) => ({
      engine: { ...engine, keepImages: (app, images, others) => (others === 'keep' ? engine.keepImages(app, images, others) : Promise.reject(new PortError('conflict', 'its tag is in use'))) },
    }))
    assert.deepEqual([code, short(told), stage.lastGood()?.version], [0, 'upgrade: committed', '1.1.0+2'], said)
    assert.match(said, /its tag is in use/)
  })

  test('T21: images that cannot be kept stop an upgrade before anything is touched', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    await stage.world.fault({ method: 'keepImages', kind: 'unreachable', says: 'no engine' })
    assert.deepEqual((await stage.reconcileHere()).code, 3)
    assert.deepEqual([stage.lastGood()?.version, await stage.answers(), await stage.starts('1.1.0+2')], ['1.0.0+1', '200 1.0.0+1', 0])
    assert.deepEqual([(await stage.reconcileHere()).code, stage.lastGood()?.version], [0, '1.1.0+2'])
  })

  test('T15: a snapshot that gives no answer in its time may still be read: nothing is started beside it, and the next process takes one anew', async () => {
    await using stage = await installed({ stateless: false, first: old })
    stage.publish('1.1.0+2', good)
    const starts = await stage.starts('1.0.0+1')
    for (const method of ['take', 'verify'] as const) {
      const { code, told, said } = await stage.reconcileHere(({ snapshots }) => ({ snapshots: { ...snapshots, [method]: () => Promise.reject(new PortError('timeout', `No answer to ${method}`)) } }))
      assert.deepEqual([code, told.result.is, stage.history().open?.turned, await stage.starts('1.0.0+1'), await stage.answers()], [4, 'paused', undefined, starts, '404 404 page not found'], said)
    }
    assert.deepEqual([(await stage.reconcileHere()).code, stage.lastGood()?.version], [0, '1.1.0+2'])
  })

  test('T23: a record that cannot be read stops this app with an alert, and nothing of it is lost', async () => {
    await using stage = await installed({ stateless: true })
    const before = stage.damageJournal('{"v":9,"n":99,"at":0,"entry":"new"}\n')
    stage.publish('1.1.0+2', good)
    assert.deepEqual(await once(stage), [3, 'damaged', '200 1.0.0+1', '1.0.0+1'])
    assert.deepEqual([await alertIds(stage), stage.journal()], [['platform-scene-record'], before])
  })

  test('T23: a journal that was emptied, or is gone, beside a known-good is no new one: what failed and what people approved would be forgotten', async () => {
    await using stage = await installed({ stateless: true })
    stage.publish('1.1.0+2', crashes)
    assert.deepEqual(await once(stage), [1, 'upgrade: rolled-back', '200 1.0.0+1', '1.0.0+1'])
    const file = join(stage.state, 'platform/scene/journal.jsonl')
    const whole = stage.journal()
    for (const damage of [() => writeFileSync(file, ''), () => rmSync(file)]) {
      damage()
      const before = stage.journal()
      assert.deepEqual(await once(stage), [3, 'damaged', '200 1.0.0+1', '1.0.0+1'])
      assert.match((await stage.alerts()).find(({ id }) => id === 'platform-scene-record')!.what, /journal\.jsonl: it is empty, or lines of it are gone: it never says that 1\.0\.0\+1 was committed/)
      assert.equal(stage.journal(), before)
    }
    writeFileSync(file, whole)
    assert.deepEqual(await once(stage), [0, 'held: failed-before', '200 1.0.0+1', '1.0.0+1'])
  })
})

/** Somebody else's app behind the same proxy. */
async function otherApp(stage: PlatformStage): Promise<void> {
  const stack = { services: { web: { image: 'ccci/other:1', deploy: { labels: { 'traefik.http.routers.other.rule': 'Host(`other.scripted`)' } }, 'x-scripted': { version: 'other' } } }, networks: {}, volumes: {}, secrets: {}, configs: {} }
  await stage.ask('deploy', { app: { run: 'other', stack: 'other', domain: 'other.scripted' }, stack, contents: {} })
  const until = performance.now() + 20_000
  while ((await stage.answers('other.scripted')) !== '200 other') {
    assert.ok(performance.now() < until, 'the other app answers')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
