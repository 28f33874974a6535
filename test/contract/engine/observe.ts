import assert from 'node:assert/strict'
import { bringUp, deployWish } from './deploy.ts'
import type { Tests } from './suite.ts'
import { failureOf, runningTasks, serviceIn, until, untilStartedTwiceMore } from './wait.ts'
import * as wishes from './wishes.ts'

const MINUTE_MS = 60_000

export const observeTests: Tests = {
  async 'a running task says what it was made from, since when it runs and what really runs'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const deployment = await bringUp(given, app, wishes.web())
    const state = await engine.observe(app)
    const service = serviceIn(state)
    assert.equal(service.template, deployment.services[0]?.template)
    assert.deepEqual([service.wanted, service.mode, service.restart, service.hasHealthcheck], [1, 'replicated', 'any', true])
    const [task, ...others] = runningTasks(state)
    assert.deepEqual(others, [])
    assert.equal(task?.desired, 'running')
    assert.equal(task?.service, 'web')
    assert.ok(task && Math.abs(task.since - Date.now()) < MINUTE_MS && task.since <= state.at, 'since is ms UTC, not in the future')
    const wanted = deployment.services[0]?.image
    if (wanted) assert.equal(task?.image, wanted)
  },

  async 'a task with a health check is starting until it is healthy, and that moment is an event'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const end = new AbortController()
    const heard: string[] = []
    const listening = (async () => {
      for await (const event of engine.watch(app, end.signal)) heard.push(event.kind)
    })()
    await deployWish(given, app, wishes.healthyAfter(2_000))
    const early = await until(engine, app, 'a task is starting', (state) => state.services.some((service) => service.tasks.some((task) => task.state === 'starting' && task.container !== undefined)))
    const startedAt = serviceIn(early).tasks[0]!.since
    const late = await until(engine, app, 'the task runs', (state) => runningTasks(state).length === 1)
    assert.ok(runningTasks(late)[0]!.since - startedAt >= 1_000, 'it ran only when it was healthy')
    end.abort()
    await listening
    assert.ok(heard.includes('healthy'), heard.join())
  },

  async 'a task that ends keeps its exit code, and one that may not start again stays ended'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const deployment = await deployWish(given, app, wishes.exitsAtOnce())
    assert.deepEqual(await failureOf(engine, app, deployment), { reason: 'exited', service: 'web', exitCode: 3, lastLines: [] })
    const { tasks, restart } = serviceIn(await engine.observe(app))
    assert.equal(restart, 'none')
    assert.deepEqual(tasks.map(({ state, exitCode }) => [state, exitCode]), [['failed', 3]])
  },

  async 'a service that ends again and again is a crash loop, told by its exits'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const why = await failureOf(engine, app, await deployWish(given, app, wishes.crashLoop()))
    assert.ok(why.reason === 'crash-loop', JSON.stringify(why))
    assert.equal(why.exitCode, 3)
    const { tasks } = serviceIn(await engine.observe(app))
    const ids = tasks.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, 'each start is a task of its own')
    assert.ok(tasks.every((task, index) => index === 0 || tasks[index - 1]!.since >= task.since), 'newest first')
  },

  async 'max_attempts ends the starting'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const { services: { web } } = wishes.givesUp()
    const { services: { web: neighbour } } = wishes.crashLoop()
    await deployWish(given, app, { services: { web: web!, neighbour: neighbour! } })
    const ended = await until(engine, app, 'two tasks have failed', (state) => state.services.find(({ name }) => name === 'web')?.tasks.filter((task) => task.state === 'failed').length === 2)
    await untilStartedTwiceMore(engine, app, 'neighbour')
    assert.deepEqual(serviceIn(await engine.observe(app)).tasks.length, serviceIn(ended).tasks.length)
  },

  async 'T6: a crash after it was running shows as an ended task of the same template'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const deployment = await bringUp(given, app, wishes.crashesAfter(2_000))
    const crashed = await until(engine, app, 'it has crashed', (state) => state.services.some((service) => service.tasks.some((task) => task.state === 'failed')))
    const task = serviceIn(crashed).tasks.find(({ state }) => state === 'failed')
    assert.deepEqual([task?.exitCode, task?.template], [5, deployment.services[0]?.template])
  },

  async 'a service that never becomes healthy is unhealthy, not a crash and not a wait'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    const why = await failureOf(engine, app, await deployWish(given, app, wishes.neverHealthy()), 2 * MINUTE_MS)
    assert.equal(why.reason, 'unhealthy', JSON.stringify(why))
  },

  async 'a service that becomes unhealthy later is ended for it, and said to be'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web())
    const [before] = runningTasks(await engine.observe(app))
    await engine.writeFile(app, 'web', '/data/unhealthy', new Uint8Array())
    const state = await until(engine, app, 'the task was ended', (seen) => serviceIn(seen).tasks.some((task) => task.id === before!.id && task.state === 'failed'))
    assert.equal(serviceIn(state).tasks.find(({ id }) => id === before!.id)?.because, 'unhealthy')
  },

  async 'a job that ended well is done and is not started again'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await deployWish(given, app, wishes.job(0))
    const service = serviceIn(await until(engine, app, 'it is done', (state) => state.services.some(({ tasks }) => tasks.some((task) => task.state === 'complete'))))
    assert.equal(service.mode, 'job')
    assert.deepEqual(service.tasks.map(({ state }) => state), ['complete'])
  },

  async 'as many tasks run as replicas are wanted, and fewer after a smaller deploy'(given) {
    const { engine } = given.underTest
    const app = await given.newApp()
    await bringUp(given, app, wishes.web('one', { replicas: 2, volume: undefined }))
    const before = runningTasks(await engine.observe(app)).map(({ id }) => id)
    assert.equal(before.length, 2)
    await bringUp(given, app, wishes.web('one', { replicas: 1, volume: undefined }))
    const state = await until(engine, app, 'one task runs', (seen) => runningTasks(seen).length === 1)
    assert.ok(before.includes(runningTasks(state)[0]!.id), 'a change of the count starts no task')
  },

  async 'an app that does not exist has no services'(given) {
    const { engine } = given.underTest
    assert.deepEqual((await engine.observe(await given.newApp())).services, [])
  },
}
