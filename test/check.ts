/** `npm run check`: types, lint, import rules and the pure tests, in under a minute. */
import path from 'node:path'
import { checkJobs } from './setup/check-jobs.ts'
import { runJobs, sumUp } from './setup/run-jobs.ts'
import { saysOnStdout } from './setup/says.ts'
import { stopOnSignal } from './setup/stop-on-signal.ts'
import { keepTimes } from './setup/times.ts'

const root = path.resolve(import.meta.dirname, '..')
const began = performance.now()
const says = saysOnStdout()
const signal = stopOnSignal()
const results = await runJobs(checkJobs(root), { atOnce: 2, says, signal })
keepTimes(root, results)
sumUp(results, performance.now() - began, says)
process.exitCode ??= results.some(({ failures }) => failures.length > 0) ? 1 : 0
