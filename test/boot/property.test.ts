import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './compare.ts'

const HIDDEN = ['gate', 'http-proxy', 'name', 'proxy', 'defined-by', 'service', 'certificate', 'forward-auth', 'redirect', 'listens', 'network', 'image', 'at-start']

// 20,000 of them: npm run boots
test('T1: on generated boots the verdict is that of brute force, unit by unit, and every fix that is offered mends', () => {
  const { graphs, deadlocked, racing, kinds, fixes, differences } = compare({ from: 1, count: 2_000 })
  assert.deepEqual(differences, [])
  assert.ok(deadlocked >= 0.3 * graphs && deadlocked <= 0.7 * graphs, `${deadlocked} of ${graphs} stand still`)
  assert.ok(racing >= 0.05 * graphs, `${racing} of ${graphs} hang on chance`)
  for (const kind of HIDDEN) assert.ok((kinds.get(kind)?.graphs ?? 0) >= 0.05 * graphs, `${kind} in ${kinds.get(kind)?.graphs} of ${graphs}`)
  for (const kind of HIDDEN) assert.ok((kinds.get(kind)?.refused ?? 0) >= 0.01 * graphs, `${kind} is the cause in ${kinds.get(kind)?.refused} of ${graphs}`)
  assert.ok(fixes >= 1_000, `${fixes} fixes`)
})
