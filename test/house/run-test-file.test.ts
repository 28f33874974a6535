import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { runTestFile } from '../setup/run-test-file.ts'

const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'files-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function outcome(source: string, options: { limitMs?: number, pattern?: string } = {}): Promise<{ passed: number, failures: string[] }> {
  const file = 'given.test.mjs'
  writeFileSync(path.join(folder, file), `import test, { describe } from 'node:test'\n${source}`)
  const { passed, failures } = await runTestFile({ root: folder, file, limitMs: 20_000, signal: new AbortController().signal, ...options })
  return { passed, failures: failures.map((failure) => failure.replace(/behind: \d+/, 'behind: PID').replaceAll(process.execPath, 'node')) }
}

const cases: { that: string, source: string, options?: { limitMs?: number, pattern?: string }, passed: number, failures: string[] }[] = [
  { that: 'green tests pass', source: "test('a', () => {}); describe('s', () => { test('b', () => {}) })", passed: 2, failures: [] },
  { that: 'a failed part is named once, with its whole', source: "test('a', async (t) => { await t.test('part', () => { throw new Error('no') }) })", passed: 0, failures: ['a › part: failed'] },
  { that: 'a skipped test is a failure', source: "test('a', { skip: 'no engine' }, () => {}); test('b', () => {})", passed: 1, failures: ['a (no engine): skipped; a test that needs something absent says so and fails'] },
  { that: 'a test that is to be written is a failure', source: "test.todo('a')", passed: 0, failures: ['a: skipped; a test that needs something absent says so and fails'] },
  { that: 'a file without tests is a failure', source: '', passed: 0, failures: ['has no test in it'] },
  { that: 'a pattern that no test has is a failure', source: "test('T1: a', () => {})", options: { pattern: 'T11:' }, passed: 0, failures: ['no test has "T11:" in its name'] },
  { that: 'a pattern is text, not an expression', source: "test('T1: a (b) c', () => {}); test('T1: a b c', () => {})", options: { pattern: 'a (b)' }, passed: 1, failures: [] },
  { that: 'a file that does not load is a failure', source: "import './absent.mjs'", passed: 0, failures: ['could not be loaded'] },
  { that: 'an exit code without a failed test is a failure', source: "test('a', () => {}); process.on('exit', () => { process.exitCode = 7 })", passed: 1, failures: ['ended with exit code 7 though no test failed'] },
  { that: 'a test that hangs is named', source: "setInterval(() => {}, 1000); test('a', () => {}); test('b', () => new Promise(() => {}))", options: { limitMs: 1500 }, passed: 1, failures: ['did not end within 2 s: these tests had not ended: b'] },
  { that: 'a timer that is left behind is a failure', source: "setInterval(() => {}, 1000); test('a', () => {})", options: { limitMs: 1500 }, passed: 1, failures: ['did not end within 2 s: all its tests had ended, but a timer, a server or a child kept it alive'] },
  { that: 'a process that is left behind is a failure, even in a group of its own', source: "import { spawn } from 'node:child_process'\ntest('a', () => { spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }).unref() })", passed: 1, failures: ['left a process behind: PID sleep 300'] },
]

for (const { that, source, options, passed, failures } of cases) {
  test(that, async () => { assert.deepEqual(await outcome(source, options), { passed, failures }) })
}

test('the scratch folder of a file is gone afterwards', async () => {
  const told = path.join(folder, 'told')
  await outcome(`import { writeFileSync } from 'node:fs'\nimport { tmpdir } from 'node:os'\ntest('a', () => { writeFileSync(tmpdir() + '/x', ''); writeFileSync(${JSON.stringify(told)}, tmpdir()) })`)
  assert.equal(existsSync(readFileSync(told, 'utf8')), false)
})

test('what the shell of a caller points at a host reaches no test', async () => {
  const told = path.join(folder, 'environment')
  Object.assign(process.env, { CCCI_SETTINGS: '/x/settings.yml', DOCKER_HOST: 'tcp://192.0.2.1:2375' })
  try {
    await outcome(`import { writeFileSync } from 'node:fs'\ntest('a', () => writeFileSync(${JSON.stringify(told)}, JSON.stringify(Object.keys(process.env))))`)
  } finally {
    delete process.env.CCCI_SETTINGS
    delete process.env.DOCKER_HOST
  }
  const names = JSON.parse(readFileSync(told, 'utf8')) as string[]
  assert.deepEqual([names.includes('PATH'), names.filter((name) => name === 'CCCI_SETTINGS' || name === 'DOCKER_HOST')], [true, []])
})
