import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { filePlatformRecords } from '../../../src/adapters/store/files/platform-records.ts'
import { isRecordTrouble } from '../../../src/domain/model/journal.ts'
import type { JournalEntry, KeptVersion, LastGood } from '../../../src/domain/model/platform.ts'
import { isPortError } from '../../../src/ports/port-error.ts'
import type { PlatformRecord } from '../../../src/ports/platform-records.ts'
import { temporaryFolder } from '../../support/cli.ts'
import { fastClock } from '../../support/fast-clock.ts'

const lastGood: LastGood = { schema: 1, app: 'a', domain: 'a.example', recipe: 'a', version: '1.0.0+1', commit: 'c', images: {}, gate: { asked: [], passes: 3, ms: 10_000 }, at: 5, adopted: false }
const begun: JournalEntry = { entry: 'begun', operation: 'o1', kind: 'install', stateless: true, from: null, to: { version: '1.0.0+1', commit: 'c' }, pid: 1 }

const folder = () => {
  const state = temporaryFolder('records')
  const records = filePlatformRecords({ stateFolder: state.path, clock: fastClock(1) })
  const open = async (): Promise<PlatformRecord> => {
    const record = await records.open('a')
    assert.ok(!isRecordTrouble(record), JSON.stringify(record))
    return record
  }
  return { records, open, own: join(state.path, 'platform/a'), [Symbol.dispose]: () => state[Symbol.dispose]() }
}

test('an app that was never touched has an empty history, and looking makes nothing', async () => {
  using given = folder()
  assert.deepEqual(await given.records.read('a'), { lastGood: null, history: { lastN: 0, open: null, operations: [], approvals: [] } })
  assert.throws(() => readdirSync(given.own), { code: 'ENOENT' })
})

test('T23: what was appended is there for the next process, line by line, numbered without a gap', async () => {
  using given = folder()
  const record = await given.open()
  await record.append(begun)
  await record.append({ entry: 'intend', step: 'deploy' })
  assert.deepEqual(record.history.open?.intended, ['deploy'])
  const next = await given.open()
  assert.deepEqual([next.history.open?.id, next.history.open?.intended], ['o1', ['deploy']])
  assert.deepEqual(readFileSync(join(given.own, 'journal.jsonl'), 'utf8').trimEnd().split('\n').map((line) => (JSON.parse(line) as { n: number }).n), [1, 2])
  await Promise.all([record.close(), next.close()])
})

test('a line that cannot follow never gets onto the disk', async () => {
  using given = folder()
  const record = await given.open()
  await assert.rejects(record.append({ entry: 'intend', step: 'deploy' }), /stands outside of any operation/)
  assert.equal(readFileSync(join(given.own, 'journal.jsonl'), 'utf8'), '')
  await record.close()
})

