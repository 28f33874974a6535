import assert from 'node:assert/strict'
import { appendFileSync, existsSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawnSync } from 'node:child_process'
import { packageProgram } from '../../../src/adapters/program/package/program.ts'
import { checkout, temporaryFolder } from '../../support/cli.ts'

test('a copy of the program is the same program: it runs from where it lies, and its copy has the same id until something of it changes', async () => {
  using folder = temporaryFolder('program')
  const copy = join(folder.path, 'copy')
  const program = packageProgram(checkout)
  await program.copyTo(copy)
  const id = await program.id()
  assert.match(id, /^\d+\.\d+\.\d+-[0-9a-f]{12}$/)
  assert.equal(await packageProgram(copy).id(), id)
  // Nothing of a person's: no Node, no home, no cache.
  const ended = spawnSync(join(copy, 'cc-ci'), ['settings', 'check', '--json', '--state', join(folder.path, 'state')], { cwd: folder.path, env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' })
  assert.equal(ended.status, 0, ended.stderr)
  assert.deepEqual(['test', 'node_modules/typescript', 'node_modules/playwright-core', '.git'].filter((name) => existsSync(join(copy, name))), [])
  assert.equal(await program.missingIn(copy), undefined)
  appendFileSync(join(copy, 'src/lib/yaml.ts'), '// changed\n')
  assert.notEqual(await packageProgram(copy).id(), id)
})

test('T20: a copy of which something is missing or cut short is not whole', async () => {
  using folder = temporaryFolder('program-half')
  const program = packageProgram(checkout)
  await program.copyTo(join(folder.path, 'copy'))
  const spoil: Array<[string, (path: string) => void]> = [
    ['node_modules/.cc-ci-lock.json', (path) => rmSync(path)],
    ['node_modules/yaml/package.json', (path) => truncateSync(path)],
    ['node_modules/yaml/dist', (path) => rmSync(path, { recursive: true })],
    ['src/wiring/main.ts', (path) => truncateSync(path)],
    ['cc-ci', (path) => rmSync(path)],
  ]
  // The last to be looked at first.
  for (const [name, change] of spoil) {
    change(join(folder.path, 'copy', name))
    assert.ok((await program.missingIn(join(folder.path, 'copy')))?.startsWith(name), `${name}: ${await program.missingIn(join(folder.path, 'copy'))}`)
  }
  assert.equal(await program.missingIn(join(folder.path, 'none')), 'cc-ci')
})
