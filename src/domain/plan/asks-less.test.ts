import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadyRule } from '../model/recipe-config.ts'
import { asksLess } from './asks-less.ts'

const rule = (over: Partial<ReadyRule> = {}): ReadyRule => ({ path: '/healthz', status: [], http: true, ...over })

const cases: Array<{ that: string; base: ReadyRule; head: ReadyRule; then: boolean }> = [
  { that: 'the same question', base: rule({ contains: 'ok' }), head: rule({ contains: 'ok' }), then: false },
  { that: 'T63: a head that wants no HTTP any more asks less', base: rule(), head: rule({ http: false }), then: true },
  { that: 'T63: so does one that asks at another path', base: rule(), head: rule({ path: '/' }), then: true },
  { that: 'T63: and one that wants no content any more', base: rule({ contains: 'ok' }), head: rule(), then: true },
  { that: 'T63: and one that takes a status which the base did not', base: rule(), head: rule({ status: [200, 404] }), then: true },
  { that: 'T63: and one that takes any good status where the base named one', base: rule({ status: [200] }), head: rule(), then: true },
  { that: 'more content is no less', base: rule({ contains: 'ok' }), head: rule({ contains: '"status":"ok"' }), then: false },
  { that: 'fewer statuses are no less', base: rule({ status: [200, 204] }), head: rule({ status: [204] }), then: false },
  { that: 'nor is a status that was good before, too', base: rule(), head: rule({ status: [401] }), then: false },
  { that: 'a base that asked nothing cannot be asked less', base: rule({ http: false }), head: rule({ status: [404] }), then: false },
]

for (const { that, base, head, then } of cases) test(that, () => assert.equal(asksLess(base, head), then))
