import { routeProbe } from '../../domain/plan/gate.ts'
import { lostRequests, visitBegun, visited } from '../../domain/plan/lost-requests.ts'
import type { Reach } from '../../ports/engine.ts'
import type { PlatformPorts, Visitor } from './context.ts'
import { ask } from './gate.ts'

/** Between an answer and the next request, and how long one is waited for, ms: as somebody who looks at a page again and again. */
const PACE = 100
const TIMEOUT = 2_000

export function visit(ports: PlatformPorts, url: string, given: { partial: boolean }): Visitor {
  const { clock } = ports
  const leaving = new AbortController()
  let so = visitBegun(clock.monotonic())
  let reach: Reach | undefined
  const gone = stay()

  async function stay(): Promise<void> {
    const { signal } = leaving
    while (!signal.aborted) {
      // An engine that does not answer says nothing of the app.
      const isGood = await look().catch(() => undefined)
      if (signal.aborted) return
      if (isGood !== undefined) so = visited(so, isGood, clock.monotonic())
      await clock.pause(PACE, signal)
    }
  }

  async function look(): Promise<boolean | undefined> {
    reach ??= await ports.engine.reach()
    const { met } = await ask(ports, routeProbe(url), { connect: reach, reach, signal: leaving.signal, timeoutMs: TIMEOUT })
    return met.met === 'no-probe' ? undefined : met.met === 'as-expected'
  }

  return {
    soFar: () => lostRequests(so, { url, at: clock.monotonic(), partial: given.partial }),
    async leave() {
      leaving.abort()
      await gone
    },
  }
}
