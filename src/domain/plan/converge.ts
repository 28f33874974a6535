import type { DeployedService, Deployment, AppState, ServiceState, TaskState } from '../model/engine-state.ts'
import type { ServiceName } from '../model/app.ts'
import type { Reason } from '../model/reason.ts'

/**
 * Is what we asked for what runs? Decided on the tasks' specs, never on counts of replicas or on the engine's own "update completed".
 *
 *     waiting ──► running ──(crash inside the dwell: stillStands)──► withdrawn
 *        └──────► failed
 *
 * INVARIANTS
 * - Only tasks made from the deployment's own template count; N of N old tasks prove nothing (trap 9).
 * - A service scaled to 0 is settled (trap 10), so is a job that ended well.
 * - Exits count as a crash loop only once everything else stands and nothing changes any more (trap 61).
 * - `paused` is no verdict where the wanted tasks run (trap 8).
 */
export type Convergence =
  | { is: 'waiting'; for: string }
  | { is: 'running' }
  | { is: 'failed'; why: Reason }

/** So many exits with everything else calm are a loop: one may be a race with the network, two a migration that ends by restarting. */
const EXITS_OF_A_LOOP = 3
/** Where two services go down together, each may be waiting for the other: more patience. */
const EXITS_OF_A_COMMON_LOOP = 5
/** A neighbour without a health check may still be initialising for this long after it started, ms. */
const SILENT_NEIGHBOUR_GRACE = 60_000
/** A freed port or slot may take the engine this long to hand on, ms. */
const PLACEMENT_GRACE = 30_000

export function converge(deployment: Deployment, state: AppState): Convergence {
  const pairs = deployment.services.map((wanted) => ({ wanted, seen: state.services.find((service) => service.name === wanted.name) }))

  for (const { wanted, seen } of pairs) {
    const why = seen && finalTrouble(wanted, seen, deployment.at)
    if (why) return { is: 'failed', why }
  }

  const unsettled = pairs.filter(({ wanted, seen }) => !seen || !stands(wanted, seen))
  if (unsettled.length === 0) return { is: 'running' }

  for (const { wanted, seen } of unsettled) {
    if (!seen) continue
    const others = pairs.filter((pair) => pair.wanted.name !== wanted.name)
    const since = calmSince(others, state.at)
    if (since === undefined) continue
    const why = troubleWhenCalm(wanted, seen, Math.max(since, deployment.at), state.at)
    if (why) return { is: 'failed', why }
  }

  const common = commonLoop(unsettled)
  if (common) return { is: 'failed', why: common }

  return { is: 'waiting', for: unsettled.map(({ wanted, seen }) => waitsFor(wanted, seen)).join('; ') }
}

/** What a service that was running did since: the first crash withdraws the verdict (trap 6). */
export function stillStands(deployment: Deployment, state: AppState, readyAt: number): Reason | undefined {
  for (const wanted of deployment.services) {
    const seen = state.services.find((service) => service.name === wanted.name)
    if (!seen) return { reason: 'exited', service: wanted.name, lastLines: [] }
    if (seen.template !== wanted.template) return rolledBack(wanted, seen)
    if (isDone(wanted, seen)) continue
    const crash = seen.tasks.find((task) => task.template === wanted.template && hasEnded(task) && task.since >= readyAt)
    if (crash && !(seen.mode === 'job')) {
      if (crash.because === 'unhealthy') return unhealthy(wanted, crash)
      return { reason: 'crashed-after-ready', service: wanted.name, afterMs: Math.max(0, crash.since - readyAt), exitCode: crash.exitCode, lastLines: [] }
    }
  }
  return undefined
}

function unhealthy({ name }: DeployedService, { error }: TaskState): Reason {
  return { reason: 'unhealthy', service: name, lastLines: [], ...(error === undefined ? {} : { checkSays: error }) }
}

