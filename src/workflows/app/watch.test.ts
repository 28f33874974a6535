import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookouts, type Watch } from './watch.ts'

/** A watch on which an event comes after so many beats, and what was waited at most, ms. */
function watchWith(eventsAfter: number[]): { watch: Watch; waited: number[] } {
  const waited: number[] = []
  let count = 0
  const watch: Watch = {
    async next(_seen, ms) {
      waited.push(ms)
      if (eventsAfter.includes(waited.length)) count += 1
      return count
    },
    count: () => count,
    heard: () => [],
    close: async () => {},
  }
  return { watch, waited }
}

const never = new AbortController().signal

test('who looks again and again looks soon after an event and then more and more slowly', async () => {
  const { watch, waited } = watchWith([6])
  const lookout = lookouts(watch, { firstMs: 20, mostMs: 150 })
  for (let look = 0; look < 8; look++) await lookout.next(never)
  assert.deepEqual(waited, [20, 40, 80, 150, 150, 150, 20, 40])
})

test('and never later than asked for', async () => {
  const { watch, waited } = watchWith([])
  const lookout = lookouts(watch, { firstMs: 20, mostMs: 500 })
  for (const atMost of [500, 500, 7, 500]) await lookout.next(never, atMost)
  assert.deepEqual(waited, [20, 40, 7, 160])
})
