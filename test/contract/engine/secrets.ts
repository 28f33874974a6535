import assert from 'node:assert/strict'
import { isPortError } from '../../../src/ports/port-error.ts'
import { bringUp, deployWish } from './deploy.ts'
import type { Tests } from './suite.ts'
import * as wishes from './wishes.ts'

export const secretTests: Tests = {
  async 'T66: the same secret again succeeds, another value under its name is a conflict and changes nothing'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const name = `${app.stack}_token_v1`
    await engine.createSecret(app, { name, value: 'first' })
    await engine.createSecret(app, { name, value: 'first' })
    await assert.rejects(engine.createSecret(app, { name, value: 'second' }), (error) => isPortError(error, 'conflict') && !error.message.includes('second') && !error.message.includes('first'))
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name } }))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/run/secrets/token')).toString(), 'first')
  },

  async 'a secret that nobody made refuses the deploy'(given) {
    const app = await given.newApp()
    await assert.rejects(deployWish(given, app, wishes.web('one', { secret: { key: 'token', name: `${app.stack}_token_v1` } })), (error) => isPortError(error, 'refused'))
  },

  async 'another secret, or another config, makes a new task'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const secret = (version: number) => ({ key: 'token', name: `${app.stack}_token_v${version}` })
    for (const version of [1, 2]) await engine.createSecret(app, { ...secret(version), value: `value ${version}` })
    const deployments = [
      await bringUp(given, app, wishes.web('one', { secret: secret(1), config: 'a' })),
      await bringUp(given, app, wishes.web('one', { secret: secret(2), config: 'a' })),
      await bringUp(given, app, wishes.web('one', { secret: secret(2), config: 'b' })),
    ]
    assert.equal(new Set(deployments.map(({ services }) => services[0]?.template)).size, 3)
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/run/secrets/token')).toString(), 'value 2')
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/config.txt')).toString(), 'b')
  },
}
