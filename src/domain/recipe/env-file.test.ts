import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setInEnvText } from './env-file.ts'
import { readEnvSample } from './env-sample.ts'

test('T35: a last line without a newline is not glued to what comes after it', () => {
  assert.equal(setInEnvText('A=1\n# the end', { B: '2' }), 'A=1\n# the end\nB=2\n')
  assert.equal(setInEnvText('A=1', { B: '2', C: '3' }), 'A=1\nB=2\nC=3\n')
  assert.deepEqual(readEnvSample({ file: 'env', text: setInEnvText('A=1 # a comment', { B: '2' }) }).values, { A: '1', B: '2' })
})

const cases: Array<[that: string, text: string, values: Record<string, string>, expected: string]> = [
  ['an empty file', '', { A: '1' }, 'A=1\n'],
  ['nothing to set changes nothing', 'A=1', {}, 'A=1'],
  ['a name in place, its comment stays', 'A=1\nB=2 # length=3\nC=3\n', { B: 'new' }, 'A=1\nB=new  # length=3\nC=3\n'],
  ['a name on the last line that has no newline', 'A=1\nB=2', { B: '3' }, 'A=1\nB=3'],
  ['later lines that would win go', 'L="a"\nL="$L:b"\nX=1\n', { L: 'c' }, 'L=c\nX=1\n'],
  ['a commented-out line is a comment', '#A=1\n', { A: '2' }, '#A=1\nA=2\n'],
  ['carriage returns are kept, and new lines have them, too', 'A=1\r\nB=2', { A: '3', C: '4' }, 'A=3\r\nB=2\r\nC=4\r\n'],
  ['a value with blanks is quoted', 'A=1\n', { A: 'a b' }, "A='a b'\n"],
  ['a value with a dollar sign is not expanded', '', { A: '$B', B: '1' }, "A='$B'\nB=1\n"],
]
for (const [that, text, values, expected] of cases) test(that, () => assert.equal(setInEnvText(text, values), expected))

test('what was set is what is read back, whatever it is', () => {
  const values = ['', ' ', 'a b', "it's", '"', '\\', '$A', '${A:-x}', '`w`', 'a#b', ' #', '#', 'x\ny', "'\n\"$", '\r', 'é😀', '=', "\\'"]
  for (const value of values) {
    for (const text of ['', 'K=old', '# c', 'A=1\r\n', 'K="a"\nK="$K:b"', '\uFEFFK=1']) {
      assert.equal(readEnvSample({ file: 'env', text: setInEnvText(text, { K: value }) }).values.K, value, JSON.stringify({ value, text }))
    }
  }
})
