import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Rule, readRule } from './router-rule.ts'

function shown(rule: Rule): string {
  if (rule.is === 'matcher') return `${rule.name}[${rule.values.join('|')}]`
  if (rule.is === 'not') return `not(${shown(rule.part)})`
  return `${rule.is}(${rule.parts.map(shown).join(' ')})`
}

test('many alternatives', () => {
  const reading = readRule(Array.from({ length: 20_000 }, () => 'Host(`a`)').join(' || '))
  assert.equal('rule' in reading && reading.rule.is === 'either' && reading.rule.parts.length, 20_000)
})

describe('a rule is read as Traefik reads it', () => {
  const cases: Array<[text: string, then: string]> = [
    ['Host(`a`)', 'host[a]'],
    [' Host ( "a" , `b`, ) \n', 'host[a|b]'],
    ['Host(`a`) || Host(`b`) && Path(`/c`)', 'either(host[a] both(host[b] path[/c]))'],
    ['(Host(`a`) || !Host(`b`)) && ClientIP(`10.0.0.0/8`)', 'both(either(host[a] not(host[b])) clientip[10.0.0.0/8])'],
    ['!(Host(`a`) && !Path(`/`))', 'not(both(host[a] not(path[/])))'],
    ['Header(`x`, `a || b // c`) && PathRegexp(`\\.png$`)', 'both(header[x|a || b // c] pathregexp[\\.png$])'],
    ['ALPN()', 'alpn[]'],
    [`${'('.repeat(99)}Host(\`a\`)${')'.repeat(99)}`, 'host[a]'],
  ]
  for (const [text, then] of cases) {
    test(text.slice(0, 60), () => {
      const reading = readRule(text)
      assert.equal('rule' in reading ? shown(reading.rule) : reading.wrong, then)
    })
  }
})

describe('what Go reads otherwise, or not at all, is no rule', () => {
  const cases: Array<[that: string, text: string, at: number, wrong: string]> = [
    ['a comment to the end', 'PathPrefix(`/`) // && Host(`a`)', 16, 'only `&&`, `||` or the end may stand here'],
    ['a comment between', 'PathPrefix(`/`) /* && Host(`a`) && */', 16, 'only `&&`, `||` or the end may stand here'],
    ['a comment before', '/* x */ Host(`a`)', 0, 'a matcher such as Host(…) should stand here'],
    ['a comment inside a call', 'Host(/* `b`, */ `a`)', 5, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['a quote behind a backslash', '!Path("/\\") && Host(`a`) && Path(")', 6, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['letters behind a backslash', 'Host("\\x61")', 5, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['single quotes', "Host('a')", 5, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['a return inside a text, which Go leaves out', 'Host(`a\rb`)', 5, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['a sum of texts', 'Host(`a` + `b`)', 9, 'a `,` or `)` should stand here'],
    ['a call of a call', 'Host(Path(`a`))', 5, 'a text in `…`, or in "…" without a backslash, should stand here'],
    ['a matcher that nobody knows', 'Hosts(`a`)', 5, 'a matcher such as Host(…) should stand here'],
    ['other signs', 'Host(`a`) == Host(`b`)', 10, 'only `&&`, `||` or the end may stand here'],
    ['one letter of a sign', 'Host(`a`) & Host(`b`)', 10, 'only `&&`, `||` or the end may stand here'],
    ['a bracket too few', '(Host(`a`)', 10, 'a `)` should stand here'],
    ['a bracket too many', 'Host(`a`))', 9, 'only `&&`, `||` or the end may stand here'],
    ['a call without an end', 'Host(`a`', 8, 'a `,` or `)` should stand here'],
    ['a sign at the end', 'Host(`a`) &&', 12, 'a matcher such as Host(…) should stand here'],
    ['nothing', '', 0, 'a matcher such as Host(…) should stand here'],
    ['20,000 brackets', `${'('.repeat(20_000)}Host(\`a\`)${')'.repeat(20_000)}`, 100, 'more than 100 signs and brackets stand within one another'],
    ['20,000 times not', `${'!'.repeat(20_000)}Host(\`a\`)`, 100, 'more than 100 signs and brackets stand within one another'],
  ]
  for (const [that, text, at, wrong] of cases) test(`T4: ${that}`, () => assert.deepEqual(readRule(text), { wrong, at }))
})