function stands(wanted: DeployedService, seen: ServiceState): boolean {
  if (isDone(wanted, seen)) return true
  const alive = seen.tasks.filter((task) => !isOver(task))
  const ours = alive.filter((task) => task.template === wanted.template && task.desired === 'running')
  return ours.length === wanted.wanted && ours.length === alive.length && ours.every((task) => task.state === 'running')
}

/** A task that runs to its end and is not started again: a job, or a service whose restart policy lets a clean exit be. */
function isDone(wanted: DeployedService, seen: ServiceState): boolean {
  if (seen.mode !== 'job' && seen.restart === 'any') return false
  const done = seen.tasks.filter((task) => task.template === wanted.template && task.state === 'complete')
  const alive = seen.tasks.some((task) => !isOver(task))
  return !alive && done.length >= Math.max(1, wanted.wanted)
}

/** Trouble that no waiting mends, whatever the neighbours do. */
function finalTrouble(wanted: DeployedService, seen: ServiceState, deployedAt: number): Reason | undefined {
  if (seen.template !== wanted.template) return rolledBack(wanted, seen)
  if (seen.update === 'rollback-started' || seen.update === 'rollback-paused' || seen.update === 'rollback-completed') return rolledBack(wanted, seen)
  for (const task of seen.tasks) {
    if (task.template !== wanted.template || task.since < deployedAt - 1_000) continue
    if (task.because === 'no-address') return { reason: 'host', what: 'the shared network has no address left', engineSays: task.error ?? '' }
    if (task.because === 'disk-full') return { reason: 'host', what: 'the disk of the engine is full', engineSays: task.error ?? '' }
    if (task.state === 'rejected' && task.because !== 'network-gone' && task.because !== 'no-resources') {
      return { reason: 'rejected', service: wanted.name, engineSays: task.error ?? 'the engine gives no cause' }
    }
    if (task.state === 'running' && wanted.image && task.image && task.image !== wanted.image) {
      return { reason: 'wrong-image', service: wanted.name, wanted: wanted.image, got: task.image }
    }
  }
  const gaveUp = seen.tasks.find((task) => task.template === wanted.template && task.state === 'failed')
  if (gaveUp && seen.restart === 'none' && seen.tasks.every(isOver)) {
    return { reason: 'exited', service: wanted.name, exitCode: gaveUp.exitCode, lastLines: [] }
  }
  return undefined
}

/** Trouble that counts because every other service stands and has not changed since `since`. */
function troubleWhenCalm(wanted: DeployedService, seen: ServiceState, since: number, now: number): Reason | undefined {
  const ended = seen.tasks.filter((task) => task.template === wanted.template && hasEnded(task) && task.since >= since)
  const last = ended[0]
  const sick = ended.find((task) => task.because === 'unhealthy')
  if (sick) return unhealthy(wanted, sick)
  if (last && seen.update === 'paused') {
    return { reason: 'update-paused', service: wanted.name, engineSays: seen.updateSays ?? last.error ?? '', lastLines: [] }
  }
  if (last && ended.length >= EXITS_OF_A_LOOP) {
    return { reason: 'crash-loop', service: wanted.name, exits: ended.length, exitCode: last.exitCode, lastLines: [] }
  }
  const stuck = seen.tasks.find((task) => task.template === wanted.template && task.state === 'waiting' && task.because !== undefined)
  if (stuck && now - Math.max(stuck.since, since) >= PLACEMENT_GRACE) {
    return stuck.because === 'no-node'
      ? { reason: 'unschedulable', service: wanted.name, engineSays: stuck.error ?? '' }
      : { reason: 'host', what: `the engine finds no room for service ${wanted.name}`, engineSays: stuck.error ?? '' }
  }
  const gone = seen.tasks.filter((task) => task.state === 'rejected' && task.because === 'network-gone' && task.since >= since)
  if (gone.length >= EXITS_OF_A_LOOP) {
    return { reason: 'host', what: `the engine lost a network of service ${wanted.name}`, engineSays: gone[0]?.error ?? '' }
  }
  return undefined
}

