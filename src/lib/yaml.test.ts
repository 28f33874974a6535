import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseYaml } from './yaml.ts'
import { LARGEST_TREE, plainValue } from './yaml-values.ts'

describe('plain values', () => {
  const cases: Array<[text: string, value: unknown]> = [
    ['text', 'text'], ['yes', 'yes'], ['true', true], ['FALSE', false], ['~', null], ['', null], ['Null', null],
    ['12', 12], ['-3', -3], ['+5', 5], ['0555', 365], ['0o17', 15], ['0x1f', 31], ['0b11', 3], ['1_000', 1000], ['08', 8], ['12345678901234567890', 12345678901234567890n],
    ['99999999999999999999', 1e20], ['1.10', 1.1], ['.5', 0.5], ['1.', 1], ['1e3', 1000], ['1e400', '1e400'], ['22:22', '22:22'], ['.inf', Number.POSITIVE_INFINITY], ['-', '-'], ['1-2', '1-2'], ['0x', '0x'],
  ]
  for (const [text, value] of cases) test(`${JSON.stringify(text)} is ${typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)}`, () => assert.deepEqual(plainValue(text), value))
})

describe('documents', () => {
  test('quotes, tags and block text keep text as text', () => {
    const { value, problems } = parseYaml('a: "12"\nb: \'true\'\nc: !!str 12\nd: !!int "7"\ne: |\n  two\n  lines\nf: >-\n  one\n  line\ng: !!binary aGk=\n')
    assert.deepEqual(value, { a: '12', b: 'true', c: '12', d: 7, e: 'two\nlines\n', f: 'one line', g: 'hi' })
    assert.deepEqual(problems, [])
  })

  test('a merge key brings in what is not there; the first of several maps wins', () => {
    const { value } = parseYaml('a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: own\nd: {"<<": text}\n')
    assert.deepEqual((value as { c: unknown; d: unknown }).c, { x: 'own', y: 1, z: 2 })
    assert.deepEqual((value as { c: unknown; d: unknown }).d, { '<<': 'text' })
  })

  test('an alias means the nearest anchor before it', () => {
    assert.deepEqual(parseYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value, { a: 1, b: 1, c: 2, d: 2 })
  })

  test('dates are what the caller makes of them', () => {
    assert.deepEqual(parseYaml('a: 2024-01-31\nb: "2024-01-31"\nc: 2024-01-31 10:00:00\n', { date: (text) => `<${text}>` }).value, {
      a: '<2024-01-31>',
      b: '2024-01-31',
      c: '<2024-01-31 10:00:00>',
    })
  })
})

describe('places', () => {
  const { placeOf } = parseYaml('# comment\nservices:\n  app:\n    image: "nginx"\n    ports:\n      - 80\n      - target: 1\nx: &x\n  deep: 1\ny:\n  <<: *x\nempty:\n')
  const cases: Array<[path: Array<string | number>, line: number, column: number]> = [
    [['services', 'app', 'image'], 4, 12],
    [['services', 'app', 'ports', 0], 6, 9],
    [['services', 'app', 'ports', 1, 'target'], 7, 17],
    [['services', 'app'], 3, 3],
    [['services', 'app', 'nothing', 'here'], 3, 3],
    [['y', 'deep'], 9, 9],
    [['empty'], 12, 1],
    [[], 1, 1],
  ]
  for (const [path, line, column] of cases) test(`${path.join('.') || 'the whole'} stands at ${line}:${column}`, () => assert.deepEqual(placeOf(path), { line, column }))
})

describe('problems', () => {
  const cases: Array<{ that: string; text: string; says: Array<[line: number, column: number, kind: string, message: string]> }> = [
    { that: 'a key twice', text: 'a: 1\nb: 2\na: 3\n', says: [[3, 1, 'duplicate-key', 'The key `a` stands twice; the first is on line 1.']] },
    { that: 'a number as a key', text: '1: a\n', says: [[1, 1, 'key', 'A key must be text; this one is `1`.']] },
    { that: 'an alias without anchor', text: 'a: *b\n', says: [[1, 4, 'alias', 'The alias `*b` has no anchor `&b` before it.']] },
    { that: 'an alias inside its anchor', text: 'a: &a [*a]\n', says: [[1, 8, 'alias', 'The alias `*a` stands inside its own anchor.']] },
    { that: 'a merge of a text', text: 'a: {<<: text}\n', says: [[1, 5, 'merge', 'The merge key `<<` takes a map or a list of maps.']] },
    { that: 'a second document', text: 'a: 1\n---\nb: 2\n', says: [[2, 1, 'more-documents', 'Only the first document of the file is read; another one starts here.']] },
    { that: 'a tag that nobody knows', text: 'a: !reset null\n', says: [[1, 11, 'tag', 'The tag `!reset` means nothing here: the value is read as if the tag were not there.']] },
    { that: 'a quote that is never closed', text: 'a: "x\n', says: [[2, 1, 'syntax', 'This is not YAML: Missing closing "quote.']] },
    { that: 'a tab as indentation', text: 'a:\n\tb: 1\n', says: [[2, 1, 'syntax', 'This is not YAML: Tabs are not allowed as indentation.']] },
  ]
  for (const { that, text, says } of cases) {
    test(that, () => {
      const found = parseYaml(text).problems.map(({ line, column, kind, message }) => [line, column, kind, message])
      assert.deepEqual(found, says)
    })
  }

  test('two mistakes are both found, and the rest is read', () => {
    const { value, problems } = parseYaml('a: 1\na: 2\nb: *no\nc: 3\n')
    assert.equal(problems.length, 2)
    assert.deepEqual(value, { a: 1, b: null, c: 3 })
  })
})

test('a key that programs take for one of their own is refused by name', () => {
  assert.deepEqual(parseYaml('a: 1\n"__proto__": 2\n').problems.map(({ line, column, message, mend }) => `${line}:${column} ${message} ${mend}`), ['2:1 The key `__proto__` is not taken: programs give it a meaning of their own. Write another name.'])
})

describe('hostile files end quickly, with a problem instead of a throw', () => {
  const hostile: Record<string, string> = {
    'aliases of aliases': `a0: &a0 [1, 1]\n${Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`,
    'merges of merges': `a0: &a0 {x: 1}\n${Array.from({ length: 3000 }, (_, i) => `a${i + 1}: &a${i + 1} {<<: *a${i}, k${i}: 1}`).join('\n')}`,
    'open brackets': '['.repeat(200_000),
    'nested lists': '- '.repeat(60_000),
    'nested keys': Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    'a very large file': 'a'.repeat(2_000_000),
    'too many values': `[${'1,'.repeat(LARGEST_TREE + 10)}]`,
    'a key that would change every object': '__proto__: {polluted: true}',
  }
  for (const [that, text] of Object.entries(hostile)) {
    test(that, { timeout: 10_000 }, () => {
      const { problems, value } = parseYaml(text)
      assert.ok(problems.length > 0)
      assert.ok(problems.every((problem) => problem.message.length < 400))
      assert.equal((value as { polluted?: unknown } | null)?.polluted, undefined)
    })
  }
})

test('a mistake from which the parser goes on over several lines is said on its own line', () => {
  assert.deepEqual(parseYaml('{}[G\nE}').problems.map(({ line, column }) => `${line}:${column}`), ['1:3', '1:4', '2:2'])
})
