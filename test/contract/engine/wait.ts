import type { App } from '../../../src/domain/model/app.ts'
import type { AppState, Deployment, ServiceState, TaskState } from '../../../src/domain/model/engine-state.ts'
import { converge, type Convergence } from '../../../src/domain/plan/converge.ts'
import type { Reason } from '../../../src/domain/model/reason.ts'
import type { Engine } from '../../../src/ports/engine.ts'
import { isPortError } from '../../../src/ports/port-error.ts'

/** How often the state is looked at where no event says that it changed, ms. */
const PACE_MS = 250
const FILE_PACE_MS = 20
export const LIMIT_MS = 60_000

/** Looks at the state after each event, and at a pace, until `is` says yes. Fails with the last state after `limitMs`. */
export async function until(engine: Engine, app: App, what: string, is: (state: AppState) => boolean, limitMs = LIMIT_MS): Promise<AppState> {
  const end = new AbortController()
  let wake = () => {}
  const listening = (async () => {
    for await (const _ of engine.watch(app, end.signal)) wake()
  })()
  const deadline = performance.now() + limitMs
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const state = await engine.observe(app)
      if (is(state)) return state
      if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs} ms; last seen: ${JSON.stringify(state, null, 1)}`)
      const pace = setTimeout(wake, PACE_MS)
      await woken
      clearTimeout(pace)
    }
  } finally {
    end.abort()
    await listening
  }
}

/** Looks, at a pace, until a program in the service has written this file. */
export async function untilFile(engine: Engine, app: App, service: string, path: string, limitMs = LIMIT_MS): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const there = await engine.readFile(app, service, path).then(
      () => true,
      (error) => {
        if (isPortError(error, 'not-found')) return false
        throw error
      },
    )
    if (there) return
    if (performance.now() > deadline) throw new Error(`${path} in ${service}: not there within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, FILE_PACE_MS))
  }
}

/**
 * Waits until a service that ends again and again was started twice more from now on: whatever waits for the same restart delay has had its turn
 * by then.
 */
export async function untilStartedTwiceMore(engine: Engine, app: App, service: string): Promise<void> {
  const ids = (state: AppState) => serviceIn(state, service).tasks.map(({ id }) => id)
  const known = new Set(ids(await engine.observe(app)))
  const since = new Set<string>()
  await until(engine, app, `${service} was started twice more`, (state) => {
    for (const id of ids(state)) if (!known.has(id)) since.add(id)
    return since.size >= 2
  })
}

/** Waits until the domain calls this deployment failed. What has no health check runs before it fails: `running` is no verdict here. */
export async function failureOf(engine: Engine, app: App, deployment: Deployment, limitMs = LIMIT_MS): Promise<Reason> {
  const state = await until(engine, app, 'it has failed', (seen) => converge(deployment, seen).is === 'failed', limitMs)
  return (converge(deployment, state) as Extract<Convergence, { is: 'failed' }>).why
}

export async function untilRunning(engine: Engine, app: App, deployment: Deployment): Promise<AppState> {
  return await until(engine, app, 'what was deployed runs', (state) => converge(deployment, state).is === 'running')
}

export function serviceIn(state: AppState, name = 'web'): ServiceState {
  const found = state.services.find((service) => service.name === name)
  if (!found) throw new Error(`no service ${name} in ${JSON.stringify(state)}`)
  return found
}

export function runningTasks(state: AppState, name = 'web'): TaskState[] {
  return serviceIn(state, name).tasks.filter((task) => task.state === 'running')
}
