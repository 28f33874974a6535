import { test } from 'node:test'
import { assertAgreement } from '../boot/assert-agreement.ts'
import { compare } from '../boot/compare.ts'

test('T1: 20,000 generated boots are judged as brute force judges them, and every fix that is offered mends', () => {
  assertAgreement(compare({ from: 1, count: 20_000 }))
})
