import type { App, StackName } from '../../../domain/model/app.ts'
import type { EngineEvent } from '../../../domain/model/engine-state.ts'
import type { Clock } from '../../../ports/clock.ts'

export interface EventBus {
  say(stack: StackName, event: Omit<EngineEvent, 'at'>): void
  watch(app: App, signal: AbortSignal): AsyncGenerator<EngineEvent>
}

/** Hands what happens to whoever listens, in the order in which it happened. Nobody is waited for. */
export function eventBus(clock: Clock): EventBus {
  const listeners = new Map<StackName, Set<(event: EngineEvent) => void>>()

  function say(stack: StackName, event: Omit<EngineEvent, 'at'>): void {
    for (const listener of listeners.get(stack) ?? []) listener({ at: clock.now(), ...event })
  }

  /** Listens before it says `present`, so that nothing is missed in between. */
  async function* watch({ stack }: App, signal: AbortSignal): AsyncGenerator<EngineEvent> {
    const heard: EngineEvent[] = []
    let wake = () => {}
    const listener = (event: EngineEvent) => {
      heard.push(event)
      wake()
    }
    const end = () => wake()
    const own = listeners.get(stack) ?? new Set()
    listeners.set(stack, own.add(listener))
    signal.addEventListener('abort', end)
    try {
      if (!signal.aborted) yield { at: clock.now(), kind: 'present', text: 'watching' }
      while (!signal.aborted) {
        const next = heard.shift()
        if (next) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      signal.removeEventListener('abort', end)
      own.delete(listener)
      if (own.size === 0) listeners.delete(stack)
    }
  }

  return { say, watch }
}
