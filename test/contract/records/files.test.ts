import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { fileRunRecords } from '../../../src/adapters/store/files/run-records.ts'
import type { RunEvent } from '../../../src/domain/model/run.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import type { JournalEntry, RunHeader } from '../../../src/ports/run-records.ts'
import { greenSample, oldRecord, redUpgradeSample } from '../../support/sample-results.ts'
import { scanFolders } from '../../support/secret-scan.ts'

const HEADER: RunHeader = {
  app: { domain: 'note-1a2b3c.localhost', stack: 'note-1a2b3c_localhost', run: 'note-1a2b3c' },
  recipe: 'notes', source: '/recipes/notes', engine: 'local', startedAt: 1_000, pid: 4242,
}
const MAKE: JournalEntry = { do: 'make', resource: { kind: 'volume', name: 'note-1a2b3c_data' } }
const DEPLOY: JournalEntry = { do: 'deploy', stack: HEADER.app.stack, what: 'version 1.0.0' }
const GONE: JournalEntry = { do: 'gone', stack: HEADER.app.stack }

async function fresh(t: TestContext) {
  const state = await mkdtemp(join(tmpdir(), 'cc-ci-records-'))
  t.after(() => rm(state, { recursive: true, force: true }))
  const records = fileRunRecords({ stateFolder: state, clock: systemClock() })
  const create = async (id = 'note-1a2b3c', header = HEADER) => {
    const record = await records.create(id, header)
    t.after(() => record.close())
    return record
  }
  return { state, records, create }
}

test('what was written is read back: header, journal in order, results', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  await record.intend(MAKE)
  await record.intend(DEPLOY)
  assert.deepEqual(await records.read('note-1a2b3c'), { header: HEADER, journal: [MAKE, DEPLOY], results: null, gone: false, damaged: [], folder: record.folder })
  const { results } = greenSample()
  await record.results(results)
  await record.intend(GONE)
  const stored = await records.read('note-1a2b3c')
  assert.deepEqual(stored.results, results)
  assert.deepEqual(stored.journal, [MAKE, DEPLOY, GONE])
  assert.deepEqual(await records.list(), [{ id: 'note-1a2b3c', header: HEADER, results, gone: true }])
})

test('a run exists once: the second that would have its name is told so and changes nothing', async (t) => {
  const { state, records, create } = await fresh(t)
  const record = await create()
  await record.intend(MAKE)
  await assert.rejects(records.create('note-1a2b3c', { ...HEADER, pid: 1 }), (error) => isPortError(error, 'conflict'))
  assert.deepEqual((await records.read('note-1a2b3c')).header, HEADER)
  assert.deepEqual(await readdir(join(state, 'runs')), ['note-1a2b3c'], 'nothing half made is left beside it')
  const made = await Promise.allSettled(Array.from({ length: 8 }, () => records.create('note-ffffff', HEADER)))
  const won = made.filter((one) => one.status === 'fulfilled')
  assert.equal(won.length, 1, 'of eight at once, one')
  await won[0]!.value.close()
})

test('what a run tells is read along, each event once and whole, whatever was torn', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  const note = (text: string): RunEvent => ({ kind: 'note', at: 1, text })
  await record.event(note('before'))
  const reader = await records.follow('note-1a2b3c')
  t.after(() => reader.close())
  assert.deepEqual(await reader.next(), [note('before')])
  assert.deepEqual(await reader.next(), [])
  const long = note('é'.repeat(1_500_000))
  await Promise.all([record.event(long), record.event(note('after'))])
  assert.deepEqual([...(await reader.next()), ...(await reader.next())], [long, note('after')])
  // As a full disk, a death and a newer cc-ci leave it.
  const log = join(record.folder, 'events.jsonl')
  await appendFile(log, '{"kind":"no\n{"kind":"dance","at":1}\n{"kind":"note","at":1,"te')
  assert.deepEqual(await reader.next(), [])
  await appendFile(log, 'xt":"late"}\n')
  assert.deepEqual(await reader.next(), [note('late')])
  await assert.rejects(records.follow('note-000000'), (error) => isPortError(error, 'not-found'))
})

