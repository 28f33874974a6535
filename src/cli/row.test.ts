import assert from 'node:assert/strict'
import { test } from 'node:test'
import { row } from './row.ts'

test('what there is to say is wrapped at 80 columns, a path that is longer than a line at its slashes', () => {
  const path = `/var/lib/${'a-long-name/'.repeat(12)}journal.jsonl:3`
  const lines = row('record', `${path}: "app" is missing. ${'x'.repeat(100)} Compare it with the copy in your backup, and then reconcile it again.`)
  assert.deepEqual(lines.filter((line) => line.length > 80), [])
  assert.deepEqual(lines.slice(0, 4), [
    '  record      /var/lib/a-long-name/a-long-name/a-long-name/a-long-name/',
    '              a-long-name/a-long-name/a-long-name/a-long-name/a-long-name/',
    '              a-long-name/a-long-name/a-long-name/journal.jsonl:3: "app" is',
    '              missing.',
  ])
  assert.equal(lines.map((line) => line.slice(14)).join('').replaceAll(' ', ''), `${path}:"app"ismissing.${'x'.repeat(100)}Compareitwiththecopyinyourbackup,andthenreconcileitagain.`)
})

test('a name with nothing behind it, and few words', () => {
  assert.deepEqual(row('hold', 'none'), ['  hold        none'])
})
