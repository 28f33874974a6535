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
  close(): Promise<void>
}

/**
 * A pace beside the events, for whoever looks at the state again and again: at once after an event, soon after that, then more and more slowly.
 * An engine tells of a container when something happens to it, and of the task made from it a tenth of a second later, with no event.
 */
export function lookouts(watch: Watch, given: { firstMs: number; mostMs: number }): { next(signal: AbortSignal, atMostMs?: number): Promise<void> } {
  let seen = watch.count()
  let beat = given.firstMs
  return {
    async next(signal, atMostMs = given.mostMs) {
      const now = await watch.next(seen, Math.min(beat, atMostMs), signal)
      beat = now > seen ? given.firstMs : Math.min(given.mostMs, beat * 2)
      seen = now
    },
  }
}

const MOST_EVENTS_KEPT = 4_000
/** A stream that does not end when it is told to is left to itself after that, ms: it is only an ear. */
const CLOSING_LIMIT = 5_000

export function openWatch(given: { engine: Engine; app: App; clock: Clock; onEvent(event: EngineEvent): void }): Watch {
  const closing = new AbortController()
  const events: EngineEvent[] = []
  let count = 0
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
    } catch {
      // From now on only the beat wakes.
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
    async close() {
      closing.abort()
      const closed = new AbortController()
      await Promise.race([listening, given.clock.pause(CLOSING_LIMIT, closed.signal)])
      closed.abort()
    },
  }
}
