import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRule, matchesRule, unreadPatterns } from './router-rule.ts'

const cases: Array<[rule: string, url: string, matches: boolean]> = [
  ['Host(`a.test`)', 'a.test/', true],
  ['Host(`a.test`)', 'b.test/', false],
  ['Host("a.test", `b.test`)', 'b.test/', true],
  ['Host(`A.TEST`)', 'a.test/', true],
  ['Host(`a.test`) && PathPrefix(`/api`)', 'a.test/api/version', true],
  ['Host(`a.test`) && PathPrefix(`/api`)', 'a.test/', false],
  ['Host(`a.test`) && !PathPrefix(`/api`)', 'a.test/', true],
  ['Host(`a.test`) && !PathPrefix(`/api`)', 'a.test/api', false],
  ['Host(`a.test`) && (Path(`/x`) || Path(`/y`))', 'a.test/y', true],
  ['(Host(`a.test`) || Host(`b.test`)) && Path(`/x`)', 'b.test/x', true],
  ['Host(`b.test`) || Host(`a.test`) && Path(`/x`)', 'a.test/y', false],
  ['HostRegexp(`^.+\\.test$`)', 'a.test/', true],
  ['HostRegexp(`^.+\\.example$`)', 'a.test/', false],
  ['PathRegexp(`^/v[0-9]+/`)', 'a.test/v2/x', true],
  ['Host(`a.test`) && Method(`GET`) && Header(`X`, `y`)', 'a.test/', true],
  ['Host(`a.test`) &&', 'a.test/', false],
  ['Host(`a.test`', 'a.test/', false],
  ['Host(a.test)', 'a.test/', false],
  ['HostRegexp(`(?i)^A[.]test$`)', 'a.test/', true],
  ['HostRegexp(`^(?P<name>a)[.]test$`)', 'a.test/', true],
  ['HostRegexp(`^(?P<name>a)[.]test$`)', 'b.test/', false],
  ['HostRegexp(`(`)', 'a.test/', true],
  ['!HostRegexp(`(`)', 'a.test/', true],
  ['Host(`a.test`) && !(PathRegexp(`(`) || ClientIP(`10.0.0.1`))', 'a.test/', true],
  ['', 'a.test/', false],
  ['!!Host(`a.test`)', 'a.test/', true],
  ['!nonsense', 'a.test/', false],
  ['Host(`a.test`) || nonsense', 'a.test/', false],
  [`${'!'.repeat(100_000)}Host(\`a.test\`)`, 'a.test/', false],
  [`${'('.repeat(5_000)}Host(\`a.test\`)${')'.repeat(5_000)}`, 'a.test/', false],
]
for (const [rule, url, matches] of cases) {
  test(`${rule.slice(0, 60)} ${matches ? 'lets' : 'does not let'} ${url} in`, () => {
    const { hostname, pathname } = new URL(`https://${url}`)
    assert.equal(matchesRule(rule, { host: hostname, path: pathname }), matches)
  })
}

test('patterns that cannot be read are named, and no others', () => {
  assert.deepEqual(unreadPatterns('(HostRegexp(`(`, `^a$`) || !PathRegexp(`\\pL`)) && PathRegexp(`(?i)^/a`) && Host(`(`)'), ['(', '\\pL'])
})

test('a rule that breaks off, or is followed by more, is none', () => {
  assert.deepEqual(['Host(`a`)', '!Host(`a`) || (Path(`/b`) && ClientIP(`10.0.0.1`))', 'Host(`a`) &&', 'Host(`a`', 'Host(`a`) Path(`/b`)', ''].map(isRule), [true, true, false, false, false, false])
})
