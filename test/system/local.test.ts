import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { appProcesses } from '../support/app-processes.ts'
import { checkout, cli, runJson, start, temporaryFolder } from '../support/cli.ts'
import { scanFolders, scanText } from '../support/secret-scan.ts'
import { testInterruptions } from './interrupted.ts'

const notes = join(checkout, 'fixtures', 'recipes', 'notes')

/** Processes that carry the mark of an app of ours, and folders of apps. */
async function inventory(state: string): Promise<string[]> {
  const stacks = join(state, 'local')
  const left = existsSync(stacks) ? (await readdir(stacks)).filter((name) => /_ci_localhost$/.test(name)).map((name) => `folder ${name}`) : []
  return [...left, ...(await appProcesses(state)).map(({ pid }) => `process ${pid}`)].sort()
}

test('notes goes through all five tiers on local: pass, one deploy, level 5, nothing left', async () => {
  using folder = temporaryFolder('local')
  const { code, results, err } = await runJson([notes, '--engine', 'local', '--junit', join(folder.path, 'junit.xml'), '--out', join(folder.path, 'out')], { state: join(folder.path, 'state') })
  assert.equal(code, 0, `${results.summary.what} ${results.summary.why} ${err}`)
  assert.deepEqual(results.tiers.map((tier) => [tier.name, tier.verdict]), [['lint', 'pass'], ['install', 'pass'], ['upgrade', 'pass'], ['backup', 'pass'], ['restore', 'pass'], ['custom', 'pass'], ['teardown', 'pass']])
  assert.deepEqual(results.deploys, { expected: 1, seen: 1 })
  assert.equal(results.level, 5)
  assert.equal(results.upgrade?.from, '1.1.0+2.0.0')
  assert.ok(results.data.probed.some((probe) => probe.kind === 'volume') && results.data.probed.some((probe) => probe.kind === 'declared'))
  assert.deepEqual(await inventory(join(folder.path, 'state')), [])
  for (const name of ['junit.xml', 'out/results.json', 'out/report.html']) assert.ok(existsSync(join(folder.path, name)), name)
})

test('secrets that were generated stand in nothing that was written', async () => {
  using folder = temporaryFolder('hidden')
  const run = start(['run', notes, '--engine', 'local', '--keep', '--state', join(folder.path, 'state')])
  await run.says('stays up until Ctrl-C')
  const kept = join(folder.path, 'state', 'local')
  const secrets = await secretValues(kept)
  assert.ok(secrets.length > 0, 'the recipe has a generated secret')
  assert.deepEqual(scanText('process arguments', await allArguments(), secrets), [])
  run.kill('SIGINT')
  const ended = await run.ended
  assert.deepEqual(scanText('output', ended.out + ended.err, secrets), [])
  const id = /runs clean (note-\w{6})/.exec(ended.err)?.[1]
  await cli(['runs', 'clean', id!, '--state', join(folder.path, 'state')])
  assert.deepEqual(await scanFolders([join(folder.path, 'state')], secrets), [])
})

/** The command line of every process of this machine. */
async function allArguments(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))).join('\n')
}

async function secretValues(folder: string): Promise<string[]> {
  const values: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.parentPath.includes('secrets')) values.push((await readFile(join(entry.parentPath, entry.name), 'utf8')).trim())
  }
  return values.filter((value) => value.length >= 8)
}

testInterruptions('local', { env: async () => ({}), tiers: ['install', 'upgrade', 'backup', 'restore', 'custom', 'teardown'], atOnce: 5, inventory })
