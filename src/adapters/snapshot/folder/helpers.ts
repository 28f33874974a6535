import { Worker } from 'node:worker_threads'
import { runPart, type Part } from './parts.ts'
import type { PackPlan } from './pack-plan.ts'
import type { Packs } from './pack-read.ts'
import type { Comparison } from './restore-plan.ts'
import type { Bringing } from './restore-write.ts'
import type { StopFlag } from './stop-flag.ts'
import { fromThread, threadFile, type ThreadAnswer } from './threads.ts'

/** Parts of a job that several threads do side by side, the caller's own among them; what they share out is counted in shared memory. */
export interface Helpers {
  writePack(plan: PackPlan, file: string, stop: StopFlag): Promise<void>
  verify(packs: Packs, stop: StopFlag): Promise<void>
  compare(comparison: Comparison, stop: StopFlag): Promise<void>
  verifySpans(bringing: Bringing, stop: StopFlag): Promise<void>
  /** Into files that are there. */
  writeSpans(bringing: Bringing, stop: StopFlag): Promise<void>
  /** Makes files. By the caller's thread alone: several that make files on one file system wait for each other in the kernel, and use twice the time. */
  makeFiles(bringing: Bringing, stop: StopFlag): Promise<void>
  end(): Promise<void>
}

/** Below this a thread takes longer to start than it saves. */
const WORTH_SHARING = 16 * 1024 * 1024

/** At most `count` threads beside the caller's, started when there is enough to do for them. */
export function makeHelpers(count: number): Helpers {
  let workers: Worker[] | undefined

  async function all(part: Part, bytes: number): Promise<void> {
    if (bytes >= WORTH_SHARING) workers ??= Array.from({ length: count }, () => new Worker(threadFile(), { workerData: { role: 'helper' } }))
    const others = bytes < WORTH_SHARING ? [] : workers!.map((worker) => asked(worker, part))
    // The own share blocks this thread until nothing is left to take. All are waited for, also after an error: none may still write.
    const own = new Promise<void>((resolve) => {
      runPart(part)
      resolve()
    })
    const ended = await Promise.allSettled([own, ...others])
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

  return {
    writePack: (plan, file, stop) => all({ part: 'write pack', plan, file, stop: stop.memory }, plan.regions.at(-1)!),
    verify: (packs, stop) => all({ part: 'verify', packs, next: new Int32Array(new SharedArrayBuffer(4)), stop: stop.memory }, sumOf(packs.indexes, ({ regions }) => regions.at(-1)!)),
    compare: (comparison, stop) => all({ part: 'compare', comparison, stop: stop.memory }, sumOf(comparison.files, ({ size }) => size)),
    verifySpans: (bringing, stop) => all({ part: 'verify spans', bringing, stop: stop.memory }, sumOf(bringing.spans, ({ bytes }) => bytes)),
    writeSpans: (bringing, stop) => all({ part: 'write spans', bringing, stop: stop.memory }, sumOf(bringing.spans, ({ bytes }) => bytes)),
    makeFiles: (bringing, stop) => all({ part: 'write spans', bringing, stop: stop.memory }, 0),
    end: async () => void (await Promise.all((workers ?? []).map((worker) => worker.terminate()))),
  }
}

function sumOf<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((sum, one) => sum + of(one), 0)
}

function asked(worker: Worker, part: Part): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: ThreadAnswer) => {
      worker.off('error', onError)
      if ('failed' in answer) reject(fromThread(answer.failed))
      else resolve()
    }
    const onError = (error: unknown) => {
      worker.off('message', onAnswer)
      reject(error)
    }
    worker.once('message', onAnswer)
    worker.once('error', onError)
    worker.postMessage(part)
  })
}
