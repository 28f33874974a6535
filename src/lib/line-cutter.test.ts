import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineCutter } from './line-cutter.ts'

function cut(...chunks: Buffer[]): string[] {
  const lines: string[] = []
  const cutter = lineCutter((line) => lines.push(line))
  for (const chunk of chunks) cutter.add(chunk)
  cutter.end()
  return lines
}

test('lines come whole, wherever the chunks end: in a line, in a line end, in a character', () => {
  const bytes = Buffer.from('first\r\n\nz\u00e4hler \u{1f600}\nlast')
  for (let at = 0; at <= bytes.length; at += 1) assert.deepEqual(cut(bytes.subarray(0, at), bytes.subarray(at)), ['first', '', 'z\u00e4hler \u{1f600}', 'last'], `cut at ${at}`)
})

test('what ends with a line end has no empty line after it', () => {
  assert.deepEqual([cut(Buffer.from('one\n')), cut()], [['one'], []])
})

test('a line without an end comes in pieces', () => {
  assert.deepEqual(cut(Buffer.alloc(70_000, 'x'), Buffer.from('y\nz')).map((line) => line.length), [65_536, 4_465, 1])
})
