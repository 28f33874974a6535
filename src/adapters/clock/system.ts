import type { Clock } from '../../ports/clock.ts'

/** The machine's own clock. */
export function systemClock(): Clock {
  const began = { day: Date.now(), at: process.hrtime.bigint() }
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    jumpedMs: () => Date.now() - began.day - Number(process.hrtime.bigint() - began.at) / 1e6,
    pause,
    deadline,
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}

function deadline(ms: number): { signal: AbortSignal; cancel(): void } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException(`${ms} ms have passed`, 'TimeoutError')), ms)
  return { signal: controller.signal, cancel: () => clearTimeout(timer) }
}
