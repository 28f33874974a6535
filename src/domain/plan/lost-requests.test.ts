import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostRequests, visitBegun, visited } from './lost-requests.ts'

/** `+` answered, `-` not: one every 100 ms from 100 on. */
const met = (answers: string, at: number) =>
  lostRequests([...answers].reduce((so, one, index) => visited(so, one === '+', (index + 1) * 100), visitBegun(0)), { url: 'https://a/', at, partial: false })

const cases: Array<[that: string, answers: string, at: number, asked: number, unanswered: number, longestGapMs: number]> = [
  ['nobody asked', '', 0, 0, 0, 0],
  ['all were answered: the pace of the visitor is no gap', '+++', 400, 3, 0, 0],
  ['one was lost: from the answer before it to the one after it', '+-+', 300, 3, 1, 200],
  ['the longest of several gaps counts', '+-+---+-+', 900, 9, 5, 400],
  ['the first was lost: it had answered when the visit began', '-+', 200, 2, 1, 200],
  ['it answers no more: the gap goes on until now', '+--', 1_000, 3, 2, 900],
  ['a gap that goes on and is shorter than one before it', '+---+-', 700, 6, 4, 400],
]
for (const [that, answers, at, asked, unanswered, longestGapMs] of cases) test(that, () => assert.deepEqual(met(answers, at), { url: 'https://a/', asked, unanswered, longestGapMs }))
