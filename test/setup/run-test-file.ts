/**
 * Runs one file of tests in a process of its own and says what came of it. Stricter than the runner itself: a file in which
 * nothing ran, a skipped test, a process left behind and a file that does not end are failures.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runGroup } from './group.ts'
import type { JobResult } from './job.ts'
import type { TestEvent } from './reporter.ts'

export interface TestFileOptions {
  /** The checkout, or a copy of it. */
  root: string
  /** From `root`. */
  file: string
  limitMs: number
  signal: AbortSignal
  /** Only tests whose name contains this text. */
  pattern?: string
}

export interface TestFileResult extends JobResult {
  /** Tests that ran to an end. */
  ran: number
  failedTests: string[]
  timedOut: boolean
  /** The file could not be loaded, so that no test of it was ever asked. */
  didNotLoad: boolean
}

/** Would change how Node runs, or point the command line at a host, its settings or its state: a test says these itself. */
const OF_THE_CALLER = /^(NODE_OPTIONS|NODE_TEST_CONTEXT|CCCI_SETTINGS|CCCI_STATE|DOCKER_.*)$/

const REPORTER = path.join(import.meta.dirname, 'reporter.ts')

export async function runTestFile({ root, file, limitMs, signal, pattern }: TestFileOptions): Promise<TestFileResult> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'cc-ci-test-'))
  // Tests that act as another user work below it.
  chmodSync(scratch, 0o711)
  const events = path.join(mkdtempSync(path.join(tmpdir(), 'cc-ci-events-')), 'events')
  try {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name)))
    const ended = await runGroup([
      process.execPath, '--disable-warning=ExperimentalWarning',
      '--test-reporter=spec', '--test-reporter-destination=stdout',
      `--test-reporter=${REPORTER}`, `--test-reporter-destination=${events}`,
      ...(pattern ? [`--test-name-pattern=${escaped(pattern)}`] : []),
      path.join(root, file),
    ], { cwd: root, env: { ...env, TMPDIR: scratch }, limitMs, signal })

    const seen = readEvents(events)
    const failures = seen.failed.map((name) => `${name}: failed`)
    failures.push(...seen.skipped.map((name) => `${name}: skipped; a test that needs something absent says so and fails`))
    if (ended.timedOut) {
      const open = seen.unfinished.length > 0 ? `these tests had not ended: ${seen.unfinished.join(', ')}` : 'all its tests had ended, but a timer, a server or a child kept it alive'
      failures.push(`did not end within ${Math.round(limitMs / 1000)} s: ${open}`)
    } else if (ended.signal) {
      failures.push(`ended by ${ended.signal}`)
    } else if (ended.exitCode !== 0 && failures.length === 0) {
      failures.push(seen.ran === 0 ? 'could not be loaded' : `ended with exit code ${ended.exitCode} though no test failed`)
    }
    if (seen.ran === 0 && failures.length === 0) failures.push(pattern ? `no test has "${pattern}" in its name` : 'has no test in it')
    failures.push(...ended.leftBehind.map((command) => `left a process behind: ${command}`))
    return {
      title: file, ms: ended.ms, passed: seen.passed, failures, output: ended.output, ran: seen.ran, failedTests: seen.failed, timedOut: ended.timedOut,
      didNotLoad: seen.ran === 0 && ended.exitCode !== 0,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    rmSync(path.dirname(events), { recursive: true, force: true })
  }
}

function readEvents(file: string): { ran: number, passed: number, failed: string[], skipped: string[], unfinished: string[] } {
  const names = new Map<number, string>()
  const open = new Set<number>()
  const result = { ran: 0, passed: 0, failed: [] as string[], skipped: [] as string[] }
  for (const line of text(file).split('\n')) {
    if (!line) continue
    let event: TestEvent
    try {
      event = JSON.parse(line) as TestEvent
    } catch {
      // The last line of a file that was killed.
      continue
    }
    const name = names.get(event.id) ?? ''
    if (event.type === 'name') names.set(event.id, event.name)
    else if (event.type === 'start') open.add(event.id)
    else {
      open.delete(event.id)
      if (event.suite && event.outcome !== 'failed') continue
      if (!event.suite) result.ran++
      if (event.outcome === 'passed') result.passed++
      else if (event.outcome === 'skipped') result.skipped.push(event.because ? `${name} (${event.because})` : name)
      else if (!event.onlyParts) result.failed.push(name)
    }
  }
  return { ...result, unfinished: [...open].map((id) => names.get(id) ?? '') }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function escaped(pattern: string): string {
  return pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
