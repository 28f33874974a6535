import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokensOf } from './tokens.ts'

const cases: { that: string, source: string, words: string[] }[] = [
  { that: 'comments hide what they hold', source: "a // import 'x'\n/* import 'y'\n */ b", words: ['a', 'b'] },
  { that: 'a first line for the shell is no code', source: '#!/usr/bin/env node\na', words: ['a'] },
  { that: 'strings hide what they hold, escaped quotes included', source: "a('it\\'s import') + b(\"import\")", words: ['a', 'b'] },
  { that: 'a template hides its text and shows its holes', source: 'a(`import ${b} import ${c({ d: `${e}` })} import`) f', words: ['a', 'b', 'c', 'd', 'e', 'f'] },
  { that: 'a backtick that is escaped does not end a template', source: 'a(`import \\` import`) b', words: ['a', 'b'] },
  { that: 'a regular expression hides quotes and comment marks', source: "a = /['\"`/*]\\//g.test(b)", words: ['a', 'test', 'b'] },
  { that: 'a division is no regular expression', source: "a = b / c; d = 'e' / f", words: ['a', 'b', 'c', 'd', 'f'] },
  { that: 'a division after a parenthesis is no regular expression', source: 'a = (b) / c; d(/e/)', words: ['a', 'b', 'c', 'd'] },
  { that: 'a regular expression after a condition is one', source: "if (a) /'/.test(b)", words: ['if', 'a', 'test', 'b'] },
  { that: 'a regular expression after return is one', source: "return /'/.test(b)", words: ['return', 'test', 'b'] },
  { that: 'a regular expression at the start of a hole is one', source: 'a(`${/`/.source} import`) b', words: ['a', 'source', 'b'] },
  { that: 'words in any script', source: 'größe = #secret', words: ['größe', '#secret'] },
]

for (const { that, source, words } of cases) {
  test(that, () => {
    assert.deepEqual(tokensOf(source).filter(({ kind }) => kind === 'word').map(({ text }) => text), words)
  })
}

test('every token knows the line it begins on', () => {
  const tokens = tokensOf('a\n`one\ntwo`\n/* x\n */ b')
  assert.deepEqual(tokens.map(({ text, line }) => [text, line]), [['a', 1], ['one\ntwo', 2], ['b', 5]])
})
