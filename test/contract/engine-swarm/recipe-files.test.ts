import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderEntries } from '../../../src/adapters/engine/swarm/folder-entries.ts'
import { readRecipeFile } from '../../../src/adapters/engine/swarm/recipe-files.ts'

function recipe(t: { after(done: () => void): void }): string {
  const outer = mkdtempSync(join(tmpdir(), 'recipe-'))
  t.after(() => rmSync(outer, { recursive: true }))
  const folder = join(outer, 'recipe')
  mkdirSync(join(folder, 'sub'), { recursive: true })
  writeFileSync(join(outer, 'secret'), 'of the host')
  writeFileSync(join(folder, 'inside'), 'of the recipe')
  symlinkSync('../inside', join(folder, 'sub', 'fine'))
  symlinkSync('../../secret', join(folder, 'sub', 'out'))
  symlinkSync(outer, join(folder, 'up'))
  return folder
}

test('T64: only files that really lie in the recipe are read', async (t) => {
  const folder = recipe(t)
  for (const file of ['inside', './inside', 'sub/fine', join(folder, 'inside')]) {
    assert.equal((await readRecipeFile({ folder, file, for: 'config c' })).toString(), 'of the recipe', file)
  }
  for (const file of ['../secret', 'sub/out', 'up/secret', 'sub/../../secret', join(folder, '..', 'secret'), '/etc/passwd', '.', 'sub', 'absent', 'up/recipe/../secret']) {
    await assert.rejects(readRecipeFile({ folder, file, for: 'config c' }), { kind: 'refused' }, file)
  }
})

test('T64: the refusal names the use and the file', async (t) => {
  const folder = recipe(t)
  await assert.rejects(readRecipeFile({ folder, file: '../secret', for: 'config c' }), {
    message: "config c names the file ../secret, which lies outside the recipe's folder; only files of the recipe are read",
  })
})

test('T64: a folder that is copied into a job takes its links along as links', async (t) => {
  const entries = await folderEntries(recipe(t), { uid: 1, gid: 2 })
  assert.deepEqual(entries.map((entry) => `${entry.kind} ${entry.path}`), ['file inside', 'folder sub', 'symlink sub/fine', 'symlink sub/out', 'symlink up'])
  assert.equal(JSON.stringify(entries).includes(Buffer.from('of the host').toString()), false)
})
