import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { scriptedEngine } from '../../src/adapters/engine/scripted/engine.ts'
import { sqliteLocks } from '../../src/adapters/lock/sqlite/locks.ts'
import type { App } from '../../src/domain/model/app.ts'
import type { StoredAlert } from '../../src/ports/alerts.ts'
import type { Pruned } from '../../src/workflows/prune/prune.ts'
import { openStage, type Stage } from './scripted-stage.ts'

/** It takes as long as the engine is looked at, and no longer. */
const SHORT = ['--tier', 'install']

const KEPT_APP: App = { run: 'platform-kept', stack: 'kept', domain: 'kept.ci.scripted' }

async function prune(stage: Stage, ...args: string[]): Promise<{ code: number | null; pruned: Pruned }> {
  const ended = await stage.command('prune', '--json', ...args).ended
  assert.notEqual(ended.out, '', ended.err)
  return { code: ended.code, pruned: JSON.parse(ended.out) as Pruned }
}

/** A host that keeps next to nothing: no image beyond what is in use, the evidence of one run. */
function thrifty(stage: Stage): void {
  mkdirSync(stage.state, { recursive: true })
  writeFileSync(join(stage.state, 'settings.yml'), 'prune: { images: 1KB, runs: 1 }\n')
}

const imagesOf = async (stage: Stage) => (await scriptedEngine({ socket: stage.world.socket }).images()).map(({ tags }) => tags[0]!).toSorted()
const evidence = (stage: Stage, run: string) => existsSync(join(stage.state, 'runs', run, 'evidence')) && readdirSync(join(stage.state, 'runs', run, 'evidence')).length > 0

describe('prune', { concurrency: 3 }, () => {
  test('T24: prune removes images that runs brought and old evidence; volumes, foreign images and what runs found stay', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    thrifty(stage)
    const engine = scriptedEngine({ socket: stage.world.socket })
    // The data of an app that is not deployed, and an image that somebody else brought.
    await engine.deploy(KEPT_APP, { stack: { services: { app: { image: 'kept/app:1', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } }, networks: {}, volumes: { data: {} }, secrets: {}, configs: {} }, folder: stage.state, digests: {} })
    await engine.remove(KEPT_APP, { data: 'keep' })
    await engine.pull('somebody/else:1', AbortSignal.timeout(10_000))
    const volumes = (await stage.inventory()).filter((one) => one.startsWith('volume '))
    assert.equal(volumes.length, 1)

    const [first, second] = [(await stage.run(SHORT)).results, (await stage.run(SHORT)).results]
    const brought = first.images.map(({ name }) => name).toSorted()
    assert.ok(first.images.every(({ fetched }) => fetched), 'the first run brought them')
    assert.ok(second.images.every(({ fetched }) => fetched === false), 'the second found them there')
    assert.deepEqual(await imagesOf(stage), [...brought, 'somebody/else:1'].toSorted())

    const dry = await prune(stage, '--dry-run')
    assert.equal(dry.pruned.is, 'planned')
    assert.deepEqual(await imagesOf(stage), [...brought, 'somebody/else:1'].toSorted(), 'a dry run removes nothing')
    assert.ok(evidence(stage, first.id))

    const { code, pruned } = await prune(stage)
    assert.ok(pruned.is === 'done')
    assert.deepEqual([code, pruned.record.images.removed, pruned.record.evidence.runs, pruned.record.troubles], [0, brought.length, 1, []])
    assert.deepEqual(await imagesOf(stage), ['somebody/else:1'])
    assert.deepEqual((await stage.inventory()).filter((one) => one.startsWith('volume ')), volumes)
    assert.deepEqual([evidence(stage, first.id), evidence(stage, second.id)], [false, true])
    const shown = await stage.command('runs', 'show', first.id, '--json').ended
    assert.equal((JSON.parse(shown.out) as { verdict: string }).verdict, first.verdict)

    const again = await prune(stage)
    assert.ok(again.pruned.is === 'done')
    assert.deepEqual([again.pruned.record.images.removed, again.pruned.record.evidence.runs], [0, 0], 'there is nothing left to do')
  })

  test('T29: while a run is under way images stay, whatever their age', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    thrifty(stage)
    const { results } = await stage.run(SHORT)
    await stage.world.fault({ method: 'deploy', holds: true })
    const held = stage.world.held()
    const under = stage.start(SHORT)
    await held
    const { pruned } = await prune(stage)
    assert.ok(pruned.is === 'done')
    assert.equal(pruned.record.images.removed, 0)
    assert.match(pruned.notes[0]!, /^Images and clones are left as they are: the run .* is under way\.$/)
    assert.deepEqual(await imagesOf(stage), results.images.map(({ name }) => name).toSorted())
    await stage.world.release()
    assert.equal((await under.ended).code, 0)
  })

  test('T29: what begins while prune removes one image keeps the next', async () => {
    await using stage = await openStage({ base: { services: { app: {}, db: {} } }, head: { services: { app: {}, db: {} } } })
    thrifty(stage)
    const { results } = await stage.run(SHORT)
    await stage.world.fault({ method: 'removeImage', holds: true })
    const held = stage.world.held()
    const pruning = prune(stage)
    await held
    const locks = sqliteLocks({ folder: join(stage.state, 'locks'), clock: systemClock(), pid: process.pid })
    const begun = await locks.tryAcquire(`run:${results.id}`, 'a run')
    assert.ok('release' in begun)
    await stage.world.release()
    const { pruned } = await pruning
    await begun.release()
    assert.ok(pruned.is === 'done')
    assert.deepEqual([pruned.record.images.removed, pruned.notes], [1, [`Images and clones are left as they are: the run ${results.id} is under way.`]])
    assert.equal((await imagesOf(stage)).length, results.images.length - 1)
  })

  test('T41: a dry run that could not look at the images says so, and is no success', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    thrifty(stage)
    await stage.world.fault({ method: 'images', kind: 'unreachable', says: 'no answer' })
    const { code, pruned } = await prune(stage, '--dry-run')
    assert.ok(pruned.is === 'planned')
    assert.deepEqual([code, pruned.troubles.length], [3, 1])
    assert.equal(pruned.plan.imageBytes, null)
    await stage.world.fault({ method: 'images', kind: 'unreachable', says: 'no answer' })
    const said = await stage.command('prune', '--dry-run').ended
    assert.equal(said.code, 3)
    assert.match(said.out, /^Of what could be looked at nothing would go\.$/m)
    assert.match(said.out, /^NOT done: .*fail images/m)
    assert.doesNotMatch(said.out, /^Nothing would go|images that cc-ci fetched/m)
  })

  test('a prune that fails is told, and so is its end; one image that cannot go does not keep the others', async () => {
    await using stage = await openStage({ base: {}, head: {} })
    thrifty(stage)
    const { results } = await stage.run(SHORT)
    await stage.world.fault({ method: 'removeImage', kind: 'unexpected', says: 'the disk is read-only' })
    const failed = await prune(stage)
    assert.ok(failed.pruned.is === 'done')
    assert.deepEqual([failed.code, failed.pruned.record.troubles.length, failed.pruned.record.images.removed], [3, 1, results.images.length - 1])
    const alerts = async () => (JSON.parse((await stage.command('alerts', 'list', '--json').ended).out) as StoredAlert[]).map(({ id, ended }) => `${id} ${ended?.how ?? 'open'}`)
    assert.deepEqual(await alerts(), ['prune open'])
    assert.equal((await prune(stage)).code, 0)
    assert.deepEqual(await alerts(), [])
  })
})
