import assert from 'node:assert/strict'
import type { Deployment } from '../../../src/domain/model/engine-state.ts'
import { bringUp } from './deploy.ts'
import type { Tests } from './suite.ts'
import { until } from './wait.ts'
import * as wishes from './wishes.ts'

export const logsTests: Tests = {
  async 'the last lines come oldest first, from both streams'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web('one', { env: { LINES: '40' } }))
    const all = await engine.logs(app, 'web', { lines: 1_000 })
    const numbered = all.filter((line) => line.startsWith('line '))
    assert.deepEqual(numbered, Array.from({ length: 40 }, (_, index) => `line ${index + 1}`))
    assert.ok(all.includes('started one') && all.includes('warned one'), all.join('\n'))
    assert.deepEqual(await engine.logs(app, 'web', { lines: 3 }), all.slice(-3))
  },

  async 'what an ended task wrote is still there'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await given.underTest.engine.deploy(app, await given.underTest.stack(app, wishes.exitsAtOnce()))
    await until(engine, app, 'it has ended', (state) => state.services.some((service) => service.tasks.some((task) => task.state === 'failed')))
    const lines = await engine.logs(app, 'web', { lines: 100 })
    assert.ok(lines.includes('ends with 3'), lines.join('\n'))
  },

  async 'of an update alone, where its tasks are asked for: not what the version before said when it ended'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const first = await bringUp(given, app, wishes.web('one'))
    const second = await bringUp(given, app, wishes.web('two'))
    const said = async ({ services }: Deployment) => {
      const lines = await engine.logs(app, 'web', { lines: 100, template: services[0]!.template })
      return ['started one', 'started two'].filter((line) => lines.includes(line))
    }
    assert.deepEqual([await said(first), await said(second)], [['started one'], ['started two']])
    assert.deepEqual((await engine.logs(app, 'web', { lines: 100 })).filter((line) => line.startsWith('started')), ['started one', 'started two'])
    assert.deepEqual(await engine.logs(app, 'web', { lines: 100, template: 'of nobody' }), [])
  },

  async 'of a service that never wrote there are none'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.scaledToNothing())
    assert.deepEqual(await engine.logs(app, 'web', { lines: 10 }), [])
  },
}
