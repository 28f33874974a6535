import assert from 'node:assert/strict'
import type { App } from '../../../src/domain/model/app.ts'
import type { AppState, Deployment } from '../../../src/domain/model/engine-state.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import { ask, askUntil } from './http.ts'
import type { Case, Tests } from './suite.ts'
import type { StackWish } from './under-test.ts'
import { failureOf, runningTasks, serviceIn, untilRunning } from './wait.ts'
import * as wishes from './wishes.ts'

export async function deployWish({ underTest }: Case, app: App, wish: StackWish): Promise<Deployment> {
  return await underTest.engine.deploy(app, await underTest.stack(app, wish))
}

/** Deploys and waits until it runs. */
export async function bringUp(given: Case, app: App, wish: StackWish): Promise<Deployment> {
  const deployment = await deployWish(given, app, wish)
  await untilRunning(given.underTest.engine, app, deployment)
  return deployment
}

export const deployTests: Tests = {
  async 'what was deployed runs and answers at its host name'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const before = Date.now()
    const deployment = await bringUp(given, app, wishes.web())
    assert.ok(Math.abs(deployment.at - before) < 60_000, 'deployment.at is now, ms UTC')
    const reach = await engine.reach()
    assert.equal((await askUntil(reach, app.domain, ({ status }) => status === 200)).body, 'one\n')
    const elsewhere = await ask(reach, `nobody.${reach.domain}`)
    assert.equal(elsewhere.status, 404)
  },

  async 'the hosts that lead to an app are listed with its stack, its labels and its volumes are there to see'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    assert.deepEqual((await engine.routes()).filter(({ stack }) => stack === app.stack), [{ host: app.domain, stack: app.stack }])
    const labels = serviceIn(await engine.observe(app)).labels
    if (labels) assert.ok(Object.values(labels).some((label) => label.includes(app.domain)), JSON.stringify(labels))
    const volumes = await engine.volumes(app)
    assert.deepEqual(volumes.map(({ name }) => name), [`${app.stack}_data`])
    assert.ok(volumes[0]!.path.includes('data'), volumes[0]!.path)
    await engine.remove(app, { data: 'keep' })
    assert.deepEqual(await engine.volumes(app), volumes, 'they outlive the app')
    await engine.removeVolumes(app, [`${app.stack}_other`])
    assert.deepEqual(await engine.volumes(app), volumes, 'only what is named goes')
    for (let time = 0; time < 2; time += 1) await engine.removeVolumes(app, [`${app.stack}_data`])
    assert.deepEqual(await engine.volumes(app), [])
    assert.deepEqual((await engine.routes()).filter(({ stack }) => stack === app.stack), [])
  },

  async 'deploying what already runs starts no task'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const first = await bringUp(given, app, wishes.twoServices())
    const before = await engine.observe(app)
    const second = await bringUp(given, app, wishes.twoServices())
    assert.deepEqual(second.services, first.services)
    const after = await engine.observe(app)
    const tasks = ({ services }: AppState) => services.map(({ name, tasks }) => [name, tasks.map(({ id, container, state }) => [id, container, state])])
    assert.deepEqual(tasks(after), tasks(before))
  },

  async 'T9: an update is told from what ran before by its tasks, and only the changed service gets new ones'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const first = await bringUp(given, app, wishes.twoServices('one'))
    const before = await engine.observe(app)
    const second = await bringUp(given, app, wishes.twoServices('two'))
    const after = await engine.observe(app)
    const template = (deployment: Deployment, name: string) => deployment.services.find((service) => service.name === name)?.template
    assert.notEqual(template(second, 'web'), template(first, 'web'))
    assert.equal(template(second, 'worker'), template(first, 'worker'))
    assert.deepEqual(runningTasks(after, 'web').map((task) => task.template), [template(second, 'web')])
    assert.notDeepEqual(runningTasks(after, 'web').map(({ id }) => id), runningTasks(before, 'web').map(({ id }) => id))
    assert.deepEqual(runningTasks(after, 'worker').map(({ id }) => id), runningTasks(before, 'worker').map(({ id }) => id))
    assert.equal((await askUntil(await engine.reach(), app.domain, ({ body }) => body === 'two\n')).status, 200)
  },

  async 'T31: a service that left the stack keeps running until it is removed by name'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.twoServices())
    const deployment = await bringUp(given, app, wishes.web())
    assert.deepEqual(deployment.services.map(({ name }) => name), ['web'])
    assert.equal(runningTasks(await engine.observe(app), 'worker').length, 1)
    await engine.removeServices(app, ['worker'])
    const state = await engine.observe(app)
    assert.deepEqual(state.services.map(({ name }) => name), ['web'])
    assert.equal(runningTasks(state).length, 1)
    await engine.removeServices(app, ['worker'])
  },

  async 'T22: an image that does not exist is an error or a rejected task, never a wait'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    try {
      const deployment = await deployWish(given, app, wishes.missingImage())
      assert.equal((await failureOf(engine, app, deployment)).reason, 'rejected')
    } catch (error) {
      assert.ok(isPortError(error, 'not-found') || isPortError(error, 'refused'), String(error))
    }
  },

  async 'T10: a service scaled to nothing is listed, wanted 0, and has no task'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const deployment = await bringUp(given, app, wishes.scaledToNothing())
    assert.equal(deployment.services[0]?.wanted, 0)
    const service = serviceIn(await engine.observe(app))
    assert.equal(service.wanted, 0)
    assert.deepEqual(service.tasks.filter((task) => task.state === 'running'), [])
  },
}