test('a run finds who asked it to end, and so does nobody else', async (t) => {
  const { records, create } = await fresh(t)
  const [record, other] = [await create(), await create('note-ffffff')]
  assert.equal(await record.askedToEnd(), null)
  await Promise.all([records.askToEnd('note-1a2b3c', 'the test'), records.askToEnd('note-1a2b3c', 'the test')])
  assert.deepEqual([await record.askedToEnd(), await other.askedToEnd()], ['the test', null])
  assert.equal(await record.file('end-request.json', ''), 'end-request-2.json', 'no evidence has its name')
  await writeFile(join(other.folder, 'end-request.json'), '')
  assert.equal(await other.askedToEnd(), 'somebody who made end-request.json')
  await assert.rejects(records.askToEnd('note-000000', 'the test'), (error) => isPortError(error, 'not-found'))
})

test('the run of another user is refused by name, but for root', async (t) => {
  const { records, create } = await fresh(t)
  const { folder } = await create()
  const { uid } = await stat(folder)
  const us = t.mock.method(process as { geteuid(): number }, 'geteuid', () => uid + 1)
  await assert.rejects(records.read('note-1a2b3c'), (error) => isPortError(error, 'refused') && error.message === `The run note-1a2b3c belongs to another user (number ${uid}; we are ${uid + 1}). Do this as that user, or as root.`)
  us.mock.mockImplementation(() => 0)
  assert.equal((await records.read('note-1a2b3c')).gone, false)
})

test('a run that is not there, and a name that is no run’s, are not found', async (t) => {
  const { records } = await fresh(t)
  for (const id of ['note-000000', '../../etc', '.', '', 'a/b', 'a\0b']) {
    await assert.rejects(records.read(id), (error) => isPortError(error, 'not-found'), id)
    await assert.rejects(records.reopen(id), (error) => isPortError(error, 'not-found'), id)
  }
  await assert.rejects(records.create('../x', HEADER), (error) => isPortError(error, 'not-found'))
  assert.deepEqual(await records.list(), [])
})

test('T23: an intention is on disk before the call returns', async (t) => {
  const { create } = await fresh(t)
  const record = await create()
  const probe = await open(join(record.folder, 'run.json'))
  const handles = Object.getPrototypeOf(probe) as { datasync(): Promise<void> }
  await probe.close()
  const { datasync } = handles
  const order: string[] = []
  t.mock.method(handles, 'datasync', async function (this: unknown) {
    assert.match(await readFile(join(record.folder, 'journal.jsonl'), 'utf8'), /note-1a2b3c_data/)
    await datasync.call(this as never)
    order.push('on disk')
  })
  await record.intend(MAKE)
  order.push('returned')
  assert.deepEqual(order, ['on disk', 'returned'])
})

test('intentions that are made at once all stand, each whole', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  const entries = Array.from({ length: 200 }, (_, index): JournalEntry => ({ do: 'make', resource: { kind: 'volume', name: `v${index}` } }))
  await Promise.all(entries.map((entry) => record.intend(entry)))
  assert.deepEqual((await records.read('note-1a2b3c')).journal, entries)
})

test('a journal torn at any byte of its last line loses that line alone, and says so', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  await record.intend(MAKE)
  await record.intend(DEPLOY)
  await record.close()
  const file = join(record.folder, 'journal.jsonl')
  const whole = await readFile(file)
  const lastLine = whole.subarray(0, -1).lastIndexOf(0x0a) + 1
  for (let size = whole.length - 1; size > lastLine; size--) {
    await truncate(file, size)
    const { journal, damaged } = await records.read('note-1a2b3c')
    if (size === whole.length - 1) {
      assert.deepEqual([journal, damaged], [[MAKE, DEPLOY], []], 'only the line end is missing')
    } else {
      assert.deepEqual(journal, [MAKE])
      assert.deepEqual(damaged, [`${file}:2 ends in the middle of a line: the run was killed while it wrote it, before what it announces. Nothing to mend.`])
    }
  }
})

test('T35: a reopened journal goes on below a torn line, not in it', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  await record.intend(MAKE)
  await record.close()
  const file = join(record.folder, 'journal.jsonl')
  await appendFile(file, '{"do":"depl')
  const again = await records.reopen('note-1a2b3c')
  t.after(() => again.close())
  await again.intend(GONE)
  const { journal, damaged } = await records.read('note-1a2b3c')
  assert.deepEqual(journal, [MAKE, GONE])
  assert.deepEqual(damaged, [`${file}:2 is no entry that this cc-ci knows: {"do":"depl. Mend: compare the engine's inventory by the run's label; cc-ci runs clean does.`])
  assert.equal((await records.list())[0]?.gone, true)
})

