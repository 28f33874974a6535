import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../model/problem.ts'
import { renderProblems } from './problems.ts'

const problem = (over: Partial<Problem>): Problem => ({ file: 'compose.yml', line: 3, column: 5, rule: 'R009', severity: 'warning', message: 'No service is called `app`.', mend: 'Rename one.', ...over })

test('problems are listed with their mends and counted', () => {
  assert.equal(renderProblems([]), 'no problems')
  assert.equal(
    renderProblems([problem({}), problem({ severity: 'error', rule: 'reach/host-bind', message: 'bad \u001b[31mred\u0007', line: 9 }), problem({ line: 10 })]),
    `compose.yml:3:5 warning R009 No service is called \`app\`.
    Rename one.
compose.yml:9:5 error reach/host-bind bad red␇
    Rename one.
compose.yml:10:5 warning R009 No service is called \`app\`.
    Rename one.
1 error, 2 warnings`,
  )
})
