import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fit, z } from './schema.ts'

const action = z.discriminatedUnion('do', [z.strictObject({ do: z.literal('ask'), path: z.string() }), z.strictObject({ do: z.literal('run'), words: z.array(z.string()) })], { error: 'expected `do: ask` or `do: run`' })
const schema = z.strictObject({
  name: z.string(),
  limits: z.partialRecord(z.enum(['run', 'tier']), z.number()).default({}),
  steps: z.array(action).default([]),
  env: z.record(z.string().regex(/^[A-Z]+$/, 'capitals make a name'), z.string()).default({}),
})

test('what fits comes back with its defaults', () => {
  assert.deepEqual(fit(schema, { name: 'a' }), { value: { name: 'a', limits: {}, steps: [], env: {} } })
})

test('a value of another kind, size or form is said in our words, with how to write it', () => {
  const values = z.strictObject({ text: z.string(), yes: z.string(), nothing: z.string(), many: z.string(), port: z.int().min(1).max(9), name: z.string().min(1), path: z.string().startsWith('/'), how: z.enum(['tls', 'none']), either: z.union([z.number(), z.string()]), map: z.record(z.string(), z.string()), list: z.array(z.string()).min(2) })
  const result = fit(values, { text: 8080, yes: true, nothing: null, many: ['a'], port: 10, name: '', path: 'x', how: 'tsl', either: true, map: 'x', list: ['a'] })
  assert.ok('misfits' in result)
  assert.deepEqual(result.misfits.map(({ message, mend }) => `${message} ${mend}`), [
    '"text" is not right: expected text. Put it in quotes, such as "8080": without them it is a number.',
    '"yes" is not right: expected text. Put it in quotes: without them it is read as true or false.',
    '"nothing" is not right: expected text. Write text behind the colon; nothing at all is "".',
    '"many" is not right: expected text. Write one text, on one line.',
    '"port" is not right: expected a number of at most 9. Write a number of at most 9.',
    '"name" is not right: it is empty. Write what belongs there, or take the key out.',
    '"path" is not right: expected text that begins with "/". Begin it with "/".',
    '"how" is not right: expected one of tls, none. Write "tls"?',
    '"either" is not right: expected a number or text. Write one of these.',
    '"map" is not right: expected keys with values. Write `key: value` for each, on lines of their own below it.',
    '"list" is not right: expected a list of at least 2. Write a list of at least 2.',
  ])
})

test('everything that does not fit is said at once, in words, with what was probably meant', () => {
  const result = fit(schema, { limits: { runn: 1 }, steps: [{ do: 'ask', pth: '/' }, { do: 'x' }, { do: 'run', words: 'a' }], env: { a: '1' }, nmae: 'a' })
  assert.ok('misfits' in result)
  assert.deepEqual(result.misfits.map(({ path, kind, message, mend }) => `${path.join('.')} ${kind} ${message} ${mend}`).sort(), [
    'env.a wrong "a" may not stand here: capitals make a name. Write another name.',
    'limits.runn unknown-key There is no setting "runn" here. Write "run"?',
    'name missing "name" is missing. Add it: expected text.',
    'nmae unknown-key There is no setting "nmae" here. Write "name"?',
    'steps.0.path missing "steps.0.path" is missing. Add it: expected text.',
    'steps.0.pth unknown-key There is no setting "pth" here. Write "path"?',
    'steps.1.do wrong "steps.1.do" is not right: expected `do: ask` or `do: run`. Write what is expected there.',
    'steps.2.words wrong "steps.2.words" is not right: expected a list. Write a list: [one, other], or a line that begins with `- ` for each.',
  ])
})
