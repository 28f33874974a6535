import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLines } from './command-line.ts'

test('a command that people are told to type names the program, and the state and settings that were given', () => {
  assert.equal(commandLines({ program: './cc-ci', state: undefined, settings: undefined })('runs list'), './cc-ci runs list')
  assert.equal(commandLines({ program: '/opt/my ci/cc-ci', state: 'st2', settings: "it's.yml" })('runs clean note-1f2e3d'), `'/opt/my ci/cc-ci' runs clean note-1f2e3d --state st2 --settings 'it'\\''s.yml'`)
})
