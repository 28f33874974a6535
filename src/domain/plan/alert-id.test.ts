import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertId, isAlertId } from './alert-id.ts'

const idOf = (version: string) => alertId(`platform-scene-failed-${version}`)
const LONG = `1.1.0+${'a'.repeat(200)}`

test('T36: each version has an id that is a file\'s name, and no two have the same', () => {
  const versions = ['1.1.0+2', '1.1.0+2-1', '1.1.0+2_1', '1.1.0+2~1', '1.1.0+2+1', '1.1.0+2.1', '1.1.0+2_', '1.1.0+2~', LONG, `${LONG}b`]
  const ids = versions.map(idOf)
  assert.deepEqual([ids.filter((id) => !isAlertId(id)), new Set(ids).size], [[], versions.length])
})

test('what needs no other name keeps its own; another one begins as it is written', () => {
  assert.equal(idOf('1.1.0+v3.7.0-rc.1'), 'platform-scene-failed-1.1.0+v3.7.0-rc.1')
  assert.match(idOf('1.1.0+2_1'), /^platform-scene-failed-1\.1\.0\+2-1-[0-9a-f]{16}$/)
  assert.match(idOf(LONG), /^platform-scene-failed-1\.1\.0\+a+-[0-9a-f]{16}$/)
})
