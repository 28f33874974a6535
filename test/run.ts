/**
 * `npm test`: the quick checks, then every test there is, on the real parts, which it brings up by itself.
 *
 *   npm test                 everything
 *   npm test -- NAME…        only what has one of the names in its title or path; `types`, `lint` and `import rules` are titles
 *   npm test -- --keep …     leaves the real parts running
 *   npm test -- --list …     says what would run
 */
import { globSync } from 'node:fs'
import path from 'node:path'
import { checkJobs } from './setup/check-jobs.ts'
import type { Job, JobResult } from './setup/job.ts'
import { needsRig } from './setup/needs-rig.ts'
import { bringUpRig } from './setup/rig-for-tests.ts'
import { runJobs, sumUp } from './setup/run-jobs.ts'
import { saysOnStdout } from './setup/says.ts'
import { stopOnSignal } from './setup/stop-on-signal.ts'
import { optionalParts, testJobs } from './setup/test-jobs.ts'
import { keepTimes } from './setup/times.ts'

/** At once: what computes, as many as there are cores on the smallest host that we support; what waits for an engine makes stacks
 * of its own, several at a time, so three files are enough: more of them only make health checks late. */
const CORES = 2
const WAITING_AT_ONCE = 3

const root = path.resolve(import.meta.dirname, '..')
const given = process.argv.slice(2)
const names = given.filter((argument) => !argument.startsWith('--'))
const has = (option: string): boolean => given.includes(option)
const unknown = given.filter((argument) => argument.startsWith('--') && !['--keep', '--list'].includes(argument))

const wanted = (job: Job): boolean => names.length === 0 || names.some((name) => job.title.includes(name))
const quick = checkJobs(root).filter(wanted)
const quickTitles = new Set(quick.map(({ title }) => title))
const files = globSync('{src,test,fixtures}/**/*.test.ts', { cwd: root }).toSorted()
const real = testJobs(root, files).filter((job) => wanted(job) && !quickTitles.has(job.title) && !isPure(job.title))

if (unknown.length > 0) {
  console.error(`unknown option ${unknown.join(', ')}; there are --keep and --list, and names to choose by`)
  process.exitCode = 2
} else if (quick.length + real.length === 0) {
  console.error(`nothing is called ${names.join(' or ')}; \`npm test -- --list\` says what there is`)
  process.exitCode = 2
} else if (has('--list')) {
  for (const { title } of [...quick, ...real]) console.log(`${title}${needsRig(root, title) ? '  (needs the real parts)' : ''}`)
} else {
  await runAll()
}

async function runAll(): Promise<void> {
  const began = performance.now()
  const says = saysOnStdout()
  const signal = stopOnSignal()
  const results: JobResult[] = []
  const run = async (jobs: Job[], atOnce: number): Promise<void> => { results.push(...await runJobs(jobs, { atOnce, says, signal })) }

  const onRig = real.filter(({ title }) => needsRig(root, title))
  // The parts come up while the quick checks run. The others wait for them, too: the packages that come with them serve all.
  const [rig] = await Promise.all([onRig.length > 0 ? bringUpRig(says, real.flatMap(({ title }) => optionalParts(root, title))) : undefined, run(quick, CORES)])
  if (rig?.missing) {
    await run(real.filter((job) => !onRig.includes(job)), WAITING_AT_ONCE)
    results.push(...onRig.map(({ title }) => ({ title, ms: 0, passed: 0, output: '', failures: ['not run: it needs the real parts, which are not there'] })))
  } else {
    await run(real, WAITING_AT_ONCE)
  }
  if (rig) results.push(await rig.finish({ keep: has('--keep') }))

  keepTimes(root, results)
  sumUp(results, performance.now() - began, says)
  process.exitCode ??= signal.aborted || results.some(({ failures }) => failures.length > 0) ? 1 : 0
}

/** Run by the quick checks already. */
function isPure(file: string): boolean {
  return file.startsWith('src/') || file.startsWith('test/house/')
}
