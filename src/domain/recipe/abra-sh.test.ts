import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAbraSh } from './abra-sh.ts'

const read = (text: string) => readAbraSh({ file: 'abra.sh', text })

const cases: Array<[that: string, text: string, expected: Record<string, string>]> = [
  ['plain versions', '#!/bin/bash\nexport APP_ENTRYPOINT_VERSION=v4\nexport PG_BACKUP_VERSION=v6', { APP_ENTRYPOINT_VERSION: 'v4', PG_BACKUP_VERSION: 'v6' }],
  ['quotes', 'export A="v 1" # why\nexport B=\'v$2\'\nexport C=v"3"\r\n', { A: 'v 1', B: 'v$2', C: 'v3' }],
  ['several on one line', 'export A=1 B=2; echo', { A: '1', B: '2' }],
  ['functions and what is in them are no exports', 'backup() {\n  export A=1\n  rm -rf /\n}\nB=2\nexport C=3', { C: '3' }],
  ['an empty value', 'export A=\nexport B=""', { A: '', B: '' }],
]
for (const [that, text, expected] of cases) {
  test(that, () => {
    const { exports, problems } = read(text)
    assert.deepEqual(exports, expected)
    assert.deepEqual(problems, [])
  })
}

test('what only a shell could work out is left out and said', () => {
  const { exports, problems } = read('export A=$(date)\nexport B=`id`\nexport C="$A"\nexport D\nexport E="open\nexport F=1\nexport F=2')
  assert.deepEqual(exports, { F: '2' })
  assert.deepEqual(
    problems.map((problem) => `${problem.line}:${problem.column} ${problem.severity} ${problem.rule} ${problem.message}`),
    [
      '1:8 warning abra-sh/not-literal The value of `A` is something that a shell has to work out; abra.sh is read, not executed, so it has no value.',
      '2:8 warning abra-sh/not-literal The value of `B` is something that a shell has to work out; abra.sh is read, not executed, so it has no value.',
      '3:8 warning abra-sh/not-literal The value of `C` is something that a shell has to work out; abra.sh is read, not executed, so it has no value.',
      '4:8 warning abra-sh/no-value `export D` gives no value.',
      '5:8 warning abra-sh/not-literal The value of `E` is in a quote that is not closed on its line; abra.sh is read, not executed, so it has no value.',
      '7:8 warning abra-sh/exported-twice `F` is exported again; what line 6 says is lost.',
    ],
  )
})
