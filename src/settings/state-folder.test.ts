import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stateFolderTrouble } from './state-folder.ts'

test('a state folder is tried out before anything begins, and nothing of the trial stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-state-'))
  try {
    assert.equal(stateFolderTrouble(folder), undefined)
    assert.equal(stateFolderTrouble(join(folder, 'a', 'b')), undefined)
    assert.deepEqual(readdirSync(folder), [])
    writeFileSync(join(folder, 'file'), '')
    assert.equal(stateFolderTrouble(join(folder, 'file', 'x')), `The state folder ${join(folder, 'file', 'x')} cannot be made: ${join(folder, 'file')} is a file. Name another with --state.`)
    assert.match(stateFolderTrouble('/proc/cc-ci') ?? '', /^The state folder \/proc\/cc-ci cannot be used: nothing can be made in \/proc \(E[A-Z]+\)\. Name another with --state\.$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
