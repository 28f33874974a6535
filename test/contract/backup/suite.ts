import assert from 'node:assert/strict'
import { appendFileSync, chmodSync, closeSync, existsSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, rmSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test as runTest } from 'node:test'
import type { App } from '../../../src/domain/model/app.ts'
import type { Artefact, Backups, BackupSource } from '../../../src/ports/backup.ts'
import { isPortError, type PortErrorKind } from '../../../src/ports/port-error.ts'
import { hostileNames, pictureOf, writeHostileTree } from './tree.ts'

/** What every adapter of `Backups` must do. Each test starts with two empty volumes, `data` and `db-data`. */

export interface BackupsUnderTest {
  backups: Backups
  app: App
  /** Where a volume's files can be reached from here. */
  volume(name: string): string
  /** Every file that the adapter keeps for an artefact's bytes, largest first. */
  storedFiles(artefact: Artefact): string[]
  close(): Promise<void>
}

const all: BackupSource = { volume: 'data', path: '.' }
const never = new AbortController().signal

/** `only`: the titles to run, where a call costs seconds. */
export function backupContract(name: string, make: () => Promise<BackupsUnderTest>, { only = /./ }: { only?: RegExp } = {}): void {
  const test = (title: string, body: () => Promise<void>) => void (only.test(title) && runTest(title, body))
  describe(`backups: ${name}`, { concurrency: false }, () => {
    let given: BackupsUnderTest
    let data: string
    before(async () => {
      given = await make()
      data = given.volume('data')
    })
    beforeEach(() => {
      for (const volume of ['data', 'db-data']) {
        mkdirSync(given.volume(volume), { recursive: true })
        empty(given.volume(volume))
      }
    })
    after(async () => {
      await given.backups.discard(given.app)
      await given.close()
    })

    const save = (...sources: BackupSource[]) => given.backups.save(given.app, sources, never)
    const entries = (artefact: Artefact) => given.backups.entries(given.app, artefact, never)
    const restore = (artefact: Artefact, ...sources: BackupSource[]) => given.backups.restore(given.app, artefact, sources, never)
    const file = (path: string, text: string) => {
      mkdirSync(join(data, path, '..'), { recursive: true })
      writeFileSync(join(data, path), text)
    }

    test('the artefact lists everything with its size, links and empty folders too', async () => {
      writeHostileTree(data)
      const artefact = await save(all)
      assert.ok(artefact.bytes > 3_000_000)
      const listed = new Map((await entries(artefact)).map((entry) => [entry.path, entry]))
      for (const name of hostileNames) assert.deepEqual(listed.get(`folder/${name}`), { volume: 'data', path: `folder/${name}`, kind: 'file', bytes: Buffer.byteLength(`this is ${name}`) })
      assert.deepEqual(listed.get('.'), { volume: 'data', path: '.', kind: 'folder', bytes: 0 })
      assert.deepEqual(listed.get('empty folder'), { volume: 'data', path: 'empty folder', kind: 'folder', bytes: 0 })
      assert.deepEqual(listed.get('zero'), { volume: 'data', path: 'zero', kind: 'file', bytes: 0 })
      assert.deepEqual(listed.get('dangling'), { volume: 'data', path: 'dangling', kind: 'link', bytes: 0 })
      assert.equal(listed.get('folder/deep/deeper/large')?.bytes, 3_000_001)
      assert.equal(listed.size, Object.keys(pictureOf(data)).length)
    })

    test('a restore into an emptied volume brings back content, modes, times, links and odd names', async () => {
      writeHostileTree(data)
      const then = pictureOf(data)
      const artefact = await save(all)
      chmodSync(join(data, 'closed'), 0o700)
      empty(data)
      await restore(artefact, all)
      assert.deepEqual(pictureOf(data), then)
    })

    test('T17: a restore over changed data makes it what it was: what came later is gone', async () => {
      writeHostileTree(data)
      const then = pictureOf(data)
      const artefact = await save(all)
      file('later', 'x')
      file('later folder/a/b', 'x')
      symlinkSync('/etc', join(data, 'later link'))
      file('folder/deep/later\nname', 'x')
      file('folder/it\'s', 'changed, and longer than before')
      truncateSync(join(data, 'folder/deep/deeper/large'), 5)
      unlinkSync(join(data, 'private'))
      chmodSync(join(data, 'program'), 0o600)
      utimesSync(join(data, 'zero'), 1, 1)
      rmSync(join(data, 'empty folder'), { recursive: true })
      file('empty folder', 'a file now')
      unlinkSync(join(data, 'read only'))
      mkdirSync(join(data, 'read only/sub'), { recursive: true })
      unlinkSync(join(data, 'link to folder'))
      symlinkSync('/tmp', join(data, 'link to folder'))
      unlinkSync(join(data, 'dangling'))
      mkdirSync(join(data, 'dangling/sub'), { recursive: true })
      rmSync(join(data, 'folder/deep'), { recursive: true })
      symlinkSync('../closed', join(data, 'folder/deep'))
      await restore(artefact, all)
      assert.deepEqual(pictureOf(data), then)
    })

    test('a restore does not write through names that became the same file', async () => {
      file('a', 'was a')
      file('b', 'was b')
      const then = pictureOf(data)
      const artefact = await save(all)
      unlinkSync(join(data, 'b'))
      linkSync(join(data, 'a'), join(data, 'b'))
      await restore(artefact, all)
      assert.deepEqual(pictureOf(data), then)
    })

    test('a file that the running app holds open is written in place', async () => {
      file('store', 'at the backup')
      const artefact = await save(all)
      const open = openSync(join(data, 'store'), 'r')
      try {
        writeFileSync(join(data, 'store'), 'after the backup')
        await restore(artefact, all)
        const bytes = Buffer.alloc(100)
        assert.equal(bytes.toString('utf8', 0, readSync(open, bytes, 0, 100, 0)), 'at the backup')
      } finally {
        closeSync(open)
      }
    })

    test('what lies outside the saved path is not touched, and a single file can be saved', async () => {
      file('dump/backup.sql', 'the dump')
      file('live', 'at the backup')
      const artefact = await save({ volume: 'data', path: 'dump/backup.sql' })
      assert.deepEqual(await entries(artefact), [{ volume: 'data', path: 'dump/backup.sql', kind: 'file', bytes: 8 }])
      file('live', 'after the backup')
      file('dump/other', 'after the backup')
      file('dump/backup.sql', 'broken')
      await restore(artefact, { volume: 'data', path: 'dump/backup.sql' })
      assert.equal(readFileSync(join(data, 'dump/backup.sql'), 'utf8'), 'the dump')
      assert.equal(readFileSync(join(data, 'live'), 'utf8'), 'after the backup')
      assert.equal(readFileSync(join(data, 'dump/other'), 'utf8'), 'after the backup')
    })

    test('a saved path whose folder is gone is brought back with it', async () => {
      file('a/b/c', 'x')
      const artefact = await save({ volume: 'data', path: 'a/b' })
      rmSync(join(data, 'a'), { recursive: true })
      await restore(artefact, { volume: 'data', path: './a//b/' })
      assert.equal(readFileSync(join(data, 'a/b/c'), 'utf8'), 'x')
    })

    test('paths with odd names can be sources', async () => {
      const sources = ['it\'s "[a-z]" * $(touch injected)', '-rf', 'café ✓'].map((path) => ({ volume: 'data', path }))
      for (const { path } of sources) file(`${path}/file`, path)
      file('neighbour', 'x')
      const artefact = await save(...sources)
      for (const { path } of sources) file(`${path}/later`, 'x')
      await restore(artefact, sources[0]!)
      assert.equal(existsSync(join(data, sources[0]!.path, 'later')), false)
      assert.equal(existsSync(join(data, sources[1]!.path, 'later')), true, 'only what was asked for is restored')
      await restore(artefact, ...sources)
      for (const { path } of sources) assert.equal(existsSync(join(data, path, 'later')), false)
      assert.ok(existsSync(join(data, 'neighbour')))
    })

    test('two volumes are saved together and restored apart', async () => {
      file('one', '1')
      writeFileSync(join(given.volume('db-data'), 'backup.sql'), 'dump')
      const dump = { volume: 'db-data', path: 'backup.sql' }
      const artefact = await save(all, dump)
      assert.deepEqual((await entries(artefact)).map(({ volume, path }) => `${volume} ${path}`).sort(), ['data .', 'data one', 'db-data backup.sql'])
      rmSync(join(data, 'one'))
      rmSync(join(given.volume('db-data'), 'backup.sql'))
      await restore(artefact, dump)
      assert.equal(existsSync(join(data, 'one')), false)
      await restore(artefact, all)
      assert.equal(readFileSync(join(data, 'one'), 'utf8'), '1')
      assert.equal(readFileSync(join(given.volume('db-data'), 'backup.sql'), 'utf8'), 'dump')
    })

    test('an empty volume is an artefact without files, and restores to empty', async () => {
      const artefact = await save(all)
      assert.deepEqual(await entries(artefact), [{ volume: 'data', path: '.', kind: 'folder', bytes: 0 }])
      file('later', 'x')
      await restore(artefact, all)
      assert.deepEqual(Object.keys(pictureOf(data)), ['.'])
    })

    test('each artefact keeps its own moment', async () => {
      file('a', 'first')
      const first = await save(all)
      file('a', 'second')
      const second = await save(all)
      assert.notEqual(first.id, second.id)
      await restore(first, all)
      assert.equal(readFileSync(join(data, 'a'), 'utf8'), 'first')
      await restore(second, all)
      assert.equal(readFileSync(join(data, 'a'), 'utf8'), 'second')
    })

    test('a socket of the app survives', async () => {
      const socket = join(data, 'app.sock')
      const server = createServer().listen(socket)
      await once(server, 'listening')
      try {
        await restore(await save(all), all)
        assert.ok(existsSync(socket))
      } finally {
        server.close()
      }
    })

    test('what is not there is not-found, what leaves the volume is refused', async () => {
      file('folder/a', 'x')
      symlinkSync('folder', join(data, 'link'))
      symlinkSync('/etc', join(data, 'out'))
      await rejects(save({ volume: 'data', path: 'dump.sql' }), 'not-found')
      await rejects(save(all, { volume: 'data', path: 'no/such' }), 'not-found')
      await rejects(save({ volume: 'data', path: '../db-data' }), 'refused')
      await rejects(save({ volume: 'data', path: '/etc' }), 'refused')
      await rejects(save({ volume: 'data', path: 'link/a' }), 'refused')
      await rejects(save({ volume: 'data', path: 'out/hostname' }), 'refused')
      await rejects(save(), 'refused')
      const artefact = await save({ volume: 'data', path: 'folder' })
      await rejects(restore(artefact, all), 'not-found')
      await rejects(restore(artefact, { volume: 'db-data', path: '.' }), 'not-found')
      await rejects(entries({ id: '0123456789abcdef', bytes: 1 }), 'not-found')
      await rejects(entries({ id: '../..', bytes: 1 }), 'not-found')
      rmSync(join(data, 'folder'), { recursive: true })
      symlinkSync('/tmp', join(data, 'folder'))
      const inFolder = await save({ volume: 'data', path: 'folder' })
      assert.deepEqual(await entries(inFolder), [{ volume: 'data', path: 'folder', kind: 'link', bytes: 0 }])
    })

    test('an order that was withdrawn ends typed, and leaves nothing half', async () => {
      file('a', 'x')
      await rejects(given.backups.save(given.app, [all], AbortSignal.abort()), 'timeout')
      const artefact = await save(all)
      file('a', 'later')
      await rejects(given.backups.restore(given.app, artefact, [all], AbortSignal.abort()), 'timeout')
      assert.equal(readFileSync(join(data, 'a'), 'utf8'), 'later')
      await rejects(given.backups.entries(given.app, artefact, AbortSignal.abort()), 'timeout')
    })

    test('T20: an artefact that was cut short, emptied, changed or lost is an error, and nothing is restored from it', async () => {
      writeHostileTree(data)
      const damages: Array<[string, (path: string) => void]> = [
        ['cut short', (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2))],
        ['emptied', (path) => truncateSync(path, 0)],
        ['grown', (path) => appendFileSync(path, 'more')],
        ['changed', flipOneByte],
        ['lost', (path) => unlinkSync(path)],
      ]
      const artefact = await save(all)
      const [largest] = given.storedFiles(artefact)
      const whole = readFileSync(largest!)
      file('live', 'untouched')
      for (const [what, damage] of damages) {
        chmodSync(largest!, 0o600)
        damage(largest!)
        await rejects(entries(artefact), 'unexpected', what)
        await rejects(restore(artefact, all), 'unexpected', what)
        assert.equal(readFileSync(join(data, 'live'), 'utf8'), 'untouched', what)
        writeFileSync(largest!, whole)
      }
      assert.ok((await entries(artefact)).length > 10, 'it was the damage and nothing else')
    })

    test('discard can be called twice; then nothing is found, and a new backup can be made', async () => {
      file('a', 'x')
      const artefact = await save(all)
      await given.backups.discard(given.app)
      await given.backups.discard(given.app)
      await rejects(entries(artefact), 'not-found')
      assert.equal((await entries(await save(all))).length, 2)
    })

    test('it says what it is', async () => {
      assert.match(await given.backups.says(), /^(folder copy|restic \d+\.\d+\.\d+)$/)
    })
  })
}

/** The folder itself stays: it may be mounted somewhere. */
function empty(folder: string): void {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) rmSync(Buffer.concat([Buffer.from(`${folder}/`), name]), { recursive: true, force: true })
}

async function rejects(promise: Promise<unknown>, kind: PortErrorKind, that = ''): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(isPortError(error), `${that}: a PortError, not ${error}`)
    assert.equal(error.kind, kind, `${that}: ${error.message}`)
    return true
  })
}

function flipOneByte(path: string): void {
  const bytes = readFileSync(path)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = bytes[middle]! ^ 0xff
  writeFileSync(path, bytes)
}
