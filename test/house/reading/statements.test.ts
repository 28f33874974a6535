/** The table of statements is whole: every row names a fixture and a test that are there, every test of this folder has its row, and the page says the same. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { readingPage } from './page.ts'
import { STATEMENTS } from './statements.ts'

const root = resolve(import.meta.dirname, '../../..')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const provenHere = globSync('*.test.ts', { cwd: import.meta.dirname }).flatMap((file) => [...textOf(`test/house/reading/${file}`).matchAll(/^proven\('([^']+)'/gm)].map(([, id]) => id!))

test('every statement has an id of its own and a sentence', () => {
  assert.equal(new Set(STATEMENTS.map(({ id }) => id)).size, STATEMENTS.length)
  assert.ok(STATEMENTS.length >= 90, String(STATEMENTS.length))
  for (const { id, says } of STATEMENTS) {
    assert.match(id, /^[a-z]+\/[a-z0-9-]+$/)
    assert.match(says, /^.{20,}\.$/, id)
  }
})

test('every statement is proven by one test, here or at the place that it names', () => {
  assert.deepEqual(provenHere.toSorted(), STATEMENTS.filter(({ elsewhere }) => !elsewhere).map(({ id }) => id).toSorted())
  for (const { id, elsewhere } of STATEMENTS) {
    if (!elsewhere) continue
    const [file, title] = elsewhere
    const count = textOf(file).split(title).length - 1
    assert.equal(count, 1, `${id}: "${title}" stands ${count} times in ${file}, and must once`)
  }
})

test('what a fixture is said to show stands in it', () => {
  for (const { id, shown } of STATEMENTS) if (shown) assert.ok(textOf(shown[0]).includes(shown[1]), `${id}: ${shown[0]} does not hold: ${shown[1]}`)
})

test('docs/recipe/what-is-read.md says what the table says', () => {
  assert.equal(textOf('docs/recipe/what-is-read.md'), readingPage(), 'run: node test/support/write-manual.ts')
})
