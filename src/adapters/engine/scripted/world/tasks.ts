import type { EngineEvent, TaskTrouble } from '../../../../domain/model/engine-state.ts'
import { hasHealthcheck, milliseconds, scriptOf } from './script.ts'
import { newId, type ServiceState, type StackState, type TaskWorld, type World } from './state.ts'
import { isThere, mountsOf, writeAt } from './volumes.ts'

/**
 * A task's life, as Swarm lives it:
 *
 *     waiting ─► starting ─► running ─► failed | complete ─(restart policy)─► a new task
 *        │          │           └────► stopped (the engine asked it to end)
 *        └► (no node)└► rejected
 *
 * The restart delay of Swarm is 5 s; here it is what the recipe says, otherwise 20 ms, so that tests need not wait.
 */
const RESTART_DELAY = 20
/** From the start to the first good answer of a health check, and between two looks. */
const HEALTH_PACE = 20
/** How long a new task is watched before its update counts as done; Swarm's `monitor` is 5 s. */
const MONITOR = 200
/** Swarm remembers so many ended tasks a slot. */
const TASKS_REMEMBERED = 8
const STOP_GRACE = 10_000

export function wantedTasks(service: ServiceState): number {
  return service.definition.deploy?.replicas ?? 1
}

export function isAlive(task: TaskWorld): boolean {
  return task.state === 'waiting' || task.state === 'starting' || task.state === 'running'
}

export function tell(stack: StackState, event: Omit<EngineEvent, 'at'>): void {
  for (const listener of stack.listeners) listener({ at: Date.now(), ...event })
}

/** Starts what is missing and stops what is too much; what runs well is not touched. */
export function scale(world: World, service: ServiceState): void {
  const alive = service.tasks.filter((task) => isAlive(task) && task.desired === 'running')
  for (let missing = wantedTasks(service) - alive.length; missing > 0; missing -= 1) startTask(world, service)
  for (const task of alive.slice(0, Math.max(0, alive.length - wantedTasks(service)))) void stopTask(world, service, task)
}

function startTask(world: World, service: ServiceState): void {
  const { stack, name, definition } = service
  const script = scriptOf(definition)
  const task: TaskWorld = { id: newId(world, 'task'), service: name, template: service.template, desired: 'running', state: 'waiting', since: Date.now(), definition, timers: new Set(), stopping: 'no', onGone: [] }
  service.tasks = [task, ...service.tasks.filter((one, index) => isAlive(one) || index < TASKS_REMEMBERED)]
  if (script.pending) {
    task.because = script.pending.because
    task.error = script.pending.says
    return
  }
  if (script.rejected) {
    // No event: only the task says so (trap 67).
    move(task, 'rejected', { because: script.rejected.because, error: script.rejected.says, desired: 'ended' })
    after(task, restartDelay(service), () => restart(world, service, task))
    return
  }
  move(task, 'starting')
  task.container = newId(world, 'container')
  task.image = imageId(definition.image)
  tell(stack, { service: name, kind: 'created', text: `container of ${name} created` })
  after(task, script.startMs ?? 5, () => {
    const started = `${stack.app.stack} ${script.version ?? definition.image}`
    world.starts[started] = (world.starts[started] ?? 0) + 1
    tell(stack, { service: name, kind: 'started', text: `container of ${name} started` })
    for (const text of script.lines ?? [`started ${script.version ?? definition.image}`]) service.logs.push({ template: task.template, text })
    for (const [path, text] of Object.entries(script.writesOnStart ?? {})) writeAt(mountsOf(world, service), path, Buffer.from(text))
    if (script.wipes) for (const { volume } of mountsOf(world, service)) volume.files.clear()
    if (script.unhealthyAfterMs !== undefined) after(task, script.unhealthyAfterMs, () => end(world, service, task, 137, 'unhealthy'))
    else if (hasHealthcheck(definition)) after(task, script.healthyAfterMs ?? HEALTH_PACE, () => (isIll(world, service, task) ? end(world, service, task, 137, 'unhealthy') : becomesRunning(world, service, task)))
    else becomesRunning(world, service, task)
    const isSpared = script.exitsIn === 'updates' && service.update !== 'updating'
    if (script.exitAfterMs !== undefined && !isSpared && service.exits < (script.exits ?? Number.POSITIVE_INFINITY)) {
      after(task, script.exitAfterMs, () => end(world, service, task, script.exitCode ?? 1))
    }
  })
}

function becomesRunning(world: World, service: ServiceState, task: TaskWorld): void {
  if (!isAlive(task)) return
  const { stack, name } = service
  const checked = hasHealthcheck(task.definition)
  move(task, 'running')
  staysHealthy(world, service, task)
  if (checked) tell(stack, { service: name, kind: 'healthy', text: `${name} is healthy` })
  if (service.update !== 'updating') return
  after(task, milliseconds(service.definition.deploy?.update_config?.monitor as string | undefined, MONITOR), () => {
    if (service.update !== 'updating' || task.state !== 'running') return
    service.update = 'completed'
    tell(stack, { service: name, kind: 'updated', text: `update of ${name} completed` })
  })
}

