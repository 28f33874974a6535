import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { loadMutations, troubleWith } from '../guards/load.ts'
import type { Mutation } from '../guards/mutation.ts'

const root = mkdtempSync(path.join(tmpdir(), 'guards-'))
after(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(path.join(root, 'src'))
writeFileSync(path.join(root, 'src/a.ts'), 'if (guard) stop()\none()\none()\n')
writeFileSync(path.join(root, 'src/a.test.ts'), '')

const good: Mutation = { trap: 'T35', file: 'src/a.ts', find: 'if (guard) ', replace: '', test: { file: 'src/a.test.ts', pattern: 'T35: a line' } }
const cases: { that: string, change: Partial<Mutation>, trouble: string | undefined }[] = [
  { that: 'can be tried', change: {}, trouble: undefined },
  { that: 'its text is gone', change: { find: 'if (wall) ' }, trouble: 'the text to find stands 0 times in src/a.ts, and must once: if (wall) ' },
  { that: 'its text is ambiguous', change: { find: 'one()' }, trouble: 'the text to find stands 2 times in src/a.ts, and must once: one()' },
  { that: 'it changes nothing', change: { replace: 'if (guard) ' }, trouble: 'find and replace are the same' },
  { that: 'its source is gone', change: { file: 'src/b.ts' }, trouble: 'src/b.ts is gone' },
  { that: 'its test is gone', change: { test: { file: 'src/b.test.ts', pattern: 'T35:' } }, trouble: 'src/b.test.ts is gone' },
  { that: 'its test names another trap', change: { test: { file: 'src/a.test.ts', pattern: 'T3: a line' } }, trouble: 'the pattern "T3: a line" does not name the trap T35, which stands in the title of its test' },
  { that: 'its trap has no number', change: { trap: 'glue' }, trouble: 'glue is no number of a trap: T and digits' },
]

for (const { that, change, trouble } of cases) test(`a mutation: ${that}`, () => { assert.equal(troubleWith({ ...good, ...change }, root), trouble) })

test('every mutation of this checkout can be tried', async () => {
  const checkout = path.join(import.meta.dirname, '../..')
  assert.deepEqual((await loadMutations()).flatMap((mutation) => troubleWith(mutation, checkout) ?? []), [])
})
