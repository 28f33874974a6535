import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvSample } from './env-sample.ts'

const read = (text: string, given?: Record<string, string>) => readEnvSample({ file: '.env.sample', text, given })

const values: Array<[that: string, text: string, expected: Record<string, string>]> = [
  ['a plain value', 'TYPE=notes\n', { TYPE: 'notes' }],
  ['the last line needs no newline', 'A=1\nB=2', { A: '1', B: '2' }],
  ['carriage returns belong to no value', 'A=1\r\nB="2"\r\nC=3', { A: '1', B: '2', C: '3' }],
  ['a byte order mark is no part of the first name', '\uFEFFA=1', { A: '1' }],
  ['nothing', '', {}],
  ['an empty value', 'A=\nB=""\nC=\'\'', { A: '', B: '', C: '' }],
  ['a bare value may hold blanks', 'MOUNTS=/ /var/lib/docker', { MOUNTS: '/ /var/lib/docker' }],
  ['backticks in single quotes stay', "EXTRA_DOMAINS=', `www.example.com`'", { EXTRA_DOMAINS: ', `www.example.com`' }],
  ['backticks in a bare value stay', 'EXTRA_DOMAINS=, `www.example.com`', { EXTRA_DOMAINS: ', `www.example.com`' }],
  ['a list that grows by referring to itself', 'COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:compose.postgres.yml"\nCOMPOSE_FILE="${COMPOSE_FILE}:compose.smtp.yml"', {
    COMPOSE_FILE: 'compose.yml:compose.postgres.yml:compose.smtp.yml',
  }],
  ['bare values are expanded, too', 'A=x\nB=$A-${A}', { A: 'x', B: 'x-x' }],
  ['single quotes expand nothing', "A=x\nB='$A'", { A: 'x', B: '$A' }],
  ['only what stands above counts', 'B=$A\nA=x', { A: 'x', B: '' }],
  ['an escaped dollar sign is one', 'A="\\$HOME"\nB=pa\\$\\$word', { A: '$HOME', B: 'pa$$word' }],
  ['escapes in double quotes', String.raw`A="one\ntwo \"three\" \\"`, { A: 'one\ntwo "three" \\' }],
  ['a lone dollar sign is itself', 'A=5$ or $ 5', { A: '5$ or $ 5' }],
  ['a comment after a value', 'A=1 # one\nB="2" # two\nC=\'3\'# three\nD= # nothing', { A: '1', B: '2', C: '3', D: '' }],
  ['a # inside a value', 'A="a # b"\nB=a#b\nC=\'#\'', { A: 'a # b', B: 'a#b', C: '#' }],
  ['export is read past', 'export A=1', { A: '1' }],
  ['names that JavaScript treats as its own', '__proto__=1\nconstructor=2', Object.fromEntries([['__proto__', '1'], ['constructor', '2']])],
]
for (const [that, text, expected] of values) test(that, () => assert.deepEqual(read(text).values, expected))

test('given values win, and later lines see them', () => {
  const { values } = read('DOMAIN=notes.example.com\nURL=https://$DOMAIN/', { DOMAIN: 'note-1.ci', STACK_NAME: 'note-1_ci' })
  assert.deepEqual(values, { DOMAIN: 'note-1.ci', URL: 'https://note-1.ci/' })
})

test('secret modifiers stand in the comment', () => {
  const modifiers = (line: string) => read(line).assignments[0]!.modifiers
  assert.deepEqual(modifiers('SECRET_A_VERSION=v1'), { generate: true })
  assert.deepEqual(modifiers('SECRET_A_VERSION=v1  # length=128'), { generate: true, length: 128 })
  assert.deepEqual(modifiers('SECRET_A_VERSION=v1 # length=64 charset=hex'), { generate: true, length: 64, charset: 'hex' })
  assert.deepEqual(modifiers('SECRET_A_VERSION="v1" # generate=false'), { generate: false })
  assert.deepEqual(modifiers('SECRET_A_VERSION=v1 # the key of the door'), { generate: true })
})

test('names in comments are known and optional', () => {
  const { mentioned, values } = read("#EXTRA_DOMAINS=', `www`'\n# SMTP=1 # generate=false\n## A heading\n# not = an assignment\nA=1\n#A=2\n")
  assert.deepEqual([...mentioned], [['EXTRA_DOMAINS', { generate: true }], ['SMTP', { generate: false }]])
  assert.deepEqual(values, { A: '1' })
})

