import { request } from 'node:http'
import type { StackHealthcheck } from '../../../domain/model/stack.ts'
import type { Clock } from '../../../ports/clock.ts'
import { durationMs } from './durations.ts'

/** Times of a health check, ms; names and defaults are Docker's. */
export interface HealthTiming {
  intervalMs: number
  timeoutMs: number
  retries: number
  startPeriodMs: number
}

/** How often a program that is starting is looked at, ms: it becomes healthy when it is, not at the next interval. */
const STARTING_PACE_MS = 50

export function healthTiming(check: StackHealthcheck | undefined, what: string): HealthTiming {
  return {
    intervalMs: durationMs(check?.interval, 30_000, `${what}: healthcheck.interval`) || 30_000,
    timeoutMs: durationMs(check?.timeout, 30_000, `${what}: healthcheck.timeout`) || 30_000,
    retries: check?.retries || 3,
    startPeriodMs: durationMs(check?.start_period, 0, `${what}: healthcheck.start_period`),
  }
}

/** Undefined: healthy. Otherwise what came instead, for people. Ends soon when `signal` aborts. */
export type Look = (timeoutMs: number, signal: AbortSignal) => Promise<string | undefined>

/**
 *     starting ──(first good look)──► healthy ──(`retries` bad looks in a row, one per interval)──► unhealthy
 *        └──(none within start period + retries × interval)──────────────────────────────────────►
 *
 * Looks until `signal` aborts or the verdict is unhealthy; answers what the last look said then.
 */
export async function watchHealth(given: { look: Look; timing: HealthTiming; clock: Clock; signal: AbortSignal; onHealthy(): void }): Promise<string | undefined> {
  const { look, timing, clock, signal } = given
  const patience = timing.startPeriodMs + timing.retries * timing.intervalMs
  const from = clock.monotonic()
  let says: string | undefined
  for (;;) {
    says = await look(timing.timeoutMs, signal)
    if (signal.aborted) return undefined
    if (says === undefined) break
    if (clock.monotonic() - from >= patience) return says
    await clock.pause(Math.min(STARTING_PACE_MS, timing.intervalMs), signal)
  }
  given.onHealthy()
  for (let bad = 0; bad < timing.retries; ) {
    await clock.pause(timing.intervalMs, signal)
    if (signal.aborted) return undefined
    says = await look(timing.timeoutMs, signal)
    if (signal.aborted) return undefined
    bad = says === undefined ? 0 : bad + 1
  }
  return says
}

/** Asks the program itself, as Docker's checks do from inside: 2xx and 3xx, to the answer's end and within `timeoutMs`, are healthy. */
export async function lookByHttp(given: { port: number; path: string; timeoutMs: number; signal: AbortSignal; clock: Clock }): Promise<string | undefined> {
  const { port, path, timeoutMs, clock } = given
  const deadline = clock.deadline(timeoutMs)
  const ended = AbortSignal.any([given.signal, deadline.signal])
  try {
    const says = await new Promise<string | undefined>((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path, agent: false, signal: ended }, (response) => {
        const status = response.statusCode ?? 0
        response.resume()
        response.on('close', () => resolve(!response.complete ? 'the answer broke off' : status >= 200 && status < 400 ? undefined : `it answered ${status}`))
      })
      sent.on('error', (error) => resolve(error.message))
      sent.end()
    })
    if (says === undefined) return undefined
    return `GET ${path}: ${deadline.signal.aborted ? `no whole answer within ${timeoutMs} ms` : says}`
  } finally {
    deadline.cancel()
  }
}