test('gone is the last word, not any word', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  const gone = async () => (await records.list())[0]?.gone
  assert.equal(await gone(), false, 'an empty journal says nothing')
  await record.intend(GONE)
  assert.equal(await gone(), true)
  await record.intend(MAKE)
  assert.equal(await gone(), false)
})

test('kill -9 while it writes: every intention that was confirmed is there', { timeout: 60_000 }, async (t) => {
  const { state, records } = await fresh(t)
  for (let round = 0; round < 5; round++) {
    const id = `kill-${round}`
    const child = spawn(process.execPath, [join(import.meta.dirname, 'endless-writer.ts'), state, id], { stdio: ['ignore', 'pipe', 'inherit'] })
    let confirmed = -1
    const exited = once(child, 'exit')
    for await (const line of createInterface({ input: child.stdout })) {
      confirmed = Number(line)
      if (confirmed >= 20 + round * 7) child.kill('SIGKILL')
    }
    await exited
    const { journal, damaged, header, results } = await records.read(id)
    assert.ok(journal.length > confirmed, `${journal.length} entries, ${confirmed + 1} confirmed`)
    for (const [index, entry] of journal.entries()) assert.deepEqual(entry, { do: 'make', resource: { kind: 'volume', name: `v${index}` } })
    assert.ok(damaged.length <= 1, damaged.join('\n'))
    assert.equal(header.recipe, 'notes')
    assert.ok(results === null || results.id === 'gues-1a2b3c', 'results are whole or absent')
    const evidence = await readdir(join(state, 'runs', id, 'evidence'))
    for (const name of evidence.filter((one) => !one.startsWith('.'))) assert.equal((await readFile(join(state, 'runs', id, 'evidence', name), 'utf8')).length, 100_000)
  }
  assert.equal((await records.list()).length, 5)
})

test('a record that is damaged, foreign or from the future is read as far as it goes, and each trouble is named', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  await record.intend(MAKE)
  const results = join(record.folder, 'results.json')

  await writeFile(results, '{"schema": 1, "ver')
  let stored = await records.read('note-1a2b3c')
  assert.equal(stored.results, null)
  assert.equal(stored.damaged.length, 1)
  assert.match(stored.damaged[0]!, /results\.json cannot be read: .+\. Mend: it may have been changed by hand; the other files of the run still stand\.$/)

  await writeFile(results, JSON.stringify({ ...greenSample().results, schema: 9, novelty: true }))
  stored = await records.read('note-1a2b3c')
  assert.deepEqual(stored.results, greenSample().results)
  assert.deepEqual(stored.damaged, [
    `${results} at schema: This record has form 9, and this cc-ci knows form 1: it was written by a newer cc-ci, and some of it may be missing here. Read it with the cc-ci that wrote it, or a newer one.`,
  ])

  await writeFile(results, JSON.stringify(oldRecord()))
  stored = await records.read('note-1a2b3c')
  assert.equal(stored.results?.verdict, 'fail')
  assert.ok(stored.damaged.every((one) => one.startsWith(`${results} at `)))

  await appendFile(join(record.folder, 'journal.jsonl'), '{"do":"levitate"}\n{"do":"make"}\nnull\n{"do":"gone","stack":"s"}\n')
  stored = await records.read('note-1a2b3c')
  assert.deepEqual(stored.journal, [MAKE, { do: 'gone', stack: 's' }])
  assert.equal(stored.damaged.filter((one) => one.includes('journal.jsonl:')).length, 3)

  await rm(join(record.folder, 'journal.jsonl'))
  await writeFile(join(record.folder, 'run.json'), '[]')
  stored = await records.read('note-1a2b3c')
  assert.deepEqual(stored.header, { app: { domain: '', stack: '', run: 'note-1a2b3c' }, recipe: '', source: '', engine: '', startedAt: 0, pid: 0 })
  assert.deepEqual(stored.damaged.slice(0, 2), [
    `${record.folder}/run.json does not say which app the run made. Mend: look for the run's label on the engine; cc-ci runs clean does.`,
    `${record.folder}/journal.jsonl is not there.`,
  ])
  assert.deepEqual((await records.list()).map(({ id, header, gone }) => ({ id, header, gone })), [{ id: 'note-1a2b3c', header: null, gone: false }])
})

