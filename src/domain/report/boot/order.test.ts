import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Schedule } from '../../boot/schedule.ts'
import { renderOrder } from './order.ts'
import { renderOrderPage } from './order-page.ts'

const SCHEDULE: Schedule = {
  slots: [
    { unit: 'network', beginsAt: 0, upAt: 2_000, tookMs: 2_000, after: null, wave: 0, isCritical: true },
    { unit: 'proxy', beginsAt: 2_000, upAt: 22_000, tookMs: 20_000, after: 'network', wave: 0, isCritical: true },
    { unit: '<backup>', beginsAt: 2_000, upAt: 2_000, tookMs: null, after: 'network', wave: 0, isCritical: false },
  ],
  makespanMs: 22_000,
  critical: ['network', 'proxy'],
  gains: [{ unit: 'proxy', savesMs: 20_000 }, { unit: 'network', savesMs: 2_000 }],
  unknown: ['<backup>'],
}

test('the order as text', () => {
  assert.deepEqual(renderOrder(SCHEDULE).split('\n'), [
    '   begins at  unit             takes  after',
    '         0 s  network          2.0 s    ◆',
    '       2.0 s  proxy             20 s  network  ◆',
    '       2.0 s  <backup>  not recorded  network',
    '',
    'How long it takes cannot be said: no time is recorded of <backup>.',
    'What is recorded comes to 22 s: network → proxy (◆).',
    'At most 2 begin side by side.',
    'Of the recorded ones speed up proxy first: it alone costs 20 s.',
  ])
  assert.deepEqual(renderOrder({ ...SCHEDULE, unknown: [] }).split('\n').slice(-3), ['Everything is up after 22 s: network → proxy (◆).', 'At most 2 begin side by side.', 'Speed up proxy first: it alone costs 20 s.'])
})

test('those that begin at the same moment, one after another, do not begin side by side', () => {
  const slots = SCHEDULE.slots.map((slot, wave) => ({ ...slot, wave: wave === 2 ? 1 : 0 }))
  assert.doesNotMatch(renderOrder({ ...SCHEDULE, slots }), /side by side/)
})

test('without times it is the order alone', () => {
  const slots = SCHEDULE.slots.map((slot) => ({ ...slot, beginsAt: 0, upAt: 0, tookMs: null, isCritical: false }))
  assert.deepEqual(renderOrder({ slots, makespanMs: 0, critical: [], gains: [], unknown: [] }).split('\n').slice(-2), ['', 'No times are recorded: what stands here is the order alone.'])
})

test('without times the page draws no bars and says no worth: it has the order', () => {
  const slots = SCHEDULE.slots.map((slot) => ({ ...slot, beginsAt: 0, upAt: 0, tookMs: null, isCritical: false }))
  const page = renderOrderPage({ slots, makespanMs: 0, critical: [], gains: [], unknown: [] }, 'a host')
  assert.doesNotMatch(page, /<rect |What each is worth|Each bar/)
  assert.match(page, /No times are recorded: what stands here is the order alone\./)
  assert.match(page, /<th scope="row">proxy<\/th><td>network<\/td>/)
})

test('the page stands alone: nothing fetched, no script, names escaped, a bar for each unit', () => {
  const page = renderOrderPage(SCHEDULE, 'units <of> a host')
  assert.doesNotMatch(page, /<script|src=|href=|<backup>|<of>/)
  assert.match(page, /default-src 'none'|default-src &#39;none&#39;/)
  assert.equal(page.match(/<rect /g)?.length, 3)
})

test('a boot of less than a second is told in milliseconds, and no two ticks say the same', () => {
  const slots = SCHEDULE.slots.map((slot) => ({ ...slot, beginsAt: slot.beginsAt / 1_000, upAt: slot.upAt / 1_000, tookMs: slot.tookMs === null ? null : slot.tookMs / 1_000 }))
  const page = renderOrderPage({ ...SCHEDULE, slots, makespanMs: 22 }, 'a host')
  assert.deepEqual([...page.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, says]) => says), ['0 ms', '6 ms', '11 ms', '17 ms', '22 ms'])
})
