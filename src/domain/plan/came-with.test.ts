import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Stack } from '../model/stack.ts'
import { cameWith } from './came-with.ts'

const app = { domain: 'a.example', stack: 'a_example', run: 'platform' }
const stackOf = (volumes: object) => ({ services: {}, networks: {}, volumes }) as unknown as Stack
const now = (...names: string[]) => names.map((name) => ({ name, path: `/v/${name}` }))

const cases: Array<[that: string, given: Partial<Parameters<typeof cameWith>[0]>, names: string[]]> = [
  ['a volume of the new version alone came with it', {}, ['a_example_next']],
  ['one that was there before stays, whoever made it', { before: ['a_example_data', 'a_example_next'] }, []],
  ['one that the version before has, too, stays, though no list named it before', { before: [], now: now('a_example_data') }, []],
  ['one that nobody has in a stack stays', { now: now('a_example_data', 'a_example_older') }, []],
  ['one of somebody else stays', { to: stackOf({ data: {}, shared: { external: true, name: 'shared' } }), now: now('a_example_data', 'shared') }, []],
  ['a name of its own is the name', { to: stackOf({ data: {}, next: { name: 'own' } }), now: now('a_example_data', 'own') }, ['own']],
  ['what was never made is nowhere', { now: now('a_example_data') }, []],
]

for (const [that, given, names] of cases) {
  test(`T17: ${that}`, () => assert.deepEqual(cameWith({ app, to: stackOf({ data: {}, next: {} }), from: stackOf({ data: {} }), before: ['a_example_data'], now: now('a_example_data', 'a_example_next'), ...given }), names))
}