/**
 * Since when all of `others` stand unchanged, ms UTC; undefined where one does not.
 * A neighbour that cannot tell us that it is ready is given the benefit of the doubt for a while (trap 61).
 */
function calmSince(others: Array<{ wanted: DeployedService; seen: ServiceState | undefined }>, now: number): number | undefined {
  let since = 0
  for (const { wanted, seen } of others) {
    if (!seen || !stands(wanted, seen)) return undefined
    for (const task of seen.tasks) {
      if (task.state !== 'running') continue
      const settled = seen.hasHealthcheck ? task.since : task.since + SILENT_NEIGHBOUR_GRACE
      if (settled > now) return undefined
      since = Math.max(since, settled)
    }
  }
  return since
}

function commonLoop(unsettled: Array<{ wanted: DeployedService; seen: ServiceState | undefined }>): Reason | undefined {
  if (unsettled.length < 2) return undefined
  const loops = unsettled.map(({ wanted, seen }) => ({ wanted, ended: seen?.tasks.filter((task) => task.template === wanted.template && hasEnded(task)) ?? [] }))
  if (loops.some((loop) => loop.ended.length < EXITS_OF_A_COMMON_LOOP)) return undefined
  const worst = loops.toSorted((a, b) => b.ended.length - a.ended.length)[0]
  if (!worst) return undefined
  return { reason: 'crash-loop', service: worst.wanted.name, exits: worst.ended.length, exitCode: worst.ended[0]?.exitCode, lastLines: [] }
}

function waitsFor(wanted: DeployedService, seen: ServiceState | undefined): string {
  if (!seen) return `service ${wanted.name} to be listed by the engine`
  if (wanted.wanted === 0) return `service ${wanted.name} to stop`
  const ours = seen.tasks.filter((task) => task.template === wanted.template && !isOver(task))
  const running = ours.filter((task) => task.state === 'running').length
  const old = seen.tasks.filter((task) => task.template !== wanted.template && !isOver(task)).length
  const exits = seen.tasks.filter((task) => task.template === wanted.template && hasEnded(task)).length
  const parts = [`${running} of ${wanted.wanted} running`]
  if (old > 0) parts.push(`${old} of the old version still up`)
  if (exits > 0) parts.push(`${exits} ${exits === 1 ? 'exit' : 'exits'}`)
  const newest = ours[0]
  if (newest?.state === 'waiting') parts.push(newest.error ? `not placed: ${newest.error}` : 'not placed yet')
  if (newest?.state === 'starting') parts.push(seen.hasHealthcheck ? 'starting, not healthy yet' : 'starting')
  return `service ${wanted.name} (${parts.join(', ')})`
}

/** With what befell the new version first: why the engine went back is what a maintainer needs. */
function rolledBack(wanted: DeployedService, seen: ServiceState): Reason {
  const befell = seen.tasks.find((task) => task.template === wanted.template && task.error !== undefined && (task.state === 'rejected' || hasEnded(task)))
  const said = seen.updateSays ?? 'the service holds another specification than the one we deployed'
  return { reason: 'engine-rolled-back', service: wanted.name, engineSays: befell ? `${befell.error}; ${said}` : said, lastLines: [] }
}

/**
 * It runs no more and never will. That holds of a task, too, which the engine ended before it was placed anywhere: no node ever tells of it, so Swarm lists it as
 * pending until its manager is started again (seen on 20.10, where an update came 3 ms after a restart was planned).
 */
function isOver(task: TaskState): boolean {
  if (task.state === 'waiting' && task.desired === 'ended') return true
  return task.state === 'complete' || task.state === 'failed' || task.state === 'rejected' || task.state === 'stopped'
}

/** Ended by itself, not because the engine asked it to. */
function hasEnded(task: TaskState): boolean {
  return task.state === 'failed' || task.state === 'complete'
}

/** The services that a reason speaks of: whose last lines belong under it. */
export function servicesOf(reason: Reason): ServiceName[] {
  return 'service' in reason ? [reason.service] : []
}