/** The health check goes on looking, where its script says at what. */
function staysHealthy(world: World, service: ServiceState, task: TaskWorld): void {
  if (scriptOf(task.definition).unhealthyWhen === undefined) return
  after(task, HEALTH_PACE, () => {
    if (isIll(world, service, task)) end(world, service, task, 137, 'unhealthy')
    else staysHealthy(world, service, task)
  })
}

function isIll(world: World, service: ServiceState, task: TaskWorld): boolean {
  const { unhealthyWhen } = scriptOf(task.definition)
  return unhealthyWhen !== undefined && isThere(world, service, unhealthyWhen)
}

/** The task ends by itself, or the engine ends it because its health check failed. */
function end(world: World, service: ServiceState, task: TaskWorld, exitCode: number, because?: TaskTrouble): void {
  if (!isAlive(task)) return
  const { stack, name } = service
  service.exits += 1
  clear(task)
  const error = exitCode === 0 ? undefined : because ? 'its health check failed' : `task: non-zero exit (${exitCode})`
  move(task, exitCode === 0 ? 'complete' : 'failed', { exitCode, desired: 'ended', ...(because && { because }), ...(error && { error }) })
  service.logs.push({ template: task.template, text: `ends with ${exitCode}` })
  if (because === 'unhealthy') tell(stack, { service: name, kind: 'unhealthy', text: `${name} is unhealthy` })
  tell(stack, { service: name, kind: 'exited', text: `${name} exited with ${exitCode}`, exitCode })
  if (service.update === 'updating') {
    const action = service.definition.deploy?.update_config?.failure_action
    if (action === 'rollback' && service.previous) {
      rollBack(world, service)
      return
    }
    if (action !== 'continue') {
      service.update = 'paused'
      service.updateSays = 'update paused due to failure or early termination of a task'
    }
  }
  after(task, restartDelay(service), () => restart(world, service, task))
}

function rollBack(world: World, service: ServiceState): void {
  Object.assign(service, service.previous, { previous: undefined, update: 'rollback-completed', updateSays: 'rollback completed' })
  tell(service.stack, { service: service.name, kind: 'updated', text: `${service.name} rolled back` })
  scale(world, service)
}

function restart(world: World, service: ServiceState, ended: TaskWorld): void {
  if (!isListed(service) || ended.template !== service.template) return
  const policy = service.definition.deploy?.restart_policy
  const condition = service.definition.deploy?.mode?.endsWith('job') ? 'none' : (policy?.condition ?? 'any')
  if (condition === 'none' || (condition === 'on-failure' && ended.state === 'complete')) return
  if (policy?.max_attempts !== undefined && service.exits > policy.max_attempts) return
  if (service.tasks.filter((task) => isAlive(task)).length < wantedTasks(service)) startTask(world, service)
}

export function isListed(service: ServiceState): boolean {
  return service.stack.services.get(service.name) === service
}

/**
 * Ends a task and resolves when it is gone. Asked nicely, it has its grace; a deaf one is killed after it. One that is being stopped
 * already is waited for, or killed after all.
 */
export function stopTask(world: World, service: ServiceState, task: TaskWorld, given: { kill: boolean } = { kill: false }): Promise<void> {
  if (!isAlive(task)) {
    clear(task)
    return Promise.resolve()
  }
  const gone = new Promise<void>((resolve) => void task.onGone.push(resolve))
  if (task.stopping === 'killed' || (task.stopping === 'asked' && !given.kill)) return gone
  const { stack, name } = service
  const script = scriptOf(task.definition)
  clear(task)
  task.desired = 'ended'
  task.stopping = given.kill ? 'killed' : 'asked'
  const grace = milliseconds(task.definition.stop_grace_period, STOP_GRACE)
  const needs = script.ignoreTerm ? Number.POSITIVE_INFINITY : (script.stopMs ?? 0)
  const stopsWell = !given.kill && task.state === 'running' && needs <= grace
  after(task, given.kill || task.state !== 'running' ? 0 : Math.min(grace, needs), () => {
    const mounts = mountsOf(world, service)
    if (stopsWell) for (const [path, text] of Object.entries(script.writesOnStop ?? {})) writeAt(mounts, path, Buffer.from(text))
    const leave = () => {
      if (!isAlive(task)) return
      move(task, 'stopped', { exitCode: stopsWell ? 0 : 137 })
      tell(stack, { service: name, kind: 'exited', text: `${name} stopped`, exitCode: task.exitCode })
      for (const resolve of task.onGone.splice(0)) resolve()
    }
    if (script.lingersUntilReleased) world.faults.onRelease.add(leave)
    else after(task, script.lingersMs ?? 0, leave)
  })
  return gone
}

export function imageId(image: string): string {
  return `sha256:scripted-${image}`
}

function clear(task: TaskWorld): void {
  for (const timer of task.timers) clearTimeout(timer)
  task.timers.clear()
}

function after(task: TaskWorld, ms: number, work: () => void): void {
  const timer = setTimeout(() => {
    task.timers.delete(timer)
    work()
  }, ms).unref()
  task.timers.add(timer)
}

function move(task: TaskWorld, state: TaskWorld['state'], more: Partial<TaskWorld> = {}): void {
  Object.assign(task, more, { state, since: Date.now() })
}

function restartDelay(service: ServiceState): number {
  return milliseconds(service.definition.deploy?.restart_policy?.delay, RESTART_DELAY)
}
