/**
 * What runs in a worker thread: one job with its helpers, or a helper's parts. Snapshots are made of thousands of small calls to the file system, quickest one
 * after the other and without waiting in turn; here they hold up nobody.
 */
import { availableParallelism } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { makeHelpers } from './helpers.ts'
import { runPart } from './parts.ts'
import { differences, restore, type DifferencesJob, type RestoreJob } from './restore.ts'
import { stopFlag } from './stop-flag.ts'
import { space, take, type SpaceJob, type TakeJob } from './take.ts'
import { toThread, type ThreadAnswer } from './threads.ts'
import { verify, type VerifyJob } from './verify.ts'

export type Job = TakeJob | SpaceJob | VerifyJob | RestoreJob | DifferencesJob

export type ThreadData = { role: 'helper' } | { role: 'job'; job: Job; stop: SharedArrayBuffer }

/** More threads than processors: they wait for the disk half of the time. */
const MOST_HELPERS = 3

const given = workerData as ThreadData
const port = parentPort!
const answer = (said: ThreadAnswer) => port.postMessage(said)

if (given.role === 'helper') {
  port.on('message', (part) => {
    try {
      runPart(part)
      answer({ done: undefined })
    } catch (error) {
      answer({ failed: toThread(error) })
    }
  })
} else {
  try {
    answer({ done: await run(given.job, given.stop) })
  } catch (error) {
    answer({ failed: toThread(error) })
  }
}

async function run(job: Job, memory: SharedArrayBuffer): Promise<unknown> {
  const stop = stopFlag(memory)
  if (job.job === 'space') return space(job, stop)
  const helpers = makeHelpers(Math.min(MOST_HELPERS, availableParallelism()))
  try {
    switch (job.job) {
      case 'take':
        return await take(job, helpers, stop)
      case 'verify':
        return await verify(job, helpers, stop)
      case 'restore':
        return await restore(job, helpers, stop)
      case 'differences':
        return await differences(job, helpers, stop)
    }
  } finally {
    await helpers.end()
  }
}
