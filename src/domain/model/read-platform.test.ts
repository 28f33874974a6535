import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRecordTrouble } from './journal.ts'
import type { JournalEntry, LastGood } from './platform.ts'
import { readJournal, readLastGood } from './read-platform.ts'

const FILE = 'platform/a/journal.jsonl'
const lastGood: LastGood = { schema: 1, app: 'a', domain: 'a.example', recipe: 'a', version: '1.0.0+1', commit: 'c', images: { 'a:1': 'sha256:1' }, gate: { asked: ['x'], passes: 3, ms: 10_000 }, at: 5, adopted: false }

const begun: JournalEntry = { entry: 'begun', operation: 'o1', kind: 'upgrade', stateless: false, from: lastGood, to: { version: '1.1.0+2', commit: 'd' }, pid: 7 }
const entries: JournalEntry[] = [
  begun,
  { entry: 'intend', step: 'pull' },
  { entry: 'done', step: 'pull', found: { digests: { 'a:2': 'sha256:2' } } },
  { entry: 'intend', step: 'deploy' },
  { entry: 'resumed', pid: 8 },
  { entry: 'turned', why: 'it crashed', blames: 'version' },
  { entry: 'paused', because: 'stuck', why: 'no restore', next: 'mend it' },
  { entry: 'ended', outcome: { is: 'rolled-back', to: '1.0.0+1', tried: '1.1.0+2', why: 'it crashed', blames: 'version' } },
  { entry: 'approved', version: '1.1.0+2', lifts: 'failed-before', by: 'ops' },
]
const line = (entry: JournalEntry, n: number, more: object = {}) => JSON.stringify({ v: 1, n, at: n * 10, ...entry, ...more })
const written = (list: JournalEntry[]) => list.map((entry, index) => `${line(entry, index + 1)}\n`).join('')

test('T23: an operation is read up to where it was killed: what was intended, what was done, and which way it was going', () => {
  const history = readJournal(FILE, written(entries.slice(0, 6)))
  assert.ok(!isRecordTrouble(history))
  assert.deepEqual(history.open, { id: 'o1', kind: 'upgrade', domain: 'a.example', stateless: false, from: lastGood, to: { version: '1.1.0+2', commit: 'd' }, beganAt: 10, turned: { why: 'it crashed', blames: 'version' }, intended: ['pull', 'deploy'], done: { pull: { digests: { 'a:2': 'sha256:2' } } }, resumed: 1, deaths: 1, inherited: ['pull', 'deploy'], paused: undefined })
})

test('what has ended is history, and nothing is open', () => {
  const history = readJournal(FILE, written(entries))
  assert.ok(!isRecordTrouble(history))
  assert.deepEqual([history.open, history.lastN, history.operations.map(({ id, from, to, outcome }) => [id, from, to, outcome.is]), history.approvals.map(({ version, by }) => [version, by])], [null, 9, [['o1', '1.0.0+1', '1.1.0+2', 'rolled-back']], [['1.1.0+2', 'ops']]])
})

test('a line that its writer\'s death tore is no harm: at the end, and in the middle where the numbers go on', () => {
  for (const text of [`${written([begun])}{"v":1,"n":2,"at":3,"ent`, `${written([begun])}{"v":1,"n":2,"at"\n${line(entries[1]!, 2)}\n`]) {
    const history = readJournal(FILE, text)
    assert.ok(!isRecordTrouble(history), JSON.stringify(history))
    assert.equal(history.open?.id, 'o1')
  }
})

const damaged: Array<{ that: string; text: string; trouble: string; file: string }> = [
  { that: 'a line that was damaged later', text: `${line(begun, 1)}\n{"v":1,"n":2,"at\n${line(entries[2]!, 3)}\n`, trouble: 'torn', file: `${FILE}:2` },
  { that: 'a line that is gone', text: `${line(begun, 1)}\n${line(entries[2]!, 3)}\n`, trouble: 'unreadable', file: `${FILE}:2` },
  { that: 'a line from the future', text: `${line(begun, 1)}\n${line(entries[1]!, 2, { v: 2 })}\n`, trouble: 'future', file: `${FILE}:2` },
  { that: 'a line of a kind that nobody knows', text: `${JSON.stringify({ v: 1, n: 1, at: 0, entry: 'dance' })}\n`, trouble: 'unreadable', file: `${FILE}:1` },
  { that: 'a step outside of any operation', text: `${line(entries[1]!, 1)}\n`, trouble: 'unreadable', file: `${FILE}:1` },
  { that: 'an operation inside another one', text: `${line(begun, 1)}\n${line(begun, 2)}\n`, trouble: 'unreadable', file: `${FILE}:2` },
  { that: 'JSON that is no object', text: 'null\n', trouble: 'unreadable', file: `${FILE}:1` },
]
for (const { that, text, trouble, file } of damaged) {
  test(`T23: stops the app, by file and mend: ${that}`, () => {
    const read = readJournal(FILE, text)
    assert.ok(isRecordTrouble(read), JSON.stringify(read))
    assert.deepEqual([read.trouble, read.file], [trouble, file])
    assert.notEqual(read.mend, '')
  })
}

test('T23: what stood still is no longer why, once the step it stood at is done', () => {
  const standing: JournalEntry[] = [{ entry: 'turned', why: 'x', blames: 'version' }, { entry: 'intend', step: 'go back: restore the data' }, { entry: 'paused', because: 'stuck', why: 'it is damaged', next: '' }]
  const openAfter = (...more: JournalEntry[]) => {
    const read = readJournal(FILE, [begun, ...standing, ...more].map((entry, index) => `${line(entry, index + 1)}\n`).join(''))
    return isRecordTrouble(read) ? read : read.open?.paused?.why
  }
  assert.equal(openAfter(), 'it is damaged')
  assert.equal(openAfter({ entry: 'done', step: 'go back: restore the data', found: { by: 'ops' } }), undefined)
})

test('last_good.json: whole, torn, empty, from the future, and something else', () => {
  const read = (text: string) => {
    const value = readLastGood('last_good.json', text)
    return isRecordTrouble(value) ? value.trouble : value
  }
  assert.deepEqual(read(JSON.stringify(lastGood)), lastGood)
  assert.equal(read(JSON.stringify(lastGood).slice(0, 40)), 'torn')
  assert.equal(read(''), 'torn')
  assert.equal(read(JSON.stringify({ ...lastGood, schema: 2 })), 'future')
  assert.equal(read(JSON.stringify({ ...lastGood, commit: undefined })), 'unreadable')
})

test('a torn last_good.json is shown in one line, as far as it tells anything', () => {
  const trouble = readLastGood('last_good.json', JSON.stringify({ ...lastGood, domain: 'a.\u001b[31mexample' }, null, 2).slice(0, 100))
  assert.equal(isRecordTrouble(trouble) && trouble.says, `it ends or breaks in the middle: { "schema": 1, "app": "${lastGood.app}", "domain": "a.\\u001b[31mexample",…`)
})

test('what is wrong with a record stands in sentences of others: without a full stop of its own', () => {
  const says = [readLastGood('last_good.json', JSON.stringify({ ...lastGood, app: undefined })), readJournal(FILE, `${line({ ...begun, operation: undefined } as never, 1)}\n`)].map((trouble) => isRecordTrouble(trouble) && trouble.says)
  assert.deepEqual(says, ['"app" is missing', '"operation" is missing'])
})
