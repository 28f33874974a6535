import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { App } from '../../../src/domain/model/app.ts'
import { bringUp } from './deploy.ts'
import { resourcesOf } from './remove.ts'
import type { Case, Tests } from './suite.ts'
import type { StackWish } from './under-test.ts'
import * as wishes from './wishes.ts'

/** A process of its own deploys and is killed -9, `afterMs` after it said `line`. */
async function killedOwner({ underTest, module }: Case, app: App, wish: StackWish, line: 'deploying' | 'deployed', afterMs = 0): Promise<void> {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'owner.ts'), module, JSON.stringify(underTest.settings), JSON.stringify(app), JSON.stringify(wish)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(owner, 'exit')
  let said = false
  for await (const text of createInterface(owner.stdout)) {
    said = text === line
    if (said) break
  }
  if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
  owner.kill('SIGKILL')
  await ended
  assert.ok(said, `the process ended without saying ${line}`)
}

export const crashTests: Tests = {
  async 'T29: what a killed process left is named by a fresh one, as that run\'s, and beside it nothing is touched'(given) {
    const [app, live] = [await given.newApp(), await given.newApp()]
    const { engine } = given.underTest
    await bringUp(given, live, wishes.web())
    const tasks = async () => (await engine.observe(live)).services.flatMap((service) => service.tasks.map(({ id }) => id))
    const before = await tasks()
    await killedOwner(given, app, wishes.web('one', { env: { CHILD: '1', IGNORE_TERM: '1' } }), 'deployed')
    const fresh = await given.underTest.another()
    try {
      const found = await resourcesOf(fresh, app)
      assert.ok(found.length > 0)
      assert.ok(found.every(({ run }) => run === app.run), JSON.stringify(found))
      await fresh.remove(app, { data: 'doomed' })
      assert.deepEqual(await resourcesOf(fresh, app), [])
    } finally {
      await fresh.close()
    }
    assert.deepEqual(await tasks(), before)
  },

  async 'a process killed while it deploys leaves nothing that cannot be found and removed'(given) {
    for (const afterMs of [0, 2, 5, 10, 20, 40, 80]) {
      const app = await given.newApp()
      await killedOwner(given, app, wishes.twoServices(), 'deploying', afterMs)
      const fresh = await given.underTest.another()
      try {
        await fresh.remove(app, { data: 'doomed' })
        assert.deepEqual(await resourcesOf(fresh, app), [], `killed ${afterMs} ms after the call`)
      } finally {
        await fresh.close()
      }
    }
  },

  async 'a fresh process deploys over what a killed one left, on the same data'(given) {
    const app = await given.newApp()
    await killedOwner(given, app, wishes.web(), 'deployed')
    const fresh = await given.underTest.another()
    try {
      const again = { ...given, underTest: { ...given.underTest, engine: fresh } }
      await bringUp(again, app, wishes.web('two'))
      assert.equal(Buffer.from(await fresh.readFile(app, 'web', '/data/stopped').catch(() => Buffer.from('one'))).toString(), 'one')
      await fresh.remove(app, { data: 'doomed' })
      assert.deepEqual(await resourcesOf(fresh, app), [])
    } finally {
      await fresh.close()
    }
  },
}
