import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayLost } from './lost-requests.ts'

test('in words', () => {
  const lost = { url: 'https://a/', asked: 120, unanswered: 31, longestGapMs: 3_240 }
  assert.equal(sayLost(lost), 'of 120 requests at https://a/ meanwhile 31 had no answer; the longest gap was 3.2 s')
  assert.equal(sayLost({ ...lost, partial: true }), 'of 120 requests at https://a/ meanwhile 31 had no answer; the longest gap was 3.2 s, counted since it was taken up again')
  assert.equal(sayLost({ ...lost, unanswered: 0, longestGapMs: 0 }), 'all 120 requests at https://a/ meanwhile were answered')
  assert.equal(sayLost({ ...lost, asked: 1, unanswered: 0, longestGapMs: 0 }), 'the one request at https://a/ meanwhile was answered')
  assert.equal(sayLost({ ...lost, asked: 0, unanswered: 0, longestGapMs: 0 }), undefined)
})
