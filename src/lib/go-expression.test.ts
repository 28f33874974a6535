import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goExpression } from './go-expression.ts'

const cases: Array<[expression: string, text: string, fits: boolean | undefined]> = [
  ['^a[.]b$', 'a.b', true],
  ['^a[.]b$', 'A.B', false],
  ['(?i)^a[.]b$', 'A.B', true],
  ['^(?i)a[.]b$', 'A.B', true],
  ['(?is)^a.b$', 'A\nB', true],
  ['^(?P<sub>[a-z]+)\\.b$', 'a.b', true],
  ['^(?:a|b)$', 'b', true],
  ['^[[:alnum:]_]+$', 'a_1', true],
  ['^[[:alnum:]]+$', 'a_1', false],
  ['\\Aab\\z', 'ab', true],
  ['\\(?i\\)', '(i)', true],
  ['^\\pL+$', 'a', undefined],
  ['\\Qa.b\\E', 'a.b', undefined],
  ['[[:^alpha:]]', 'a', undefined],
  ['(?U)a+', 'a', undefined],
  ['(', 'a', undefined],
]
for (const [expression, text, fits] of cases) {
  test(`${expression} ${fits === undefined ? 'cannot be read' : `${fits ? 'fits' : 'does not fit'} ${JSON.stringify(text)}`}`, () => assert.equal(goExpression(expression)?.test(text), fits))
}
