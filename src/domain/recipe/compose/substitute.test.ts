import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { substitute } from './substitute.ts'

const env = { SET: 'value', EMPTY: '', TRICKY: '$SET', DOMAIN: 'example.org' }

describe('variables become what Docker makes of them', () => {
  const cases: Array<[template: string, text: string]> = [
    ['$SET', 'value'],
    ['${SET}', 'value'],
    ['a${SET}b$DOMAIN!', 'avaluebexample.org!'],
    ['${UNSET}', ''],
    ['${UNSET:-default}', 'default'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY-default}', ''],
    ['${UNSET-default}', 'default'],
    ['${UNSET:-}', ''],
    ['${UNSET:-a:b-c?d}', 'a:b-c?d'],
    ['$$SET', '$SET'],
    ['$$$SET', '$value'],
    ['$${1}', '${1}'],
    ['${SET:?needed}', 'value'],
    ['${EMPTY?needed}', ''],
    ['${TRICKY}', '$SET'],
    ['${UNSET:-${SET}}', '${SET}'],
    ['$SET-x', 'value'],
    ['$UNSET-x y', 'x y'],
    ['${SET:?not-set}', 'set'],
    ['no variable', 'no variable'],
  ]
  for (const [template, text] of cases) {
    test(`${template} is ${JSON.stringify(text)}`, () => {
      const result = substitute(template, env)
      assert.equal(result.text, text)
      assert.equal(result.error, undefined)
    })
  }
})

describe('what Docker refuses', () => {
  const cases: Array<[template: string, message: string]> = [
    ['${UNSET:?tell us}', 'The variable UNSET must be set: tell us.'],
    ['${UNSET?}', 'The variable UNSET must be set.'],
    ['${EMPTY:?tell us}', 'The variable EMPTY must be set: tell us.'],
    ['cost: 5$', 'Docker cannot read the `$` in `cost: 5$`.'],
    ['${1}', 'Docker cannot read the `$` in `${1}`.'],
    ['${A B}', 'Docker cannot read the `$` in `${A B}`.'],
  ]
  for (const [template, message] of cases) test(template, () => assert.equal(substitute(template, env).error?.message, message))

  test('a later variable makes Docker forget it', () => {
    const result = substitute('${UNSET:?tell us} $SET', env)
    assert.equal(result.error, undefined)
    assert.equal(result.forgotten?.message, 'The variable UNSET must be set: tell us.')
  })
})

test('each use is named, with its default and what surprises', () => {
  assert.deepEqual(substitute('${A}${B:-x}$C-d${D:?must-be}', env).uses, [
    { name: 'A', hasDefault: false },
    { name: 'B', hasDefault: true },
    { name: 'C', hasDefault: true, surprise: 'without braces Docker takes everything after `$C-` for the variable\'s default or message' },
  ])
  assert.deepEqual(substitute('${D:?must-be}', env).uses, [{ name: 'D:?must', hasDefault: true, surprise: 'Docker takes `D:?must` for the variable\'s name and `be` for its default, because of the dash' }])
})
