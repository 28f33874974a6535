import type { App } from '../../domain/model/app.ts'
import type { EngineEvent } from '../../domain/model/engine-state.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Engine } from '../../ports/engine.ts'

/**
 * One ear on the engine for a whole run or operation, open before the first deploy. It only wakes: whoever waits asks the engine for the
 * state and decides on that. A stream that breaks costs pace, not truth, because every wait also has its own beat.
 */
export interface Watch {
  /** Resolves at the next event after `seen`, after `ms`, or when `signal` aborts. Answers the count to hand in next time. */
  next(seen: number, ms: number, signal: AbortSignal): Promise<number>
  count(): number
  /** Everything heard so far, oldest first; the middle is dropped after a few thousand. */
  heard(): EngineEvent[]
  /** Set when the stream ended before it was closed. */
  trouble(): string | undefined
  close(): Promise<void>
}

const MOST_EVENTS_KEPT = 4_000

export function openWatch(given: { engine: Engine; app: App; clock: Clock; onEvent(event: EngineEvent): void }): Watch {
  const closing = new AbortController()
  const events: EngineEvent[] = []
  let count = 0
  let trouble: string | undefined
  let sleepers: Array<() => void> = []

  const listening = (async () => {
    try {
      for await (const event of given.engine.watch(given.app, closing.signal)) {
        count += 1
        events.push(event)
        if (events.length > MOST_EVENTS_KEPT) events.splice(MOST_EVENTS_KEPT / 2, 1)
        given.onEvent(event)
        const woken = sleepers
        sleepers = []
        for (const wake of woken) wake()
      }
    } catch (error) {
      if (!closing.signal.aborted) trouble = error instanceof Error ? error.message : String(error)
    }
  })()

  return {
    async next(seen, ms, signal) {
      if (count > seen || signal.aborted) return count
      const done = new AbortController()
      const event = new Promise<void>((resolve) => sleepers.push(resolve))
      await Promise.race([event, given.clock.pause(ms, AbortSignal.any([signal, done.signal]))])
      done.abort()
      return count
    },
    count: () => count,
    heard: () => events,
    trouble: () => trouble,
    async close() {
      closing.abort()
      await listening
    },
  }
}
