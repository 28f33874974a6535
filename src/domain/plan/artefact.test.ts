import { test } from 'node:test'
import assert from 'node:assert/strict'
import { judgeArtefact, type ArtefactEntry } from './artefact.ts'

const whole = [{ service: 'app', volume: 'data', path: '.' }]
const dump = [{ service: 'db', volume: 'db-data', path: 'backup.sql' }]
const marker = [{ volume: 'data', path: '.cc-ci-marker-before', bytes: 12 }]

function file(volume: string, path: string, bytes: number): ArtefactEntry {
  return { volume, path, kind: 'file', bytes }
}

const cases: Array<{ that: string; given: Parameters<typeof judgeArtefact>[0]; then: string | undefined }> = [
  { that: 'the marker and a file: good', given: { saved: whole, entries: [file('data', 'a', 3), file('data', '.cc-ci-marker-before', 12)], expected: marker }, then: undefined },
  { that: 'T20: an empty backup is no backup', given: { saved: whole, entries: [], expected: [] }, then: 'nothing of volume data is in it' },
  { that: 'T20: folders alone are no backup', given: { saved: whole, entries: [{ volume: 'data', path: 'a', kind: 'folder', bytes: 0 }], expected: [] }, then: 'no file of volume data is in it' },
  { that: 'T20: a dump of 0 bytes is no backup', given: { saved: dump, entries: [file('db-data', 'backup.sql', 0)], expected: [] }, then: 'every file of backup.sql of volume db-data in it is empty' },
  { that: 'a file beside the dump is not the dump', given: { saved: dump, entries: [file('db-data', 'backup.sql.old', 9)], expected: [] }, then: 'nothing of backup.sql of volume db-data is in it' },
  { that: 'the marker is missing', given: { saved: whole, entries: [file('data', 'a', 3)], expected: marker }, then: 'the marker that was planted in volume data is not in it' },
  { that: 'T20: a truncated marker is seen', given: { saved: whole, entries: [file('data', 'a', 3), file('data', '.cc-ci-marker-before', 4)], expected: marker }, then: 'the marker that was planted in volume data has 4 bytes in it instead of 12' },
]

for (const { that, given, then } of cases) test(that, () => assert.equal(judgeArtefact(given), then))
