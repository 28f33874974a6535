import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderToBringUp, orderToTakeDown } from './order.ts'

const part = (name: string, needs: string[] = [], more: { byDefault?: boolean; livesIn?: string } = {}) => ({ name, needs, byDefault: true, ...more })
const names = (parts: Array<{ name: string }>) => parts.map((one) => one.name)

const all = [
  part('packages'),
  part('engine', ['packages']),
  part('swarm', ['engine'], { livesIn: 'engine' }),
  part('image', ['engine']),
  part('old-image', ['engine'], { byDefault: false }),
  part('proxy', ['image', 'swarm'], { livesIn: 'engine' }),
]

test('a part comes up after all it needs, and nothing else comes up', () => {
  assert.deepEqual(names(orderToBringUp(all, ['proxy'])), ['packages', 'engine', 'image', 'swarm', 'proxy'])
  assert.deepEqual(names(orderToBringUp(all, ['swarm'])), ['packages', 'engine', 'swarm'])
})

test('without names the default parts come up, an optional one only by its name', () => {
  assert.deepEqual(names(orderToBringUp(all, [])), ['packages', 'engine', 'swarm', 'image', 'proxy'])
  assert.deepEqual(names(orderToBringUp(all, ['old-image'])), ['packages', 'engine', 'old-image'])
})

test('a part that is named twice comes up once', () => {
  assert.deepEqual(names(orderToBringUp(all, ['swarm', 'engine', 'swarm'])), ['packages', 'engine', 'swarm'])
})

test('an unknown part is refused with the list of those there are', () => {
  assert.throws(() => orderToBringUp(all, ['nonesuch']), { name: 'RigError', message: 'there is no part "nonesuch"; the parts are: engine, image, old-image, packages, proxy, swarm' })
  assert.throws(() => orderToTakeDown(all, ['nonesuch']), { name: 'RigError' })
})

test('parts that need each other are refused with the circle', () => {
  assert.throws(() => orderToBringUp([part('a', ['b']), part('b', ['a'])], ['a']), { message: 'parts need each other in a circle: a → b → a' })
})

test('everything goes down in reverse; what lives inside another goes with it', () => {
  assert.deepEqual(names(orderToTakeDown(all, [])), ['old-image', 'image', 'engine', 'packages'])
})

test('only the named parts go down, also those that live inside another', () => {
  assert.deepEqual(names(orderToTakeDown(all, ['swarm', 'proxy'])), ['proxy', 'swarm'])
})
