import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecipeFile } from '../model/recipe.ts'
import { readReleaseNotes } from './release-notes.ts'

test('the notes of each version that has some', () => {
  const files = new Map<string, RecipeFile>()
  for (const path of ['release/.gitkeep', 'release/next', 'release/2.0.0+3.0.0', 'release/1.0.0+1.md', 'release/old/1.0.0', 'compose.yml']) {
    files.set(path, { kind: 'file', bytes: Buffer.from(`text of ${path}\n`), executable: false })
  }
  files.set('release/1.1.0+1', { kind: 'symlink', target: '/etc/passwd' })
  const { notes, problems } = readReleaseNotes({ files })
  assert.deepEqual(notes, { '2.0.0+3.0.0': 'text of release/2.0.0+3.0.0\n', '1.0.0+1.md': 'text of release/1.0.0+1.md\n' })
  assert.deepEqual(problems.map((problem) => problem.message), ['`release/1.1.0+1` is a symbolic link; links are not followed.'])
})