test('every mistake at once, each with its place', () => {
  const text = [
    'JUST_A_NAME',
    'COLON: value',
    '=value',
    'NO-NAME=1',
    "OPEN='never closed",
    'STRAY="a" b',
    'export E=1',
    'BLANK = 1',
    'A=$MISSING',
    'B=${A:-default}',
    'COMPOSE_FILE=compose.yml',
    'COMPOSE_FILE=compose.smtp.yml',
    'C=red#5',
    'SECRET_X_VERSION=v1 # lenght=32',
    'SECRET_Y_VERSION=v1 # length=many generate=no',
  ].join('\n')
  const { problems, values } = read(text)
  assert.deepEqual(
    problems.map((problem) => `${problem.line}:${problem.column} ${problem.severity} ${problem.rule} ${problem.message} ${problem.mend}`),
    [
      '1:1 error env-sample/line `JUST_A_NAME` has no `=`. Write `NAME=value`, or begin the line with `#`.',
      '2:1 error env-sample/line `COLON: value` has a colon where the `=` belongs. Write `COLON=value`.',
      '3:1 error env-sample/line There is no name before the `=` in `=value`. Write `NAME=value`.',
      '4:1 error env-sample/line `NO-NAME` is no name for a variable. Use letters, digits and `_`, and begin with a letter.',
      "5:6 error env-sample/open-quote The quote `'` that begins the value of `OPEN` is not closed on this line. Close it with `'`.",
      '6:10 error env-sample/after-quote `b` stands behind the closing quote of `STRAY` and belongs to nothing. Put the whole value into one pair of quotes; write a blank and `#` before a comment.',
      '7:8 warning env-sample/export `export` has no meaning in an env file. Write `E=…` alone.',
      '8:1 warning env-sample/blanks There are blanks around the `=` of `BLANK`; some readers make them part of the name or value. Write `BLANK=…` without blanks.',
      '9:3 warning env-sample/unset-variable `$MISSING` is empty: nothing before this line sets `MISSING`. Set `MISSING` above, or put the value in single quotes if the dollar sign is meant.',
      '10:3 warning env-sample/default abra expands no default: `${A:-default}` does not become what it says. Set `A` on a line before this one and write `$A`.',
      '12:1 warning env-sample/assigned-twice `COMPOSE_FILE` is set again here; what line 11 says is lost. Write `COMPOSE_FILE="$COMPOSE_FILE:…"` to add to the list.',
      '13:6 warning env-sample/hash The `#` in the value of `C` begins a comment for some readers and not for others. Put the value in quotes, or a blank before the `#` of a comment.',
      '14:1 warning env-sample/modifier The secret modifier `lenght` is not known. Write `length=32`?',
      '15:1 warning env-sample/modifier `length=many` is no length of a password. Write a number from 1 to 4096.',
      '15:1 warning env-sample/modifier `generate=no` is neither `true` nor `false`. Write `generate=false`.',
    ],
  )
  assert.equal(values.OPEN, 'never closed')
})

test('whatever stands in the file, reading ends and throws nothing', () => {
  const pieces = ['A', '=', "'", '"', '`', '$', '{', '}', ':-', '\\', '#', ' ', '\n', '\r', '\t', 'export ', '\uFEFF', '\0', '\ud800']
  let seed = 7
  const next = (most: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % most
  }
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: next(30) }, () => pieces[next(pieces.length)]).join('')
    const { problems } = read(text)
    const lines = text.split('\n')
    for (const problem of problems) assert.ok(problem.line >= 1 && problem.line <= lines.length && problem.column >= 1 && problem.column <= lines[problem.line - 1]!.length + 1, JSON.stringify({ text, problem }))
  }
})

test('a long hostile line is read in no time', () => {
  const started = performance.now()
  read(`A=${'${'.repeat(50_000)}\nB="${'\\'.repeat(100_000)}\n${' '.repeat(100_000)}C\nD=1${' '.repeat(50_000)}x${' #'.repeat(20_000)}`)
  assert.ok(performance.now() - started < 1000)
})

test('a file of many lines is read in one pass, each name against what was last said of it', () => {
  const { values, problems } = read(`${Array.from({ length: 10_000 }, (_, index) => `A${index % 5000}=x`).join('\n')}\nA7=y\nA7=z\n`)
  assert.equal(Object.keys(values).length, 5000)
  assert.deepEqual(problems.map(({ line, message }) => `${line} ${message}`), ['10001 `A7` is set again here; what line 5008 says is lost.', '10002 `A7` is set again here; what line 10001 says is lost.'])
})

test('no more is read than of a YAML file', () => {
  assert.deepEqual(read(`${'A=x\n'.repeat(65_536)}`).problems, [])
  const { values, problems } = read(`${'A=x\n'.repeat(65_536)}B=x\n`)
  assert.deepEqual(values, { A: 'x' })
  assert.deepEqual(problems, [{ file: '.env.sample', line: 1, column: 1, rule: 'env-sample/too-large', severity: 'error', message: 'The file has 262148 characters; at most 262144 are read.', mend: 'Put large texts into files of the recipe.' }])
})
