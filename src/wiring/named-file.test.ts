import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isPortError } from '../ports/port-error.ts'
import { textOf } from './named-file.ts'

test('a file of the settings that is gone since is trouble with the host, with its place and its mend', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-named-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'there'), 'a secret\n')
  assert.equal(textOf(join(folder, 'there')), 'a secret\n')
  for (const [file, trouble] of [[join(folder, 'gone'), 'there is no such file'], [folder, 'it is a folder'], ['/dev/null', 'it is no regular file']] as const) {
    assert.throws(() => textOf(file), (error) => isPortError(error, 'refused') && error.againCanHelp && error.message === `${file} cannot be read: ${trouble}. The settings name it: put it back, or name another.`)
  }
})
