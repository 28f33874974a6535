import type { EngineEvent, TaskTrouble } from '../../../../domain/model/engine-state.ts'
import { milliseconds, scriptOf } from './script.ts'
import { newId, type ServiceWorld, type StackState, type TaskWorld, type World } from './state.ts'

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
/** How long a new task is watched before its update counts as done; Swarm's `monitor` is 5 s. */
const MONITOR = 200
/** Swarm remembers so many ended tasks a slot. */
const TASKS_REMEMBERED = 8

export function wantedTasks(service: ServiceWorld): number {
  return service.definition.deploy?.replicas ?? 1
}

export function isAlive(task: TaskWorld): boolean {
  return task.state === 'waiting' || task.state === 'starting' || task.state === 'running'
}

export function tell(stack: StackState, event: Omit<EngineEvent, 'at'>): void {
  for (const listener of stack.listeners) listener({ at: Date.now(), ...event })
}

export function startTask(world: World, stack: StackState, name: string, service: ServiceWorld): void {
  const script = scriptOf(service.definition)
  const task: TaskWorld = { id: newId(world, 'task'), service: name, template: service.template, desired: 'running', state: 'waiting', since: Date.now(), timers: new Set() }
  service.tasks = [task, ...service.tasks.filter((one, index) => isAlive(one) || index < TASKS_REMEMBERED)]
  if (script.pending) {
    task.because = script.pending.because
    task.error = script.pending.says
    return
  }
  if (script.rejected) {
    // No event: only the task says so (trap 67).
    move(task, 'rejected', { because: script.rejected.because, error: script.rejected.says, desired: 'ended' })
    after(task, restartDelay(service), () => restart(world, stack, name, service, task))
    return
  }
  move(task, 'starting')
  task.container = newId(world, 'container')
  task.image = imageId(service.definition.image)
  tell(stack, { service: name, kind: 'created', text: `container of ${name} created` })
  after(task, script.startMs ?? 5, () => {
    tell(stack, { service: name, kind: 'started', text: `container of ${name} started` })
    service.logs.push(...(script.lines ?? [`started ${script.version ?? service.definition.image}`]))
    if (script.wipes) for (const volume of volumesOf(world, stack, service)) volume.files.clear()
    if (script.unhealthyAfterMs !== undefined) after(task, script.unhealthyAfterMs, () => end(world, stack, name, service, task, 137, 'unhealthy'))
    else if (script.healthyAfterMs !== undefined) after(task, script.healthyAfterMs, () => becomesRunning(stack, name, service, task, true))
    else becomesRunning(stack, name, service, task, false)
    if (script.exitAfterMs !== undefined && service.exits < (script.exits ?? Number.POSITIVE_INFINITY)) {
      after(task, script.exitAfterMs, () => end(world, stack, name, service, task, script.exitCode ?? 1))
    }
  })
}

function becomesRunning(stack: StackState, name: string, service: ServiceWorld, task: TaskWorld, checked: boolean): void {
  if (!isAlive(task)) return
  move(task, 'running')
  if (checked) tell(stack, { service: name, kind: 'healthy', text: `${name} is healthy` })
  if (service.update === 'updating') {
    after(task, MONITOR, () => {
      if (service.update === 'updating' && task.state === 'running') {
        service.update = 'completed'
        tell(stack, { service: name, kind: 'updated', text: `update of ${name} completed` })
      }
    })
  }
}

/** The task ends by itself, or the engine ends it because its health check failed. */
function end(world: World, stack: StackState, name: string, service: ServiceWorld, task: TaskWorld, exitCode: number, because?: TaskTrouble): void {
  if (!isAlive(task)) return
  service.exits += 1
  const asked = task.desired === 'ended'
  move(task, asked ? 'stopped' : exitCode === 0 ? 'complete' : 'failed', { exitCode, desired: 'ended', ...(because ? { because } : {}), ...(exitCode === 0 ? {} : { error: because ? 'its health check failed' : `task: non-zero exit (${exitCode})` }) })
  if (because === 'unhealthy') tell(stack, { service: name, kind: 'unhealthy', text: `${name} is unhealthy` })
  tell(stack, { service: name, kind: 'exited', text: `${name} exited with ${exitCode}`, exitCode })
  service.logs.push(`ends with ${exitCode}`)
  if (asked) return
  if (service.update === 'updating') {
    const action = service.definition.deploy?.update_config?.failure_action
    if (action === 'rollback' && service.previous) {
      rollBack(world, stack, name, service)
      return
    }
    if (action !== 'continue') {
      service.update = 'paused'
      service.updateSays = 'update paused due to failure or early termination of a task'
    }
  }
  after(task, restartDelay(service), () => restart(world, stack, name, service, task))
}

