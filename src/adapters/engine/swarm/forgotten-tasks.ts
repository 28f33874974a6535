import type { ApiService, ApiTask } from './api.ts'

/** States that a task does not leave any more. */
export const OVER = new Set(['complete', 'shutdown', 'failed', 'rejected', 'orphaned', 'remove'])
/** Between the end of a service and the moment its tasks are marked for removal pass some milliseconds. */
const MARKED_AFTER_MS = 3_000

/**
 * A record that the engine itself has lost sight of: a task that is over, whose service is gone, and that is not marked for removal, so
 * that nothing will ever remove it (there is no call for it either). Every service with `mode: replicated-job` leaves its tasks so
 * (measured on 20.10). Nothing runs, nothing is held: for us it is gone.
 */
export function isForgotten(task: ApiTask, services: ApiService[], now: number): boolean {
  if (!OVER.has(task.Status.State) || task.DesiredState === 'remove') return false
  return now - Date.parse(task.UpdatedAt) > MARKED_AFTER_MS && !services.some(({ ID }) => ID === task.ServiceID)
}
