import type { ServiceWish, StackWish } from './under-test.ts'

/** The suite's stacks. One service where one will do; its name is `web`. */

/** Brisk, so that the suite is; four failed looks in a row are unhealthy, so that a busy machine alone makes nobody so. */
const health = { intervalMs: 1_000, retries: 4, startPeriodMs: 20_000 }

const oneService = (service: ServiceWish): StackWish => ({ services: { web: service } })
const silent = (env: Record<string, string>) => ({ LISTEN: 'no', ...env })

export const web = (version = 'one', more: ServiceWish = {}): StackWish => oneService({ health, routed: true, volume: 'data', ...more, env: { VERSION: version, ...more.env } })

/** `web`, and a `worker` that listens nowhere and has no health check. */
export const twoServices = (version = 'one'): StackWish => ({ services: { ...web(version).services, worker: { env: silent({ VERSION: 'worker' }) } } })

export const exitsAtOnce = (): StackWish => oneService({ env: silent({ EXIT_AFTER_MS: '0', EXIT_CODE: '3' }), restart: { condition: 'none' } })

export const crashLoop = (): StackWish => oneService({ env: silent({ EXIT_AFTER_MS: '50', EXIT_CODE: '3' }) })

/** Two starts and no more. */
export const givesUp = (): StackWish => oneService({ env: silent({ EXIT_AFTER_MS: '50', EXIT_CODE: '3' }), restart: { condition: 'on-failure', maxAttempts: 1 } })

export const crashesAfter = (ms: number): StackWish => oneService({ env: silent({ EXIT_AFTER_MS: String(ms), EXIT_CODE: '5' }) })

export const neverHealthy = (): StackWish => web('one', { env: { NEVER_HEALTHY: '1' }, health: { ...health, startPeriodMs: 0 } })

export const healthyAfter = (ms: number): StackWish => web('one', { env: { HEALTHY_AFTER_MS: String(ms) } })

export const missingImage = (): StackWish => oneService({ missing: true })

export const ignoresTerm = (more: ServiceWish = {}): StackWish => web('one', { ...more, env: { IGNORE_TERM: '1', ...more.env } })

/** Needs `ms` to stop and says so in its volume. */
export const slowStop = (ms: number): StackWish => web('one', { env: { STOP_MS: String(ms) } })

export const job = (exitCode: number): StackWish => oneService({ job: true, env: silent({ EXIT_AFTER_MS: '0', EXIT_CODE: String(exitCode) }), restart: { condition: 'none' } })

export const scaledToNothing = (): StackWish => oneService({ replicas: 0, env: silent({}) })
