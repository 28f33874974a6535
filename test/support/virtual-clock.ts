import type { Clock } from '../../src/ports/clock.ts'

export interface VirtualClock extends Clock {
  /** Lets time pass, from one thing that somebody waits for to the next, until `work` is done. Work that waits for nothing of this clock never ends. */
  until<T>(work: Promise<T>): Promise<T>
}

/** Time that passes only where everybody waits for it: hours take no time, and what happens when is exact. */
export function virtualClock(startsAt = 1_700_000_000_000): VirtualClock {
  let now = 0
  let lastId = 0
  const waiting = new Map<number, { at: number; wake(): void }>()

  const wakeAt = (ms: number, wake: () => void) => {
    lastId += 1
    const id = lastId
    waiting.set(id, { at: now + ms, wake })
    return () => void waiting.delete(id)
  }

  return {
    now: () => startsAt + now,
    monotonic: () => now,
    jumpedMs: () => 0,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const end = () => {
          forget()
          signal?.removeEventListener('abort', end)
          resolve()
        }
        const forget = wakeAt(ms, end)
        signal?.addEventListener('abort', end)
      }),
    deadline(ms) {
      const controller = new AbortController()
      return { signal: controller.signal, cancel: wakeAt(ms, () => controller.abort(new DOMException(`${ms} ms have passed`, 'TimeoutError'))) }
    },
    async until(work) {
      let isDone = false
      const done = work.finally(() => {
        isDone = true
      })
      done.catch(() => {})
      for (;;) {
        // Everything that can go on without time has gone on.
        await new Promise((resolve) => setImmediate(resolve))
        if (isDone) return await done
        const next = Math.min(...[...waiting.values()].map(({ at }) => at))
        if (next === Number.POSITIVE_INFINITY) throw new Error('somebody waits for what never comes: no timer is left')
        now = next
        for (const [id, { at, wake }] of [...waiting]) {
          if (at > now) continue
          waiting.delete(id)
          wake()
        }
      }
    },
  }
}
