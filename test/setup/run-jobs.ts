/** Runs jobs side by side, says each one's end in one line, and sums up. */
import type { Job, JobResult } from './job.ts'

export interface Says {
  line(text: string): void
  /** What runs right now; on a terminal one line that is written over, elsewhere a line every half minute. */
  meanwhile(text: string | undefined): void
}

export async function runJobs(jobs: Job[], { atOnce, says, signal }: { atOnce: number, says: Says, signal: AbortSignal }): Promise<JobResult[]> {
  const waiting = jobs.toSorted((a, b) => Number(a.alone) - Number(b.alone) || b.expectedMs - a.expectedMs)
  const running = new Map<Job, number>()
  const results: JobResult[] = []
  const ticker = setInterval(() => {
    const names = [...running].map(([job, began]) => `${job.title} ${seconds(performance.now() - began)}`)
    says.meanwhile(names.length > 0 ? `${results.length} of ${jobs.length} done, running: ${names.join(', ')}` : undefined)
  }, 1000)

  await new Promise<void>((resolve, reject) => {
    const next = (): void => {
      if (signal.aborted) waiting.length = 0
      while (waiting.length > 0 && running.size < atOnce) {
        if (running.size > 0 && (waiting[0]!.alone || [...running.keys()].some(({ alone }) => alone))) break
        const job = waiting.shift()!
        running.set(job, performance.now())
        job.run(signal).then((result) => {
          running.delete(job)
          results.push(result)
          says.meanwhile(undefined)
          sayResult(result, says)
          next()
        }, reject)
      }
      if (waiting.length === 0 && running.size === 0) resolve()
    }
    next()
  }).finally(() => clearInterval(ticker))
  return results
}

function sayResult(result: JobResult, says: Says): void {
  const good = result.failures.length === 0
  says.line(`${good ? 'ok    ' : 'FAILED'} ${seconds(result.ms).padStart(8)}  ${result.title}${result.passed > 1 || !good ? `  (${result.passed} passed${good ? '' : `, ${result.failures.length} failed`})` : ''}`)
  if (good) return
  says.line(result.output.trimEnd())
  for (const failure of result.failures) says.line(`  ${result.title}: ${failure}`)
}

/** The slowest, everything that failed by name, and the closing line. */
export function sumUp(results: JobResult[], ms: number, says: Says): void {
  const slowest = results.toSorted((a, b) => b.ms - a.ms).slice(0, 5)
  if (results.length > 5) says.line(`\nslowest: ${slowest.map((each) => `${each.title} ${seconds(each.ms)}`).join(', ')}`)
  const failures = results.flatMap((each) => each.failures.map((failure) => `${each.title}: ${failure}`))
  if (failures.length > 0) says.line(`\nfailed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`)
  const passed = results.reduce((sum, each) => sum + each.passed, 0)
  says.line(`\n${passed} passed, ${failures.length} failed in ${seconds(ms)}`)
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