test('the newest run is listed first, and what is no run is passed over', async (t) => {
  const { state, records, create } = await fresh(t)
  await create('note-aaaaaa', { ...HEADER, startedAt: 1 })
  await create('note-bbbbbb', { ...HEADER, startedAt: 3 })
  await create('note-cccccc', { ...HEADER, startedAt: 2 })
  await writeFile(join(state, 'runs', 'a-file'), '')
  assert.deepEqual((await records.list()).map(({ id }) => id), ['note-bbbbbb', 'note-cccccc', 'note-aaaaaa'])
})

test('evidence stays in its folder whatever its name is, and no name replaces another', async (t) => {
  const { state, create } = await fresh(t)
  const record = await create()
  const paths: string[] = []
  const names = ['log-app.txt', 'log-app.txt', '../../../etc/passwd', '/etc/passwd', '..', '', '.hidden', 'a/b\\c', 'line\nend', 'nul\0.txt', 'ünï.txt', 'x'.repeat(400), 'results.json', 'CON', '-rf']
  for (const [index, name] of names.entries()) paths.push(await record.evidence(name, `evidence ${index}`))
  assert.equal(new Set(paths).size, names.length)
  assert.deepEqual(paths.slice(0, 7), ['evidence/log-app.txt', 'evidence/log-app-2.txt', 'evidence/etc-passwd', 'evidence/etc-passwd-2', 'evidence/unnamed', 'evidence/unnamed-2', 'evidence/hidden'])
  for (const [index, path] of paths.entries()) {
    assert.match(path, /^evidence\/[A-Za-z0-9_][A-Za-z0-9._-]{0,129}$/)
    assert.equal(await readFile(join(record.folder, path), 'utf8'), `evidence ${index}`)
    assert.equal(await record.readBack(path), `evidence ${index}`)
  }
  assert.deepEqual((await readdir(state)).sort(), ['runs'])
  assert.equal((await readdir(join(record.folder, 'evidence'))).length, names.length)
  for (const outside of ['evidence/../run.json', 'run.json', '/etc/passwd', 'evidence/absent.txt', 'evidence/.x', '']) assert.equal(await record.readBack(outside), null, outside)
})

test('a page stands beside the results and never in the place of a file of ours', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  assert.equal(await record.file('report.html', '<p>1'), 'report.html')
  assert.equal(await record.file('report.html', '<p>2'), 'report.html')
  assert.equal(await readFile(join(record.folder, 'report.html'), 'utf8'), '<p>2')
  assert.equal(await record.file('journal.jsonl', 'x'), 'journal-2.jsonl')
  assert.equal(await record.file('../run.json', 'x'), 'run-2.json')
  assert.deepEqual((await records.read('note-1a2b3c')).damaged, [])
})

test('everything is for its owner alone', async (t) => {
  const { create } = await fresh(t)
  const before = process.umask(0)
  t.after(() => process.umask(before))
  const record = await create()
  await record.intend(MAKE)
  await record.evidence('log.txt', 'x')
  await record.results(greenSample().results)
  const entries = await readdir(record.folder, { recursive: true, withFileTypes: true })
  assert.equal((await stat(record.folder)).mode & 0o777, 0o700)
  for (const entry of entries) {
    const { mode } = await stat(join(entry.parentPath, entry.name))
    assert.equal(mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, entry.name)
  }
})

