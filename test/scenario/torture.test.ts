import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { callWorld } from '../../src/adapters/engine/scripted/call.ts'
import { cli, start } from '../support/cli.ts'
import { journalOf } from '../torture/gaps.ts'
import { type Ground, openGround } from '../torture/ground.ts'
import { leftOnHost } from '../torture/on-host.ts'
import { torture } from '../torture/torture.ts'

// time limit: 480 s, because a busy machine starts more than a hundred processes here slowly.

/** The small form of `npm run torture -- runs`. */
test('T30: forty runs killed at drawn moments, two at a time, then runs clean, itself killed now and then: every gap of the journal is hit and nothing is left (T25, T28, T29)', async () => {
  await using ground = await openGround('scripted')
  const said: string[] = []
  const report = await torture(ground, { kills: 40, seed: 20_251, shows: 8, says: (line) => said.push(line) })
  assert.deepEqual(report.troubles, [], said.join('\n'))
  assert.ok(report.kills >= 40)
  assert.ok(Object.keys(report.gaps).length >= 6 && Object.values(report.gaps).every((count) => count > 0), JSON.stringify(report.gaps))
  // What a cleaning removed that was itself killed is counted by nobody.
  assert.ok(report.cleans.removed > 0)
})

test('T30: what the engine still made of a run that was cleaned already is found and removed', async () => {
  await using ground = await openGround('scripted')
  const world = ground.env.CCCI_SCRIPTED!
  await callWorld(world, 'fault', { method: 'pull', holds: true })
  const run = start(['run', ground.recipe, '--engine', 'scripted', '--state', ground.state], { env: ground.env })
  await callWorld(world, 'held', {})
  run.kill('SIGKILL')
  await run.ended
  assert.deepEqual(await cleaned(ground), ['removed'])
  const [id] = await readdir(join(ground.state, 'runs'))
  const app = { run: id, stack: `${id}_ci_scripted`, domain: `${id}.ci.scripted` }
  await callWorld(world, 'createSecret', { app, name: `${app.stack}_late_v1`, value: 'late' })
  assert.deepEqual(await cleaned(ground), ['removed'])
  assert.deepEqual(await ground.onEngine(), [])
  assert.deepEqual(await cleaned(ground), [])
})

test('T30: an earlier version that cannot be read ends the run before anything is made, and leaves nothing to clean', async () => {
  await using ground = await openGround('scripted')
  const repository = join(ground.folder, 'scene.git')
  const by = 'committer a <a@example.com> 0 +0000'
  const many = Array.from({ length: 5_001 }, (_, index) => `M 644 inline f${index}\ndata 0\n`).join('')
  const head = join(ground.recipe, '1.1.0+2')
  const names = (await readdir(head, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = await Promise.all(names.map(async (name) => [relative(head, name), await readFile(name, 'utf8')] as const))
  const last = files.map(([name, text]) => `M 755 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`).join('')
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository])
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], {
    input: `commit refs/heads/main\n${by}\ndata 0\n${many}\ntag 1.0.0+1\nfrom refs/heads/main\ntagger a <a@example.com> 0 +0000\ndata 0\n\ncommit refs/heads/main\n${by}\ndata 0\ndeleteall\n${last}\n`,
  })
  const ended = await cli(['run', repository, '--engine', 'scripted', '--state', ground.state], { env: ground.env })
  assert.match(ended.err, /holds more than 5000 files/)
  assert.equal(ended.code, 2)
  const [id] = await readdir(join(ground.state, 'runs'))
  assert.deepEqual((await journalOf(join(ground.state, 'runs', id!))).map((entry) => entry.do), ['gone'])
  assert.deepEqual(await cleaned(ground), [])
  assert.deepEqual(await leftOnHost(ground), [])
})

test('T28: a run whose drawn name an earlier run has already draws another one', async () => {
  await using ground = await openGround('scripted')
  // The first draw of every process is the same.
  const drawn = `import crypto from 'node:crypto'; import { syncBuiltinESMExports } from 'node:module'; const real = crypto.randomBytes; let first = true; crypto.randomBytes = (size, ...rest) => size === 3 && first ? (first = false, Buffer.alloc(3)) : real(size, ...rest); syncBuiltinESMExports()`
  const env = { ...ground.env, ...ground.fast, NODE_OPTIONS: `${ground.fast.NODE_OPTIONS} --import=data:text/javascript,${encodeURIComponent(drawn)}` }
  for (let count = 0; count < 2; count++) {
    const ended = await cli(['run', ground.recipe, '--engine', 'scripted', '--base', 'none', '--tier', 'custom', '--state', ground.state], { env })
    assert.equal(ended.code, 0, ended.err)
  }
  const ids = await readdir(join(ground.state, 'runs'))
  assert.equal(ids.length, 2)
  assert.ok(ids.includes('scen-000000'))
})

async function cleaned(ground: Ground): Promise<string[]> {
  const ended = await cli(['runs', 'clean', '--json', '--state', ground.state], { env: ground.env })
  assert.equal(ended.code, 0, ended.err)
  return (JSON.parse(ended.out) as Array<{ did: string }>).map(({ did }) => did)
}
