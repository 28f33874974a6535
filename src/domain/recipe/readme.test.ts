import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReadme } from './readme.ts'

const read = (text: string) => readReadme({ file: 'README.md', text })

test('the metadata block is a list of keys', () => {
  const { metadata, place, problems } = read('# Notes\n\n<!-- metadata -->\n\n* **Category**: Apps\n* **Image**: [`a/b`](https://x), 4, upstream\n- **SSO:** No\r\n<!-- endmetadata -->\n\n* **Not**: read\n')
  assert.deepEqual(metadata, { Category: 'Apps', Image: '[`a/b`](https://x), 4, upstream', SSO: 'No' })
  assert.deepEqual(place, { file: 'README.md', line: 3, column: 1 })
  assert.deepEqual(problems, [])
})

test('no block is no mistake of the README', () => {
  assert.deepEqual(read('# Notes'), { metadata: {}, place: undefined, problems: [] })
})

test('mistakes in it are named', () => {
  const { metadata, problems } = read('<!-- endmetadata -->\n<!-- metadata -->\n* **Categroy**: Apps\nprose\n* **SSO**: No\n* **SSO**: Yes')
  assert.deepEqual(metadata, { Categroy: 'Apps', SSO: 'No' })
  assert.deepEqual(
    problems.map((problem) => `${problem.line} ${problem.message} ${problem.mend}`),
    [
      '1 The metadata block ends here and never began. Write `<!-- metadata -->` on a line before the list.',
      '3 The metadata knows no `Categroy`. Write `Category`.',
      '4 `prose` is no entry of the metadata. Write `* **Key**: value`.',
      '6 `SSO` stands twice in the metadata; the second is not read. Keep one of the two.',
      '2 The metadata block is never closed. Write `<!-- endmetadata -->` on a line after the list.',
    ],
  )
})
