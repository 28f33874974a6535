import assert from 'node:assert/strict'
import type { App } from '../../../src/domain/model/app.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import { bringUp } from './deploy.ts'
import type { Case, Tests } from './suite.ts'
import * as wishes from './wishes.ts'

export const imageTests: Tests = {
  async 'what a service runs is listed with its names, its size and who has it; it cannot be removed, and pulled again it was there before'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    if (!given.underTest.runsImages) return await hasNone(given, app)
    const { pull, digest, found } = await pulled(given, app)
    await bringUp(given, app, wishes.web('one', {}))
    const [listed] = await found()
    assert.ok(listed, `${digest} is not listed`)
    assert.ok(listed.bytes > 0 && listed.tags.length > 0)
    assert.ok(listed.usedBy.some((who) => who.includes(app.stack)), listed.usedBy.join(', '))
    await assert.rejects(engine.removeImage(listed.tags), (error) => isPortError(error, 'conflict'))
    assert.equal((await pull()).fetched, false)
    await engine.removeImage(['ccci/never-was-here:1'])
  },

  async 'T21: an image that is kept for an app says for which, until it is let go'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    if (!given.underTest.runsImages) return await hasNone(given, app)
    const { image, digest, found } = await pulled(given, app)
    const keptFor = async () => (await found()).flatMap((one) => one.keptFor.filter((who) => who.endsWith(app.stack)))
    await engine.keepImages(app, { [image]: digest }, 'keep')
    assert.equal((await keptFor()).length, 1)
    await engine.keepImages(app, {}, 'let go')
    assert.deepEqual(await keptFor(), [])
  },
}

/** The image of a wish, fetched; `found`: how the engine lists it now. */
async function pulled({ underTest }: Case, app: App) {
  const { engine } = underTest
  const { stack } = await underTest.stack(app, wishes.web('one', {}))
  const image = stack.services.web!.image!
  const pull = () => engine.pull(image, AbortSignal.timeout(120_000))
  const { digest } = await pull()
  return { image, digest, pull, found: async () => (await engine.images()).filter(({ digests }) => digests.some((reference) => reference.endsWith(`@${digest}`))) }
}

/** An engine whose apps are programs of their recipes has no image also while one runs, and to remove what is not there is no mistake. */
async function hasNone(given: Case, app: App): Promise<void> {
  const { engine } = given.underTest
  await bringUp(given, app, wishes.web('one', {}))
  assert.deepEqual(await engine.images(), [])
  await engine.removeImage(['ccci/never-was-here:1'])
}
