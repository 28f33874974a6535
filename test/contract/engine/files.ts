import assert from 'node:assert/strict'
import { isPortError } from '../../../src/ports/port-error.ts'
import { bringUp } from './deploy.ts'
import type { Tests } from './suite.ts'
import * as wishes from './wishes.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const isNotFound = (error: unknown) => isPortError(error, 'not-found')

export const filesTests: Tests = {
  async 'what was written is read back byte for byte, and replaced as a whole'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)
    await engine.writeFile(app, 'web', '/data/some file', bytes)
    assert.deepEqual(Buffer.from(await engine.readFile(app, 'web', '/data/some file')), Buffer.from(bytes))
    await engine.writeFile(app, 'web', '/data/some file', bytesOf('short'))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/some file')).toString(), 'short')
  },

  async 'a file that is absent is not-found'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await assert.rejects(engine.readFile(app, 'web', '/data/any'), isNotFound)
    await bringUp(given, app, wishes.web())
    await assert.rejects(engine.readFile(app, 'web', '/data/absent'), isNotFound)
    await assert.rejects(engine.readFile(app, 'web', '/data/absent/below'), isNotFound)
    await assert.rejects(engine.writeFile(app, 'web', '/data/absent/below', bytesOf('x')), isNotFound)
  },

  async 'secrets and configs stand where the service has them'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const name = `${app.stack}_token_v1`
    await engine.createSecret(app, { name, value: 'hush' })
    await bringUp(given, app, wishes.web('one', { secret: { key: 'token', name }, config: 'setting=1\n' }))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/run/secrets/token')).toString(), 'hush')
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/config.txt')).toString(), 'setting=1\n')
  },

  async 'the volume keeps its files through an update'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web('one'))
    await engine.writeFile(app, 'web', '/data/kept', bytesOf('kept'))
    await bringUp(given, app, wishes.web('two'))
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/kept')).toString(), 'kept')
    assert.equal(Buffer.from(await engine.readFile(app, 'web', '/data/stopped')).toString(), 'one', 'the old one was asked to stop, and had the time')
  },
}
