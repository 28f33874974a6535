import assert from 'node:assert/strict'
import test from 'node:test'
import { sayBytes } from './bytes.ts'
import { sayDuration } from './duration.ts'

test('time spans read as people say them, with no 60 s and no 60 min', () => {
  const cases: Array<[number, string]> = [
    [Number.NaN, '0 s'], [-5, '0 s'], [0, '0 s'], [3, '0.1 s'], [340, '0.3 s'], [9_949, '9.9 s'], [9_950, '10 s'], [59_499, '59 s'], [59_500, '1 min'],
    [185_000, '3 min 5 s'], [3_599_600, '1 h'], [3_840_000, '1 h 4 min'], [86_400_000, '24 h'],
  ]
  for (const [ms, said] of cases) assert.equal(sayDuration(ms), said, String(ms))
})

test('amounts read as people say them', () => {
  const cases: Array<[number, string]> = [
    [Number.NaN, '0 bytes'], [0, '0 bytes'], [1, '1 byte'], [812, '812 bytes'], [1000, '1.0 KiB'], [1_500_000, '1.4 MiB'], [52_428_800, '50 MiB'], [1_073_741_824, '1.0 GiB'], [5e15, '4547 TiB'],
  ]
  for (const [bytes, said] of cases) assert.equal(sayBytes(bytes), said, String(bytes))
})
