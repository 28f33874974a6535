import assert from 'node:assert/strict'
import test from 'node:test'
import type { BackupLabels } from '../model/read-recipe.ts'
import { unloadedBy } from './unloaded.ts'

const coverage = (hook?: string) => ({ saved: [{ service: 'redis', volume: 'cache', path: '.' }], uncovered: [], hooks: [{ service: 'redis', ...(hook === undefined ? {} : { restorePostHook: hook }) } as BackupLabels], astray: [] })
const redis = { service: 'redis', kind: 'redis', what: 'redis in redis' } as const

const CASES = [
  { that: 'a database whose volume is in the backup', given: unloadedBy(coverage(), { probe: redis, volume: 'cache' }), gives: { service: 'redis', hasHook: false } },
  { that: 'the same with a hook after the restore', given: unloadedBy(coverage('load'), { probe: redis, volume: 'cache' }), gives: { service: 'redis', hasHook: true } },
  { that: 'a database whose volume is in no backup', given: unloadedBy(coverage(), { probe: redis, volume: 'other' }), gives: undefined },
  { that: 'files', given: unloadedBy(coverage(), { probe: { service: 'redis', kind: 'volume', what: 'cache' }, volume: 'cache' }), gives: undefined },
]

for (const { that, given, gives } of CASES) test(`what a running database did not load: ${that}`, () => assert.deepEqual(given, gives))
