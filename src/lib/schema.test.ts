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
    'steps.1.do wrong "steps.1.do" is not right: expected `do: ask` or `do: run`. Write it as the example shows.',
    'steps.2.words wrong "steps.2.words" is not right: expected a list. Write it as the example shows.',
  ])
})
