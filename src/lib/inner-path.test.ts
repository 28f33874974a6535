import assert from 'node:assert/strict'
import { test } from 'node:test'
import { innerPath, liesIn } from './inner-path.ts'

test('a path inside a folder is made plain, one that leaves it is none (T64)', () => {
  const cases: Array<[string, string | undefined]> = [
    ['', '.'],
    ['.', '.'],
    ['./', '.'],
    ['backup.sql', 'backup.sql'],
    ['./a//b/./c/', 'a/b/c'],
    ['...', '...'],
    ['..a/b', '..a/b'],
    ['a b/$(x)', 'a b/$(x)'],
    ['/etc', undefined],
    ['..', undefined],
    ['a/../../b', undefined],
    ['a/../b', undefined],
    ['a\0b', undefined],
  ]
  for (const [given, expected] of cases) assert.equal(innerPath(given), expected, JSON.stringify(given))
})

test('lying in a folder is about whole names', () => {
  assert.equal(liesIn('a/b', 'a'), true)
  assert.equal(liesIn('a', 'a'), true)
  assert.equal(liesIn('ab', 'a'), false)
  assert.equal(liesIn('a', 'a/b'), false)
  assert.equal(liesIn('anything', '.'), true)
})
