import type { TaskPhase } from '../../../domain/model/engine-state.ts'
import type { ApiContainer, ApiTask } from './api.ts'

/**
 * What a task's container knows and its manager does not yet. Managers hear of their tasks in batches: of a healthy one some 100 ms late, of
 * one that ended some 300 ms late (meanwhile it may even be called running), of an unhealthy one only when its program has ended, which may
 * take it its whole grace. The list of containers knows before, and of an end the event knows first (`deaths.ts`).
 *
 * Nothing is foreseen here that could come differently: Swarm calls a task running when its container is healthy, ends it when that is
 * unhealthy, and never starts an ended container again. Only for tasks that are meant to run: whatever else happens to one that is being
 * replaced is no news.
 */
export interface News {
  phase: TaskPhase
  /** Of an ended one. */
  exitCode?: number
  /** Heard, and not yet to be looked up: the engine would answer only when it has taken the container apart. */
  heard?: true
}

/** What ends a program for memory too: only the engine's own answer tells the two apart. */
const KILLED = 137

/** Undefined: the container knows no more than `told`, its manager's word. `died`: the exit code that was heard. */
export function newsOf(task: ApiTask, told: TaskPhase, container: Pick<ApiContainer, 'State' | 'Status'>, died: number | undefined): News | undefined {
  if (task.DesiredState !== 'running' || (told !== 'starting' && told !== 'running')) return undefined
  const { State, Status = '' } = container
  if (State === 'exited') {
    // `Exited (5) 2 seconds ago`
    const exitCode = Number(Status.match(/^Exited \((\d+)\)/)?.[1] ?? Number.NaN)
    return Number.isNaN(exitCode) ? undefined : { phase: phaseOfExit(exitCode), exitCode }
  }
  if (State !== 'running') return undefined
  // `Up 3 seconds (healthy)`; without a check, or while it has not said anything yet (`health: starting`), there is no such word.
  if (Status.endsWith('(unhealthy)')) return { phase: 'failed' }
  if (died !== undefined && died !== KILLED) return { phase: phaseOfExit(died), exitCode: died, heard: true }
  return told === 'starting' && Status.endsWith('(healthy)') ? { phase: 'running' } : undefined
}

function phaseOfExit(exitCode: number): TaskPhase {
  return exitCode === 0 ? 'complete' : 'failed'
}
