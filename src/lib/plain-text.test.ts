import assert from 'node:assert/strict'
import test from 'node:test'
import { lineTakenIn, plainLine, plainText, shortened } from './plain-text.ts'

test('escape sequences, controls and direction marks of a log line reach nobody', () => {
  assert.equal(plainLine('\u001b[31mred\u001b[0m \u0007bell \u0000 nul\r\nnext\tcolumn\u202e'), 'red ␇bell ␀ nul next column�')
  assert.equal(plainLine('\ud800 lone'), '� lone')
})

test('a line that is taken in is plain, and no longer than anybody reads', () => {
  assert.equal(lineTakenIn('evil\nname\u001b[31m'), 'evil name')
  assert.equal(lineTakenIn('x'.repeat(5_000)), `${'x'.repeat(499)}…`)
})

test('lines stay lines where several are wanted', () => {
  assert.equal(plainText('one\r\ntwo\rthree\n\tfour'), 'one\ntwo\nthree\n\tfour')
})

test('a cut never splits a character and says that it cut', () => {
  assert.equal(shortened('aé😀b', 4), 'aé😀b')
  assert.equal(shortened('aé😀bc', 4), 'aé😀…')
})
