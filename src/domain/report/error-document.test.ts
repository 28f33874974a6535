import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../model/problem.ts'
import { errorDocument, problemsDocument } from './error-document.ts'

for (const [message, what, mend] of [
  ['There is no command "frob". cc-ci --help lists them.', 'There is no command "frob".', 'cc-ci --help lists them.'],
  ['--engine takes local or swarm, not "docker".', '--engine takes local or swarm, not "docker".', ''],
  ['notes has no published version 9.9.9+9: it has 1.0.0+1.0.0', 'notes has no published version 9.9.9+9: it has 1.0.0+1.0.0', ''],
  ['The folder ./a.b cannot be read: no. Change its owner,\nor name another. That helps.', 'The folder ./a.b cannot be read: no.', 'Change its owner,\nor name another. That helps.'],
] as const) test(`an error as a document: ${message}`, () => assert.deepEqual(errorDocument(message, 'cc-ci run'), { error: { what, where: 'cc-ci run', mend } }))

test('several mistakes: the first error stands for all, and all are listed', () => {
  const problem = (severity: Problem['severity'], line: number): Problem => ({ file: 'settings.yml', line, column: 3, severity, rule: 'settings/type', message: `wrong ${line}`, mend: `mend ${line}` })
  const problems = [problem('warning', 1), problem('error', 2), problem('error', 4)]
  assert.deepEqual(problemsDocument(problems), { error: { what: 'wrong 2', where: 'settings.yml:2:3', mend: 'mend 2' }, problems })
})
