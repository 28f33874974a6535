import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Source, Sources } from '../../ports/source.ts'
import { PortError } from '../../ports/port-error.ts'
import { openedAhead } from './opened-ahead.ts'

function sourcesWith(open: (place: string, time: number) => Promise<Source>): Sources & { asked: string[] } {
  const asked: string[] = []
  return { asked, open: (place) => open(place, asked.push(place)) }
}

const signal = new AbortController().signal
const named = (name: string) => ({ name }) as Source

test('every recipe is asked for before the first is needed, and each place once', async () => {
  const { promise, resolve } = Promise.withResolvers<Source>()
  const sources = sourcesWith((place) => (place === 'one' ? promise : Promise.resolve(named(place))))
  const ahead = openedAhead(sources, ['one', 'two', 'two'], signal)
  assert.deepEqual(sources.asked, ['one', 'two'])
  assert.equal((await ahead.open('two')).name, 'two', 'one that is slow keeps nobody waiting')
  resolve(named('one'))
  assert.deepEqual([(await ahead.open('one')).name, (await ahead.open('two')).name], ['one', 'two'])
  assert.deepEqual(sources.asked, ['one', 'two'])
})

test('a recipe that did not come is asked for again at its turn, and then told as it is', async () => {
  const sources = sourcesWith((place, time) => (time === 3 ? Promise.resolve(named(place)) : Promise.reject(new PortError('unreachable', `${place} ${time}`))))
  const ahead = openedAhead(sources, ['behind-the-proxy', 'away'], signal)
  assert.equal((await ahead.open('behind-the-proxy')).name, 'behind-the-proxy')
  await assert.rejects(ahead.open('away'), /away 4/)
})
