import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import { fit } from '../../lib/schema.ts'
import type { RunResults } from '../model/run.ts'
import { readResults } from './read-results.ts'
import { resultsJsonSchema, resultsSchema } from './results-schema.ts'

const RECORD: RunResults = {
  schema: 1, id: 'note-1a2b3c', recipe: 'notes', source: '/recipes/notes', commit: 'c'.repeat(40), dirty: false,
  base: { version: '1.0.0+1', commit: 'b'.repeat(40) }, head: { version: null, commit: 'c'.repeat(40) },
  engine: 'local', lane: 'cold', domain: 'note-1a2b3c.localhost', partial: false, verdict: 'pass', blame: 'none', level: 4, levelReason: 'x',
  summary: { what: 'w', why: '', whose: '', next: '' },
  tiers: [{ name: 'install', verdict: 'pass', reason: '', ms: 5, steps: [{ name: 's', verdict: 'pass', at: 1, ms: 5, evidence: ['log'] }] }],
  deploys: { expected: 1, seen: 1 }, upgrade: { from: 'a', to: 'b', changed: ['c'], orphans: [] },
  data: { probed: [{ service: 'app', kind: 'volume', what: 'data' }], unprobed: [] }, backup: { how: 'h', bytes: 1, files: 1, notCovered: [] },
  teardown: { verdict: 'pass', leftovers: [{ kind: 'volume', id: 'v', name: 'v' }] },
  lint: [{ file: 'compose.yml', line: 1, column: 1, rule: 'R001', severity: 'warning', message: 'm', mend: 'n' }],
  images: [{ name: 'i', digest: 'sha256:1', pullMs: 1 }], peak: { memoryBytes: 1, diskBytes: 1 }, settingsFrom: { a: 'b' },
  evidence: [{ name: 'log', path: 'evidence/log', about: 'a' }], reproduce: 'cc-ci run', startedAt: 1, endedAt: 2,
}

test('a record of today is read as it is', () => {
  assert.deepEqual(readResults(structuredClone(RECORD)), { results: RECORD, problems: [] })
})

test('what is no record is said to be none', () => {
  for (const json of [null, 'text', 3, [], undefined]) {
    assert.deepEqual(readResults(json, 'runs/x/results.json'), {
      results: null,
      problems: [{ file: 'runs/x/results.json', path: '', message: 'This is no record of a run: it should be one JSON object.', mend: 'Run the recipe again; the evidence beside it can still be read.' }],
    })
  }
})

test('an old record without later keys is read, and every gap is named', () => {
  const { levelReason, data, peak, ...old } = structuredClone(RECORD)
  const { results, problems } = readResults(old)
  assert.deepEqual(results, { ...RECORD, levelReason: 'The record does not say.', data: { probed: [], unprobed: [] }, peak: { memoryBytes: 0, diskBytes: 0 } })
  assert.deepEqual(problems.map(({ path, message }) => [path, message]), [
    ['levelReason', '"levelReason" is missing.'],
    ['data', '"data" is missing.'],
    ['peak', '"peak" is missing.'],
  ])
})

test('what cannot be understood is never read as green, and what is beside it stays', () => {
  const odd = structuredClone(RECORD) as unknown as { verdict: string; level: number; tiers: Array<Record<string, unknown>>; lint: unknown[]; images: unknown }
  odd.verdict = 'superb'
  odd.level = 9
  odd.tiers[0]!.verdict = 1
  odd.tiers.push({ name: 'dance', verdict: 'pass' }, { name: 'custom', verdict: 'fail', reason: 'r', ms: 'long', steps: [{}, { name: 'kept', verdict: 'fail' }] })
  odd.lint.push('nonsense', null, RECORD.lint[0])
  odd.images = 'none'
  const { results, problems } = readResults(odd)
  assert.equal(results?.verdict, 'unverified')
  assert.equal(results?.level, null)
  assert.deepEqual(results?.tiers.map(({ name, verdict, ms }) => [name, verdict, ms]), [['install', 'unverified', 5], ['custom', 'fail', 0]])
  assert.deepEqual(results?.tiers[1]?.steps, [{ name: 'kept', verdict: 'fail', at: 0, ms: 0 }])
  assert.deepEqual(results?.lint, [RECORD.lint[0], RECORD.lint[0]])
  assert.deepEqual(results?.images, [])
  assert.ok(problems.length >= 8)
})

test('a record from the future is read as far as possible, and says so', () => {
  const { results, problems } = readResults({ ...RECORD, schema: 7, novelty: { a: 1 } })
  assert.deepEqual(results, RECORD)
  assert.deepEqual(problems, [{
    file: 'results.json', path: 'schema',
    message: 'This record has form 7, and this cc-ci knows form 1: it was written by a newer cc-ci, and some of it may be missing here.',
    mend: 'Read it with the cc-ci that wrote it, or a newer one.',
  }])
})

test('no document makes the reader throw, whatever single part of it is missing or wrong', () => {
  const visit = (node: unknown, path: Array<string | number>): void => {
    if (path.length > 0) {
      for (const wrong of [undefined, null, 'x', -1, [], {}, [[]], true]) {
        const copy = structuredClone(RECORD) as unknown
        let at = copy as Record<string | number, unknown>
        for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>
        at[path.at(-1)!] = wrong
        const { results } = readResults(copy)
        assert.ok(results !== null, path.join('.'))
        assert.ok('value' in fit(resultsSchema, results), path.join('.'))
        assert.equal(results.id === 'unknown', path[0] === 'id' && wrong !== 'x', 'the rest of the record is still there')
      }
    }
    if (node !== null && typeof node === 'object') for (const [key, value] of Object.entries(node)) visit(value, [...path, Array.isArray(node) ? Number(key) : key])
  }
  visit(RECORD, [])
  assert.ok(readResults({}).results !== null)
})

test('the published schema is the one that is generated; mend: node test/house/write-results-schema.ts', () => {
  const published = JSON.parse(readFileSync(new URL('../../../docs/results.schema.json', import.meta.url), 'utf8'))
  assert.deepEqual(published, JSON.parse(JSON.stringify(resultsJsonSchema())))
})
