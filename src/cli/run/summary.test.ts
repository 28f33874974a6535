import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResults } from '../../domain/model/run.ts'
import { readResults } from '../../domain/report/read-results.ts'
import { summaryLines } from './summary.ts'

const base: RunResults = { ...readResults({}).results!, recipe: 'notes', commit: 'c0ffee', engine: 'local', levelReason: '', reproduce: 'cc-ci run notes' }

test('a lint that only warns is counted, not called failed, under a run that passed', () => {
  const warning = { file: 'compose.yml', line: 1, column: 1, rule: 'R006', severity: 'warning' as const, message: '', mend: '' }
  const results: RunResults = { ...base, verdict: 'pass', level: 4, lint: [warning], tiers: [{ name: 'lint', verdict: 'fail', cause: 'lint', reason: 'Lint has 1 warning.', ms: 0, steps: [] }, { name: 'install', verdict: 'pass', reason: '', ms: 2_000, steps: [] }] }
  assert.deepEqual(summaryLines(results, '/r/report.html', false), [
    '',
    'notes c0ffee on local: passed, level 4 of 5',
    '  lint      1 warning                Lint has 1 warning.',
    '  install   passed            2.0 s',
    '',
    'report: /r/report.html',
  ])
})

test('a red run shows what the service that broke wrote last', () => {
  const [what, why] = ['The service web ended and stays down.', 'Its log says: “SyntaxError: x”']
  const step = { name: 'wait', verdict: 'fail' as const, at: 1, ms: 2_000, reason: `${what} ${why}`, cause: 'exited', lastLines: ['SyntaxError: x', 'at f (a.js:1:2)', 'Node.js v24.21.0'] }
  const results: RunResults = { ...base, verdict: 'fail', level: 0, tiers: [{ name: 'install', verdict: 'fail', cause: 'exited', reason: step.reason, ms: 2_000, steps: [step] }], summary: { what, why, whose: '', next: 'Mend it.' } }
  assert.deepEqual(summaryLines(results, '/r/report.html', false).slice(3, 12), [
    '', `  ${what}`, `  ${why}`, '  Mend it.', '  | SyntaxError: x', '  | at f (a.js:1:2)', '  | Node.js v24.21.0', '', '  the same again: cc-ci run notes',
  ])
})

test('a run that somebody ended is called stopped', () => {
  const results: RunResults = { ...base, verdict: 'infra', level: 0, tiers: [{ name: 'install', verdict: 'infra', cause: 'interrupted', reason: 'The run was stopped before its end.', ms: 2_000, steps: [] }], summary: { what: 'The run was stopped before its end.', why: '', whose: '', next: 'Run it again.' } }
  assert.deepEqual(summaryLines(results, '/r/report.html', false).slice(1, 3), [
    'notes c0ffee on local: stopped, level 0 of 5',
    '  install   stopped           2.0 s  The run was stopped before its end.',
  ])
})