/** Every file's, until it is taken back. */
async function fails(t: TestContext, method: 'datasync' | 'truncate') {
  const file = await open(import.meta.filename)
  await file.close()
  return t.mock.method(Object.getPrototypeOf(file) as typeof file, method, async () => {
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${method}`), { code: 'ENOSPC' })
  })
}

test('T39: a line of which the disk says only when it is to be kept that it has no room is gone again, and the next one has its number', async (t) => {
  using given = folder()
  const record = await given.open()
  await record.append(begun)
  const full = await fails(t, 'datasync')
  await assert.rejects(record.append({ entry: 'intend', step: 'deploy' }), (error) => isPortError(error, 'unexpected') && /the disk is full/.test(error.message))
  full.mock.restore()
  await record.append({ entry: 'intend', step: 'gate' })
  await record.close()
  const next = await given.open()
  assert.deepEqual([next.history.lastN, next.history.open?.intended], [2, ['gate']])
  await next.close()
})

test('T39: where that line cannot be taken out again, nothing more is written by this opening, and the next one reads what is there', async (t) => {
  using given = folder()
  const record = await given.open()
  await record.append(begun)
  const broken = [await fails(t, 'datasync'), await fails(t, 'truncate')]
  await assert.rejects(record.append({ entry: 'intend', step: 'deploy' }), /the disk is full/)
  for (const { mock } of broken) mock.restore()
  await assert.rejects(record.append({ entry: 'intend', step: 'gate' }), (error) => isPortError(error, 'unexpected') && error.message === `Writing into ${join(given.own, 'journal.jsonl')}: a line before could neither be kept nor taken out again (ENOSPC: no space left on device, truncate), so nothing more is written. Mend the disk, then start again: what stands there is read anew.`)
  await record.close()
  const next = await given.open()
  assert.deepEqual(next.history.open?.intended, ['deploy'])
  await next.append({ entry: 'intend', step: 'gate' })
  await next.close()
})

test('T35: a line that was torn by a death is not continued: the next one begins on a line of its own, and all is read', async () => {
  using given = folder()
  const record = await given.open()
  await record.append(begun)
  await record.close()
  appendFileSync(join(given.own, 'journal.jsonl'), '{"v":1,"n":2,"entry":"int')
  const next = await given.open()
  await next.append({ entry: 'intend', step: 'deploy' })
  await next.close()
  const read = await given.records.read('a')
  assert.deepEqual(!isRecordTrouble(read) && read.history.open?.intended, ['deploy'])
})

test('a record that cannot be read is trouble, by file and mend, and stays as it is', async () => {
  using given = folder()
  mkdirSync(given.own, { recursive: true })
  writeFileSync(join(given.own, 'last_good.json'), '{"schema":1,')
  const trouble = await given.records.open('a')
  assert.ok(isRecordTrouble(trouble))
  assert.deepEqual([trouble.trouble, trouble.file, readFileSync(join(given.own, 'last_good.json'), 'utf8')], ['torn', join(given.own, 'last_good.json'), '{"schema":1,'])
})

test('T23: a known-good of which the journal says nothing is trouble, and both stay as they are; while the first one is committed it is none', async () => {
  using given = folder()
  const record = await given.open()
  await record.append(begun)
  await record.commit(lastGood)
  const during = await given.records.read('a')
  assert.ok(!isRecordTrouble(during), JSON.stringify(during))
  await record.append({ entry: 'ended', outcome: { is: 'committed', version: '1.0.0+1' } })
  await record.close()
  const file = join(given.own, 'journal.jsonl')
  writeFileSync(file, '')
  for (const trouble of [await given.records.read('a'), await given.records.open('a')]) {
    assert.ok(isRecordTrouble(trouble))
    assert.deepEqual([trouble.trouble, trouble.file, /move it and last_good\.json away/.test(trouble.mend)], ['torn', file, true])
  }
  assert.deepEqual([readFileSync(file, 'utf8'), JSON.parse(readFileSync(join(given.own, 'last_good.json'), 'utf8'))], ['', lastGood])
})

test('T18: last-good stands beside the snapshots and is written whole; versions are kept by commit and settings, and dropped but for those named', async () => {
  using given = folder()
  const record = await given.open()
  mkdirSync(join(given.own, 'snapshot'))
  await record.commit(lastGood)
  assert.deepEqual([record.lastGood, JSON.parse(readFileSync(join(given.own, 'last_good.json'), 'utf8'))], [lastGood, lastGood])
  const version = (commit: string, config: string): KeptVersion => ({ schema: 1, version: '1.0.0+1', commit, config, stack: { services: {}, networks: {}, volumes: {}, secrets: {}, configs: {} }, routers: [], images: [], secrets: [] })
  for (const one of [version('c', 'x'), version('c', 'y'), version('d', 'x')]) {
    mkdirSync(record.checkout(one.commit), { recursive: true })
    await record.keep(one)
  }
  assert.deepEqual([(await record.kept(version('c', 'y')))?.config, await record.kept(version('e', 'x'))], ['y', null])
  assert.deepEqual([await given.records.kept('a', version('c', 'y')), await given.records.kept('a', version('e', 'x')), await given.records.kept('never', version('c', 'y'))], [await record.kept(version('c', 'y')), null, null], 'whoever only looks sees the same')
  await record.dropVersions([version('c', 'y')])
  assert.deepEqual(readdirSync(join(given.own, 'recipe')).sort(), ['c', 'c-y.json'])
  await record.commit(null)
  assert.deepEqual([record.lastGood, readdirSync(given.own).sort()], [null, ['journal.jsonl', 'recipe', 'snapshot']])
  await record.close()
})

test('versions that cannot be listed are trouble with the store, with their place', async () => {
  using given = folder()
  const record = await given.open()
  rmSync(join(given.own, 'recipe'), { recursive: true })
  await assert.rejects(record.dropVersions([]), (error) => isPortError(error, 'not-found') && error.message.startsWith(`Tidying ${join(given.own, 'recipe')}: `))
  await record.close()
})

const damages: Array<{ that: string; text(whole: string): string }> = [
  { that: 'empty', text: () => '' },
  { that: 'torn', text: (whole) => whole.slice(0, 40) },
  { that: 'without what leads to it', text: (whole) => whole.replace('"routers"', '"rouuers"') },
  { that: 'without services', text: (whole) => whole.replace('"services"', '"serwices"') },
  { that: 'of a later form', text: (whole) => whole.replace('"schema":1', '"schema":2') },
]
for (const { that, text } of damages) {
  test(`T54: a kept version that is ${that} is as if it had not been kept`, async () => {
    using given = folder()
    const record = await given.open()
    const version: KeptVersion = { schema: 1, version: '1.0.0+1', commit: 'c', config: 'x', stack: { services: { app: { image: 'a:1', deploy: { labels: { a: 'b' } } } }, networks: {}, volumes: {}, secrets: {}, configs: {} }, routers: [{ service: 'app', router: 'a', protocol: 'http', rule: 'Host(`a`)', hosts: ['a'] }], images: ['a:1'], secrets: [] }
    await record.keep(version)
    assert.deepEqual(await record.kept(version), version)
    const file = join(given.own, 'recipe', 'c-x.json')
    writeFileSync(file, text(readFileSync(file, 'utf8')))
    assert.deepEqual([await record.kept(version), await given.records.kept('a', version)], [null, null])
    await record.close()
  })
}
