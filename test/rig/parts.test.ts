import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderToBringUp } from './order.ts'
import { parts } from './parts.ts'

test('every part stands after what it needs, and each has its own name', () => {
  const seen = new Set<string>()
  for (const part of parts) {
    assert.ok(!seen.has(part.name), `${part.name} twice`)
    for (const need of part.needs) assert.ok(seen.has(need), `${part.name} needs ${need}, which comes later or not at all`)
    seen.add(part.name)
  }
})

test('the default parts bring no optional image', () => {
  const names = orderToBringUp(parts, []).map((part) => part.name)
  assert.ok(names.includes('image:traefik'))
  for (const optional of ['image:traefik-3.0.4', 'image:keycloak-25.0.6', 'maven']) assert.ok(!names.includes(optional), optional)
})
