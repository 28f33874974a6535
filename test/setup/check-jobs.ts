/** The quick checks: types, lint, import rules, and the tests that need nothing from outside. */
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import { runGroup } from './group.ts'
import type { Job } from './job.ts'
import { testJobs } from './test-jobs.ts'

export function checkJobs(root: string): Job[] {
  const tool = (name: string): string => path.join(root, 'node_modules/.bin', name)
  return [
    commandJob(root, 'types', [tool('tsc'), '--noEmit', '--pretty', 'false']),
    commandJob(root, 'lint', [tool('biome'), 'lint', '--error-on-warnings', '--diagnostic-level=warn', '.']),
    commandJob(root, 'import rules', [process.execPath, path.join(root, 'test/house/imports.ts')]),
    ...testJobs(root, pureTests(root)),
  ]
}

function pureTests(root: string): string[] {
  return globSync('{src,test/house,test/boot,bench}/**/*.test.ts', { cwd: root }).toSorted()
}

function commandJob(root: string, title: string, argv: [string, ...string[]]): Job {
  const limitMs = 120_000
  return {
    title,
    // The long ones of the quick checks: they begin first.
    expectedMs: 20_000,
    limitMs,
    alone: false,
    async run(signal) {
      if (!existsSync(argv[0])) return { title, ms: 0, passed: 0, output: '', failures: [`${argv[0]} is missing: run it as \`npm run check\`, which installs it`] }
      const { exitCode, timedOut, output, ms } = await runGroup(argv, { cwd: root, env: process.env, limitMs, signal })
      const failed = timedOut ? `did not end within ${limitMs / 1000} s` : exitCode === 0 ? undefined : `ended with exit code ${exitCode}`
      return { title, ms, passed: failed ? 0 : 1, failures: failed ? [failed] : [], output }
    },
  }
}
