import { test } from 'node:test'
import { assertAgreement } from './assert-agreement.ts'
import { compare } from './compare.ts'

// Ten times as many: test/scenario/boots.test.ts; as many as wanted: npm run boots.
test('T1: on generated boots the verdict is that of brute force, unit by unit, and every fix that is offered mends', () => {
  assertAgreement(compare({ from: 1, count: 2_000 }))
})
