import type { RunContext } from './context.ts'

/** Pace of looking at memory and disk, ms. */
const PACE = 2_000

/** Notes the most memory and disk that the app used while this was open. An engine that cannot say costs the figure, not the run. */
export function watchUsage(context: RunContext): { peak(): { memoryBytes: number; diskBytes: number }; stop(): Promise<void> } {
  const stopping = new AbortController()
  const peak = { memoryBytes: 0, diskBytes: 0 }
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      if (context.running !== 'nothing') {
        const now = await context.ports.engine.usage(context.app).catch(() => undefined)
        if (now) {
          peak.memoryBytes = Math.max(peak.memoryBytes, now.memoryBytes)
          peak.diskBytes = Math.max(peak.diskBytes, now.diskBytes)
        }
      }
      await context.ports.clock.pause(PACE, stopping.signal)
    }
  })()
  return {
    peak: () => ({ ...peak }),
    async stop() {
      stopping.abort()
      await looking
    },
  }
}
