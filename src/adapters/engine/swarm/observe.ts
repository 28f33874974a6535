import type { App } from '../../../domain/model/app.ts'
import type { AppState, ServiceState, TaskPhase, TaskState, TaskTrouble, UpdateState } from '../../../domain/model/engine-state.ts'
import { usedUpPool } from './address-pool.ts'
import type { ApiContainer, ApiService, ApiTask } from './api.ts'
import { newsOf } from './container-news.ts'
import { troubleOf } from './errors.ts'
import { DOCKER_STACK, DOCKER_TASK } from './labels.ts'
import type { Parts } from './parts.ts'
import { wantedTasks } from './placement.ts'
import { specIdOf } from './spec-id.ts'

/**
 * The present state of an app.
 *
 * Order matters: tasks first, services last. A rollback by the engine changes the service's template, so a template read after the tasks
 * were judged cannot hide one (trap 5).
 */
export async function observe(parts: Parts, app: App): Promise<AppState> {
  const label = `${DOCKER_STACK}=${app.stack}`
  const tasks = await parts.lists.tasks({ label })
  const [containers, nodes] = await Promise.all([parts.lists.containers({ label }), parts.lists.nodes()])
  const services = await parts.lists.services({ label })
  const at = parts.clock.now()
  const prefix = `${app.stack}_`
  return {
    at,
    services: await Promise.all(
      services.map(async (service): Promise<ServiceState> => {
        const own = tasks.filter((task) => task.ServiceID === service.ID).sort(newestFirst)
        const name = service.Spec.Name.slice(prefix.length)
        const says = service.UpdateStatus?.Message
        return {
          name,
          template: specIdOf(service.Spec.TaskTemplate),
          wanted: wantedTasks(service, nodes),
          mode: modeOf(service),
          restart: restartOf(service),
          update: updateOf(service),
          ...(says && { updateSays: says }),
          hasHealthcheck: await hasHealthcheck(parts, service),
          labels: service.Spec.Labels ?? {},
          tasks: await Promise.all(own.map((task) => taskState(parts, task, { service: name, containers, at }))),
        }
      }),
    ),
  }
}

function newestFirst(a: ApiTask, b: ApiTask): number {
  return a.CreatedAt < b.CreatedAt ? 1 : a.CreatedAt > b.CreatedAt ? -1 : 0
}

async function taskState(parts: Parts, task: ApiTask, { service, containers, at }: { service: string; containers: ApiContainer[]; at: number }): Promise<TaskState> {
  const told = phaseOf(task.Status.State)
  const listed = containers.find(({ Id, Labels }) => Id === task.Status.ContainerStatus?.ContainerID || Labels?.[DOCKER_TASK] === task.ID)
  const container = task.Status.ContainerStatus?.ContainerID || listed?.Id
  const image = listed?.ImageID
  const news = listed && newsOf(task, told, listed, parts.deaths.exitCodeOf(listed.Id))
  const phase = news?.phase ?? told
  const hasEnded = told === 'failed' || told === 'complete' || told === 'stopped'
  const exitCode = hasEnded && container ? (task.Status.ContainerStatus?.ExitCode ?? 0) : news?.exitCode
  const trouble = news?.heard ? undefined : await troubleIn(parts, task, phase, container)
  return {
    id: task.ID,
    service,
    template: specIdOf(task.Spec),
    // `ready` waits for its restart delay, `complete` is what a job strives for: both are meant to run.
    desired: ['running', 'ready', 'complete', 'accepted'].includes(task.DesiredState) ? 'running' : 'ended',
    // Stopped for failing its health check, a program that exits with 0 is no success.
    state: phase === 'complete' && trouble?.because === 'unhealthy' ? 'failed' : phase,
    since: news ? at : Date.parse(task.Status.Timestamp),
    ...(exitCode !== undefined && { exitCode }),
    ...trouble,
    ...(container && { container }),
    ...(image && { image }),
  }
}

/** The task's own words first; where they say too little, what its container knows or what can be counted. */
async function troubleIn(parts: Parts, task: ApiTask, phase: TaskPhase, container: string | undefined): Promise<{ error: string; because: TaskTrouble } | undefined> {
  const words = task.Status.Err ?? ''
  const ended = container && (phase === 'failed' || phase === 'complete') ? await parts.howItEnded(container) : undefined
  if (ended?.outOfMemory) return { error: `${words || 'ended'}: it used more memory than it may`, because: 'out-of-memory' }
  if (ended?.unhealthy) return { error: `its health check failed${ended.checkSays ? `: ${ended.checkSays}` : ''}`, because: 'unhealthy' }
  if (words !== '') return { error: words, because: troubleOf(words) ?? 'other' }
  const noAddress = await usedUpPool(parts, task)
  return noAddress ? { error: noAddress, because: 'no-address' } : undefined
}

function phaseOf(state: string): TaskPhase {
  if (state === 'new' || state === 'allocated' || state === 'pending') return 'waiting'
  if (state === 'running' || state === 'complete' || state === 'failed' || state === 'rejected') return state
  if (state === 'shutdown' || state === 'remove' || state === 'orphaned') return 'stopped'
  return 'starting'
}

function modeOf({ Spec: { Mode } }: ApiService): ServiceState['mode'] {
  if (Mode?.Global) return 'global'
  return Mode?.ReplicatedJob || Mode?.GlobalJob ? 'job' : 'replicated'
}

function restartOf({ Spec }: ApiService): ServiceState['restart'] {
  const condition = Spec.TaskTemplate.RestartPolicy?.Condition
  return condition === 'none' || condition === 'on-failure' ? condition : 'any'
}

function updateOf({ UpdateStatus }: ApiService): UpdateState {
  const known: Record<string, UpdateState> = {
    updating: 'updating',
    paused: 'paused',
    completed: 'completed',
    rollback_started: 'rollback-started',
    rollback_paused: 'rollback-paused',
    rollback_completed: 'rollback-completed',
  }
  return known[UpdateStatus?.State ?? ''] ?? 'none'
}

/** The recipe's own check wins; without one the image's counts. */
async function hasHealthcheck(parts: Parts, service: ApiService): Promise<boolean> {
  const spec = service.Spec.TaskTemplate.ContainerSpec
  const test = spec?.Healthcheck?.Test
  if (test && test.length > 0) return test[0] !== 'NONE'
  return spec?.Image === undefined ? false : await parts.images.hasHealthcheck(spec.Image)
}
