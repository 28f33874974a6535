import type { App } from '../../../domain/model/app.ts'
import type { AppState, ServiceState, TaskPhase, TaskState, UpdateState } from '../../../domain/model/engine-state.ts'
import { usedUpPool } from './address-pool.ts'
import type { ApiContainer, ApiService, ApiTask } from './api.ts'
import { troubleOf } from './errors.ts'
import { DOCKER_STACK } from './labels.ts'
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
          tasks: await Promise.all(own.map(async (task) => taskState(task, name, containers, await usedUpPool(parts, task)))),
        }
      }),
    ),
  }
}

function newestFirst(a: ApiTask, b: ApiTask): number {
  return a.CreatedAt < b.CreatedAt ? 1 : a.CreatedAt > b.CreatedAt ? -1 : 0
}

function taskState(task: ApiTask, service: string, containers: ApiContainer[], noAddress: string | undefined): TaskState {
  const state = phaseOf(task.Status.State)
  const container = task.Status.ContainerStatus?.ContainerID || undefined
  const image = containers.find(({ Id }) => Id === container)?.ImageID
  const error = noAddress ?? task.Status.Err ?? ''
  const because = noAddress ? 'no-address' : troubleOf(error)
  const ended = state === 'failed' || state === 'complete' || state === 'stopped'
  const exitCode = ended && container ? (task.Status.ContainerStatus?.ExitCode ?? 0) : undefined
  return {
    id: task.ID,
    service,
    template: specIdOf(task.Spec),
    // `ready` waits for its restart delay, `complete` is what a job strives for: both are meant to run.
    desired: ['running', 'ready', 'complete', 'accepted'].includes(task.DesiredState) ? 'running' : 'ended',
    state,
    since: Date.parse(task.Status.Timestamp),
    ...(exitCode !== undefined && { exitCode }),
    ...(error && { error }),
    ...(because && { because }),
    ...(container && { container }),
    ...(image && { image }),
  }
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
