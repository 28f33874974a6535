/**
 * `npm run guards`: takes out each guard in a copy, and fails where its test does not notice.
 *
 *   npm run guards                     all of them
 *   npm run guards -- --trap T35 …     those of some traps
 *   npm run guards -- --pure           those whose tests need none of the real parts
 *   npm run guards -- --list           says what would run
 *
 * A mutation counts as caught when its test is green without it, has run at least one test, and is red with it although the
 * changed file still loads.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Job, JobResult } from '../setup/job.ts'
import { needsRig } from '../setup/needs-rig.ts'
import { bringUpRig } from '../setup/rig-for-tests.ts'
import { runJobs, sumUp } from '../setup/run-jobs.ts'
import { runTestFile, type TestFileResult } from '../setup/run-test-file.ts'
import { saysOnStdout } from '../setup/says.ts'
import { stopOnSignal } from '../setup/stop-on-signal.ts'
import { limitOf } from '../setup/test-jobs.ts'
import { type Copies, makeCopies } from './copies.ts'
import { loadMutations, troubleWith } from './load.ts'
import type { Mutation } from './mutation.ts'

const AT_ONCE = 2
const root = path.resolve(import.meta.dirname, '../..')
const given = process.argv.slice(2)
const traps = given.filter((argument) => /^T\d+$/.test(argument))
const unknown = given.filter((argument) => !/^T\d+$/.test(argument) && !['--trap', '--pure', '--list', '--keep'].includes(argument))
const chosen = (await loadMutations()).filter((mutation) =>
  (traps.length === 0 || traps.includes(mutation.trap)) && !(given.includes('--pure') && needsRig(root, mutation.test.file)))

if (unknown.length > 0) {
  console.error(`unknown argument ${unknown.join(', ')}; there are --trap T35 …, --pure, --list and --keep`)
  process.exitCode = 2
} else if (chosen.length === 0) {
  console.error(`no mutation ${traps.length > 0 ? `for ${traps.join(', ')} ` : ''}in test/guards/mutations`)
  process.exitCode = 2
} else if (given.includes('--list')) {
  for (const mutation of chosen) console.log(titleOf(mutation))
} else {
  await runAll()
}

async function runAll(): Promise<void> {
  const began = performance.now()
  const says = saysOnStdout()
  const signal = stopOnSignal()
  const rig = chosen.some(({ test }) => needsRig(root, test.file)) ? await bringUpRig(says) : undefined
  const copies = makeCopies(root, AT_ONCE)
  try {
    const results = await runJobs(jobsFor(chosen, copies), { atOnce: AT_ONCE, says, signal })
    if (rig) results.push(await rig.finish({ keep: given.includes('--keep') }))
    const caught = new Set(chosen.map(({ trap }) => trap))
    says.line(`\n${caught.size} traps, ${chosen.length} guards taken out`)
    sumUp(results, performance.now() - began, says)
    process.exitCode ??= signal.aborted || results.some(({ failures }) => failures.length > 0) ? 1 : 0
  } finally {
    copies.remove()
  }
}

function jobsFor(mutations: Mutation[], copies: Copies): Job[] {
  const withoutMutation = new Map<string, Promise<TestFileResult>>()
  return mutations.map((mutation) => {
    const { file, pattern } = mutation.test
    const title = titleOf(mutation)
    const trouble = troubleWith(mutation, root)
    const limitMs = trouble ? 0 : limitOf(root, file)
    return {
      title,
      // In the order of the traps, those with real parts last.
      expectedMs: needsRig(root, file) ? 0 : 1,
      limitMs,
      alone: false,
      async run(signal): Promise<JobResult> {
        const began = performance.now()
        const result = (failures: string[], output: string): JobResult => ({ title, ms: performance.now() - began, passed: failures.length > 0 ? 0 : 1, failures, output })
        if (trouble) return result([trouble], '')
        const key = `${file}\n${pattern}`
        const baseline = withoutMutation.get(key) ?? runTestFile({ root: copies.pristine, file, limitMs, signal, pattern })
        withoutMutation.set(key, baseline)
        const green = await baseline
        if (green.failures.length > 0) return result([`its test is red before anything was taken out: ${green.failures.join('; ')}`], green.output)
        const patienceMs = Math.min(limitMs, Math.max(40_000, 4 * green.ms))
        const red = await copies.borrow((copy) => withMutation(mutation, copy, () => runTestFile({ root: copy, file, limitMs: patienceMs, signal, pattern })))
        if (red.failures.length === 0) return result(['its test stays green without the guard'], red.output)
        if (red.timedOut && red.failedTests.length === 0) return result(['its test only hangs without the guard: give its wait a deadline that names what it waits for'], red.output)
        if (red.didNotLoad) return result(['the changed file does not load, which proves nothing'], red.output)
        return result([], red.output)
      },
    }
  })
}

async function withMutation<T>({ file, find, replace }: Mutation, copy: string, work: () => Promise<T>): Promise<T> {
  const changed = path.join(copy, file)
  const before = readFileSync(changed, 'utf8')
  writeFileSync(changed, before.replace(find, () => replace))
  try {
    return await work()
  } finally {
    writeFileSync(changed, before)
  }
}

function titleOf({ trap, file, find }: Mutation): string {
  return `${trap.padEnd(3)} ${file}: ${find.replaceAll(/\s+/g, ' ').slice(0, 60)}`
}
