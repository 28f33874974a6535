import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OpenOperation, RESTORE_DATA } from '../model/platform.ts'
import { sayOpen } from './open-operation.ts'

const open: OpenOperation = { id: 'o1', kind: 'upgrade', domain: 'a.example', stateless: false, from: null, to: { version: '1.1.0+2', commit: 'c' }, beganAt: 0, turned: undefined, intended: [], done: {}, resumed: 0, deaths: 0, inherited: [], paused: undefined }
const restored = { ...open, intended: [RESTORE_DATA], done: { [RESTORE_DATA]: { by: 'ops' } } }

test('an operation that is not at its end: who works on it, where it stands still, or where it was interrupted', () => {
  assert.equal(sayOpen({ ...restored, paused: { because: 'stuck', why: 'x', next: '' } }, { pid: 7, why: 'reconcile of a' }), 'process 7 works on it: reconcile of a')
  assert.equal(sayOpen({ ...restored, paused: { because: 'stuck', why: 'it is down', next: '' } }, null), 'it is down')
  assert.equal(sayOpen(restored, null), 'the data was put back by hand by ops; the next reconcile goes on from there')
  assert.equal(sayOpen({ ...open, intended: ['deploy'] }, null), 'it was interrupted at: deploy')
  assert.equal(sayOpen(open, null), 'it was interrupted before its first step')
})