test('no secret stands in anything that is written, in any form, once it was hidden', async (t) => {
  const { state, records, create } = await fresh(t)
  const secrets = ['s3cr3t-"quoted"/&<value>', 'pass', 'data', 'Zürich-4711', '-----BEGIN KEY-----\nAAAABBBBCCCC\nDDDDEEEEFFFF\n-----END KEY-----\n']
  const hard = secrets.filter((secret) => secret.length > 4)
  const record = await create('note-1a2b3c', { ...HEADER, source: 'https://user:url-password-1@git.example/x.git' })
  record.hide(secrets)
  const [secret] = secrets as [string]
  const { results } = redUpgradeSample()
  results.summary.why = `It says: “${secret}” and ${Buffer.from(`admin:${secret}`).toString('base64')}`
  results.settingsFrom[secret] = secret
  await record.intend(MAKE)
  await record.intend({ do: 'deploy', stack: HEADER.app.stack, what: `with ${secret}` })
  await record.event({ kind: 'note', at: 1, text: `password is ${secrets[3]} ${encodeURIComponent(secret)}` })
  await record.event({ kind: 'run-ended', at: 2, results, reportPath: '/x' })
  await record.evidence(`log-${secrets[3]}.txt`, `first\n${secret}\n${secrets[4]}\nDDDDEEEEFFFF\nhttps://me:other-password-2@db.example/`)
  await record.evidence('dump.bin', Buffer.concat([Buffer.from([0, 255]), Buffer.from(secrets[3]!, 'utf8'), Buffer.from([0, 254])]))
  await record.file('report.html', `<p>${secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</p>`)
  await record.results(results)
  await record.close()

  assert.deepEqual(await scanFolders([state], [...hard, 'url-password-1', 'other-password-2']), [])
  assert.equal(record.redact(`x ${secret} y`), 'x [hidden] y')
  const stored = await records.read('note-1a2b3c')
  assert.deepEqual(stored.damaged, [])
  assert.equal(stored.results?.tiers[1]?.verdict, 'pass', 'a secret that is a word of ours breaks no record')
  assert.equal(stored.results?.id, results.id)
  assert.deepEqual(stored.journal[0], MAKE, 'what is to be cleaned up can be found')
  assert.equal(stored.header.source, 'https://[hidden]@git.example/x.git')
})

test('T51: what is written grows with what happens, not with its square', async (t) => {
  const { create } = await fresh(t)
  const record = await create()
  let written = 0
  const probe = await open(join(record.folder, 'run.json'))
  const handles = Object.getPrototypeOf(probe) as { appendFile(data: string): Promise<void>; writeFile(data: string): Promise<void> }
  await probe.close()
  for (const name of ['appendFile', 'writeFile'] as const) {
    const real = handles[name]
    t.mock.method(handles, name, function (this: unknown, data: string) {
      written += data.length
      return real.call(this as never, data)
    })
  }
  const text = 'x'.repeat(100)
  for (let index = 0; index < 2_000; index++) await record.event({ kind: 'note', at: index, text })
  for (let index = 0; index < 50; index++) await record.intend(MAKE)
  await record.close()
  const kept = (await stat(join(record.folder, 'events.jsonl'))).size + (await stat(join(record.folder, 'journal.jsonl'))).size
  assert.equal(written, kept, 'every byte was written once')
})

test('a folder that cannot be written, and a call after the end, fail by name', async (t) => {
  const { state, records, create } = await fresh(t)
  const record = await create()
  await record.close()
  await record.close()
  await record.event({ kind: 'note', at: 1, text: 'too late, and no harm' })
  await assert.rejects(record.intend(MAKE), /^PortError: Writing down in .+journal\.jsonl what is about to be made: .+ is closed already$/)
  if (process.getuid?.() === 0) return
  await chmod(join(state, 'runs'), 0o500)
  await assert.rejects(records.create('note-dddddd', HEADER), (error) => isPortError(error, 'refused') && error.message.endsWith('this user may not write there (EACCES). Choose another folder with --state, or change its owner.'))
  await chmod(join(state, 'runs'), 0o700)
})

test('the evidence of a run that is over can go: its record stays, and it is weighed before', async (t) => {
  const { records, create } = await fresh(t)
  const record = await create()
  await record.evidence('log.txt', 'a line\n')
  const { results } = greenSample()
  await record.results(results)
  await record.close()
  assert.ok((await records.evidenceBytes('note-1a2b3c')) >= 4096)
  await records.dropEvidence('note-1a2b3c')
  await records.dropEvidence('note-1a2b3c')
  assert.equal(await records.evidenceBytes('note-1a2b3c'), 0)
  const stored = await records.read('note-1a2b3c')
  assert.deepEqual([stored.results?.id, stored.header.recipe, stored.damaged], [results.id, 'notes', []])
})
