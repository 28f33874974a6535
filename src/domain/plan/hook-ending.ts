import type { ServiceName } from '../model/app.ts'
import type { AppState } from '../model/engine-state.ts'

/** What became of the container in which a command failed, if it did not outlive it. */
export type ContainerEnding = 'ended' | 'out-of-memory'

/** From what the engine lists afterwards; `since` is when the command began, ms UTC. Undefined: it still runs, as far as the engine knows. */
export function containerEnding({ services }: AppState, service: ServiceName, since: number): ContainerEnding | undefined {
  const tasks = services.find(({ name }) => name === service)?.tasks ?? []
  const ended = tasks.filter((task) => (task.state === 'complete' || task.state === 'failed' || task.state === 'stopped') && task.since >= since)
  if (ended.length === 0) return undefined
  return ended.some(({ because }) => because === 'out-of-memory') ? 'out-of-memory' : 'ended'
}
