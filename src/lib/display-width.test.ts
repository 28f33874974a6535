import assert from 'node:assert/strict'
import test from 'node:test'
import { cutToWidth, displayWidth } from './display-width.ts'

test('letters take one column, wide ones two, marks none', () => {
  const widths: Array<[string, number]> = [['', 0], ['plain', 5], ['déjà', 4], ['e\u0301', 1], ['漢字', 4], ['한', 2], ['✅ ok', 5], ['✓', 1], ['👩‍👩‍👧', 2], ['ＡＢ', 4]]
  for (const [text, width] of widths) assert.equal(displayWidth(text), width, text)
})

test('a cut fits and says that it cut', () => {
  assert.equal(cutToWidth('waiting for app', 15), 'waiting for app')
  assert.equal(cutToWidth('waiting for app', 10), 'waiting f…')
  assert.equal(cutToWidth('漢字漢字', 5), '漢字…')
  assert.equal(cutToWidth('漢字漢字', 4), '漢…')
  assert.equal(cutToWidth('abc', 0), '')
  for (let columns = 1; columns < 12; columns++) assert.ok(displayWidth(cutToWidth('a漢b字é👩‍👩‍👧cd', columns)) <= columns)
})