function rollBack(world: World, stack: StackState, name: string, service: ServiceWorld): void {
  const previous = service.previous!
  service.definition = previous.definition
  service.template = previous.template
  service.previous = undefined
  service.update = 'rollback-completed'
  service.updateSays = 'rollback completed'
  tell(stack, { service: name, kind: 'updated', text: `${name} rolled back` })
  startTask(world, stack, name, service)
}

function restart(world: World, stack: StackState, name: string, service: ServiceWorld, ended: TaskWorld): void {
  if (stack.services.get(name) !== service || ended.template !== service.template) return
  if (service.tasks.filter((task) => isAlive(task)).length >= wantedTasks(service)) return
  const policy = service.definition.deploy?.restart_policy
  const condition = service.definition.deploy?.mode?.endsWith('job') ? 'none' : (policy?.condition ?? 'any')
  if (condition === 'none' || (condition === 'on-failure' && ended.state === 'complete')) return
  if (policy?.max_attempts !== undefined && service.exits > policy.max_attempts) return
  startTask(world, stack, name, service)
}

/** Asks a task to end; `then` runs when it has. A deaf one is killed after its grace. */
export function stopTask(world: World, stack: StackState, name: string, service: ServiceWorld, task: TaskWorld, then: () => void, given: { kill: boolean } = { kill: false }): void {
  if (!isAlive(task)) {
    then()
    return
  }
  const script = scriptOf(service.definition)
  clear(task)
  task.desired = 'ended'
  const grace = milliseconds(service.definition.stop_grace_period, 10_000)
  const takes = given.kill || task.state !== 'running' ? 0 : script.ignoreTerm ? grace : Math.min(grace, script.stopMs ?? 0)
  after(task, takes, () => {
    const killed = given.kill || script.ignoreTerm === true || (script.stopMs ?? 0) > grace
    if (!killed) {
      for (const [path, text] of Object.entries(script.writesOnStop ?? {})) {
        const volume = volumesOf(world, stack, service).find((one) => path.startsWith(`${one.target}/`))
        volume?.files.set(path.slice(volume.target.length + 1), Buffer.from(text).toString('base64'))
      }
    }
    move(task, 'stopped', { exitCode: killed ? 137 : 0 })
    tell(stack, { service: name, kind: 'exited', text: `${name} stopped`, exitCode: task.exitCode })
    then()
  })
}

export function clear(owner: { timers: Set<NodeJS.Timeout> }): void {
  for (const timer of owner.timers) clearTimeout(timer)
  owner.timers.clear()
}

export function after(owner: { timers: Set<NodeJS.Timeout> }, ms: number, work: () => void): void {
  const timer = setTimeout(() => {
    owner.timers.delete(timer)
    work()
  }, ms)
  owner.timers.add(timer)
}

export function volumesOf(world: World, stack: StackState, service: ServiceWorld): Array<{ target: string; files: Map<string, string> }> {
  return (service.definition.volumes ?? []).flatMap((mount) => {
    const volume = mount.type === 'volume' && mount.source ? world.volumes.get(`${stack.app.stack}_${mount.source}`) : undefined
    return volume ? [{ target: mount.target, files: volume.files }] : []
  })
}

export function imageId(image: string): string {
  return `sha256:scripted-${image}`
}

function move(task: TaskWorld, state: TaskWorld['state'], more: Partial<TaskWorld> = {}): void {
  Object.assign(task, more, { state, since: Date.now() })
}

function restartDelay(service: ServiceWorld): number {
  return milliseconds(service.definition.deploy?.restart_policy?.delay, RESTART_DELAY)
}
