import type { TaskPhase } from '../../../domain/model/engine-state.ts'
import type { ApiContainer, ApiTask } from './api.ts'

/**
 * What a task's container knows and its manager does not yet. Managers hear of their tasks in batches: of a healthy one some 100 ms late, of
 * one that ended some 300 ms late (meanwhile it may even be called running), of an unhealthy one only when its program has ended, which may
 * take it its whole grace. The list of containers knows at once.
 *
 * Nothing is foreseen here that could come differently: Swarm calls a task running when its container is healthy, ends it when that is
 * unhealthy, and never starts an ended container again. Only for tasks that are meant to run: whatever else happens to one that is being
 * replaced is no news.
 */
export interface News {
  phase: TaskPhase
  /** Of an ended one. */
  exitCode?: number
}

/** Undefined: the container knows no more than `told`, its manager's word. */
export function newsOf(task: ApiTask, told: TaskPhase, container: Pick<ApiContainer, 'State' | 'Status'>): News | undefined {
  if (task.DesiredState !== 'running' || (told !== 'starting' && told !== 'running')) return undefined
  const { State, Status = '' } = container
  if (State === 'exited') {
    // `Exited (137) 2 seconds ago`
    const exitCode = Number(Status.match(/^Exited \((\d+)\)/)?.[1] ?? Number.NaN)
    return Number.isNaN(exitCode) ? undefined : { phase: exitCode === 0 ? 'complete' : 'failed', exitCode }
  }
  if (State !== 'running') return undefined
  // `Up 3 seconds (healthy)`; without a check, or while it has not said anything yet (`health: starting`), there is no such word.
  if (told === 'starting' && Status.endsWith('(healthy)')) return { phase: 'running' }
  return Status.endsWith('(unhealthy)') ? { phase: 'failed' } : undefined
}
