import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addProbes, NOTHING } from './probes/read.ts'
import { scheduleOf } from './schedule.ts'

const schedule = (text: string) => scheduleOf(addProbes(NOTHING, { file: 'boot.yml', text }).graph)

const BOOT = `units:
  network: { took: 2s }
  proxy: { after: [network], took: 20s }
  identity: { after: [proxy], took: 60s }
  backup: { after: [network], took: 50s }
  page: { after: [proxy, identity], took: 5s }
  sweep: { after: [page], starts: later, took: 900s }
`

test('each begins as soon as it may, side by side with others', () => {
  const { slots, makespanMs, critical } = schedule(BOOT)
  assert.deepEqual(slots.map(({ unit, beginsAt, upAt, after }) => `${unit} ${beginsAt / 1000}-${upAt / 1000} ${after}`), ['network 0-2 null', 'proxy 2-22 network', 'backup 2-52 network', 'identity 22-82 proxy', 'page 82-87 identity'])
  assert.equal(makespanMs, 87_000)
  assert.deepEqual(critical, ['network', 'proxy', 'identity', 'page'])
})

test('a unit is worth what everything gains by it, and no more: behind it another chain waits', () => {
  assert.deepEqual(schedule(BOOT).gains.map(({ unit, savesMs }) => `${unit} ${savesMs / 1000}`), ['identity 35', 'proxy 20', 'page 5', 'network 2'])
})

test('without recorded times it is the order alone, and says so', () => {
  const { makespanMs, gains, unknown, slots } = schedule('units: { b: { after: [a] }, a: {} }')
  assert.deepEqual([makespanMs, gains, unknown, slots.map(({ unit }) => unit)], [0, [], ['a', 'b'], ['a', 'b']])
})

test('where times are missing the order alone says who comes after whom, and who begins side by side', () => {
  const { slots, critical } = schedule('units: { swarm: { took: 1s }, networks: { after: [swarm], took: 1s }, page: { after: [networks, proxy] }, proxy: { after: [networks] }, side: { after: [networks] } }')
  assert.deepEqual(slots.map(({ unit, after, wave }) => `${unit} ${after} ${wave}`), ['swarm null 0', 'networks swarm 0', 'proxy networks 0', 'side networks 0', 'page proxy 1'])
  assert.deepEqual(critical, ['swarm', 'networks', 'proxy', 'page'])
})

test('three thousand in a row: no recursion', () => {
  const units = Array.from({ length: 3_000 }, (_, index) => `  u${index}: { took: 1${index > 0 ? `, after: [u${index - 1}]` : ''} }`)
  assert.equal(schedule(`units:\n${units.join('\n')}\n`).makespanMs, 3_000_000)
})
