import assert from 'node:assert/strict'
import type { EngineEvent } from '../../../src/domain/model/engine-state.ts'
import { bringUp, deployWish } from './deploy.ts'
import type { Tests } from './suite.ts'
import { until } from './wait.ts'
import * as wishes from './wishes.ts'

export const watchTests: Tests = {
  async 'the first thing said is present, also of an app that does not exist yet'(given) {
    const { engine } = given.underTest
    const end = new AbortController()
    for await (const event of engine.watch(await given.newApp(), end.signal)) {
      assert.equal(event.kind, 'present')
      assert.ok(Math.abs(event.at - Date.now()) < 60_000, 'ms UTC')
      end.abort()
    }
  },

  async 'it ends when its signal aborts, from before, while it waits and while nobody listens'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const before: EngineEvent[] = []
    for await (const event of engine.watch(app, AbortSignal.abort())) before.push(event)
    assert.deepEqual(before, [])
    const end = new AbortController()
    const events = engine.watch(app, end.signal)[Symbol.asyncIterator]()
    await events.next()
    const waiting = events.next()
    end.abort()
    assert.equal((await waiting).done, true)
    assert.equal((await events.next()).done, true)
  },

  async 'after present nothing is missed: started and exited wake whoever waits, with the exit code'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const end = new AbortController()
    const heard: EngineEvent[] = []
    let present = () => {}
    const isPresent = new Promise<void>((resolve) => (present = resolve))
    const listening = (async () => {
      for await (const event of engine.watch(app, end.signal)) {
        heard.push(event)
        present()
        if (event.kind === 'exited') end.abort()
      }
    })()
    await isPresent
    await deployWish(given, app, wishes.exitsAtOnce())
    // Nothing but the event ends this wait: were it never to come, the deadline would fail the test.
    const deadline = setTimeout(() => end.abort(new Error('no exited event within a minute')), 60_000)
    await listening
    clearTimeout(deadline)
    const kinds = heard.map(({ kind }) => kind)
    assert.ok(kinds.indexOf('started') > 0 && kinds.indexOf('started') < kinds.indexOf('exited'), kinds.join())
    const exited = heard.find(({ kind }) => kind === 'exited')
    assert.deepEqual([exited?.service, exited?.exitCode], ['web', 3])
  },

  async 'several may watch one app, and no one hears of another'(given) {
    const { engine } = given.underTest
    const [app, other] = [await given.newApp(), await given.newApp()]
    const end = new AbortController()
    const heard: string[][] = [[], [], []]
    const listening = [app, app, other].map(async (watched, index) => {
      for await (const { kind } of engine.watch(watched, end.signal)) heard[index]!.push(kind)
    })
    await until(engine, app, 'all watch', () => heard.every((kinds) => kinds.length > 0))
    await bringUp(given, app, wishes.web())
    await until(engine, app, 'both have heard', () => heard[0]!.includes('healthy') && heard[1]!.includes('healthy'))
    end.abort()
    await Promise.all(listening)
    assert.deepEqual(heard[2], ['present'])
  },
}
