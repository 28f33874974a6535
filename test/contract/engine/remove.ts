import assert from 'node:assert/strict'
import type { App } from '../../../src/domain/model/app.ts'
import type { Resource } from '../../../src/domain/model/engine-state.ts'
import type { Engine } from '../../../src/ports/engine.ts'
import { bringUp, deployWish } from './deploy.ts'
import { askUntil } from './http.ts'
import type { Tests } from './suite.ts'
import { untilStartedTwiceMore } from './wait.ts'
import * as wishes from './wishes.ts'

export async function resourcesOf(engine: Engine, app: App): Promise<Resource[]> {
  return (await engine.inventory()).filter((resource) => resource.run === app.run || resource.stack === app.stack)
}

/** Half of the grace that is not waited for; idle it takes below 1 s. */
const DOOMED_LIMIT_MS = 30_000

export const removeTests: Tests = {
  async 'the inventory names all of an app, with its run, and nothing of another'(given) {
    const { engine } = given.underTest
    const [app, other] = [await given.newApp(), await given.newApp()]
    const name = `${app.stack}_token_v1`
    await engine.createSecret(app, { name, value: 'hush' })
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name } }))
    await deployWish(given, other, wishes.exitsAtOnce())
    const own = (await engine.inventory()).filter(({ run }) => run === app.run)
    for (const kind of ['volume', 'secret'] as const) assert.ok(own.some((resource) => resource.kind === kind), `${kind} in ${JSON.stringify(own)}`)
    assert.ok(own.some(({ kind }) => kind === 'process' || kind === 'service'))
    assert.ok(own.every(({ stack }) => stack === app.stack))
    assert.equal(JSON.stringify(own).includes(other.run), false)
    const ids = own.map(({ kind, id }) => `${kind} ${id}`)
    assert.equal(new Set(ids).size, ids.length, 'kind and id name one thing')
  },

  async 'a doomed app is gone when the call returns, data too, and its name answers no more'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const name = `${app.stack}_token_v1`
    await engine.createSecret(app, { name, value: 'hush' })
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name }, config: 'x', env: { CHILD: '1' } }))
    await engine.remove(app, { data: 'doomed' })
    assert.deepEqual(await resourcesOf(engine, app), [])
    assert.deepEqual((await engine.inventory()).filter((resource) => JSON.stringify(resource).includes(app.run)), [], 'nothing has its name either')
    assert.deepEqual((await engine.observe(app)).services, [])
    // The proxy may still have the route, and nobody behind it.
    const met: number[] = []
    await askUntil(await engine.reach(), app.domain, ({ status }) => met.push(status) > 0 && status === 404)
    assert.deepEqual(met.filter((status) => status !== 404 && status < 500), [])
  },

  async 'removing what is gone, or never was, succeeds'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    for (const data of ['doomed', 'keep'] as const) await engine.remove(app, { data })
    await bringUp(given, app, wishes.web())
    for (const data of ['doomed', 'doomed', 'keep'] as const) await engine.remove(app, { data })
    assert.deepEqual(await resourcesOf(engine, app), [])
  },

  async 'a doomed program that ignores TERM is not waited for, nor are its children'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.ignoresTerm({ stopGraceMs: 60_000, env: { CHILD: '1' } }))
    const from = performance.now()
    await engine.remove(app, { data: 'doomed' })
    const took = performance.now() - from
    assert.ok(took < DOOMED_LIMIT_MS, `${took} ms`)
    assert.deepEqual(await resourcesOf(engine, app), [])
  },

  async 'T19: when data is kept, programs get their time to stop, and nothing writes after the call'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.slowStop(1_500))
    await engine.writeFile(app, 'web', '/data/kept', Buffer.from('kept'))
    await engine.remove(app, { data: 'keep' })
    assert.deepEqual([...new Set((await resourcesOf(engine, app)).map(({ kind }) => kind))], ['volume'])
    await bringUp(given, app, wishes.slowStop(0))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/kept')).toString(), 'kept')
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/stopped')).toString(), 'one', 'it had the time to stop well')
  },

  async 'secrets stay with the data that is kept'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const name = `${app.stack}_token_v1`
    await engine.createSecret(app, { name, value: 'hush' })
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name } }))
    await engine.remove(app, { data: 'keep' })
    assert.deepEqual((await resourcesOf(engine, app)).map(({ kind }) => kind).sort(), ['secret', 'volume'])
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name } }))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/run/secrets/token')).toString(), 'hush')
  },

  async 'an app can be removed while it starts, and deployed again at once (T65)'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await deployWish(given, app, wishes.healthyAfter(30_000))
    await engine.remove(app, { data: 'doomed' })
    assert.deepEqual(await resourcesOf(engine, app), [])
    await bringUp(given, app, wishes.web('two'))
  },

  async 'an app can be removed while it crashes and is started again'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const other = await given.newApp()
    for (const each of [app, other]) await deployWish(given, each, wishes.crashLoop())
    await engine.remove(app, { data: 'doomed' })
    await untilStartedTwiceMore(engine, other, 'web')
    assert.deepEqual(await resourcesOf(engine, app), [])
  },

  async 'usage is told while it runs and is nothing when it is gone'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    await engine.writeFile(app, 'web', '/data/large', new Uint8Array(3 * 1024 * 1024))
    const { memoryBytes, diskBytes } = await engine.usage(app)
    assert.ok(memoryBytes > 1024 * 1024, `memory ${memoryBytes}`)
    assert.ok(diskBytes >= 3 * 1024 * 1024, `disk ${diskBytes}`)
    await engine.remove(app, { data: 'doomed' })
    assert.deepEqual(await engine.usage(app), { memoryBytes: 0, diskBytes: 0 })
  },
}
