import assert from 'node:assert/strict'
import { appendFileSync, chmodSync, closeSync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { isPortError, type PortErrorKind } from '../../../src/ports/port-error.ts'
import { isSnapshotError, type Comparing, type SnapshotDocument, type SnapshotFolder, type SnapshotReason, type Snapshots, type Taking } from '../../../src/ports/snapshots.ts'
import { removeTree } from '../../../src/lib/remove-tree.ts'
import { writeHostileTree } from '../backup/tree.ts'
import { everythingIn, inodesIn, untilOld, writeFullTree } from './tree.ts'

/** What every adapter of `Snapshots` must do. Each test starts with two empty folders, `data` and `db-data`, and no snapshot. */

export interface SnapshotsUnderTest {
  snapshots: Snapshots
  /** Every file that the adapter keeps of a snapshot. */
  storedFiles(app: string, id: string): string[]
  close(): Promise<void>
}

export const never = new AbortController().signal
export const quiet = async () => {}

export function snapshotContract(name: string, make: () => Promise<SnapshotsUnderTest>): void {
  describe(`snapshots: ${name}`, { concurrency: false }, () => {
    let given: SnapshotsUnderTest
    let place: string
    let folders: SnapshotFolder[]
    let data: string
    before(async () => {
      given = await make()
    })
    beforeEach(() => {
      place = mkdtempSync(join(tmpdir(), 'snapshot-live-'))
      folders = ['data', 'db-data'].map((folder) => ({ name: folder, path: join(place, folder) }))
      for (const { path } of folders) mkdirSync(path)
      data = folders[0]!.path
    })
    afterEach(async () => {
      await given.snapshots.drop('app')
      await removeTree(place)
    })
    after(() => given.close())

    const take = (asked: Partial<Taking> = {}) => given.snapshots.take('app', { folders, documents: [], assertQuiet: quiet, signal: never, ...asked })
    const restore = (id: string, asked: Partial<Comparing> = {}) => given.snapshots.restore('app', id, { folders, assertQuiet: quiet, signal: never, ...asked })
    const differences = (id: string, asked: Partial<Comparing> = {}) => given.snapshots.differences('app', id, { folders, signal: never, ...asked })
    const ids = async () => (await given.snapshots.list('app')).map(({ id }) => id)
    const file = (path: string, text: string) => {
      mkdirSync(join(data, path, '..'), { recursive: true })
      writeFileSync(join(data, path), text)
    }
    const text = (path: string) => readFileSync(join(data, path), 'utf8')

    test('says what it took; verifies it; lists it', async () => {
      file('a', 'twelve bytes')
      writeFileSync(join(folders[1]!.path, 'b'), 'x')
      const taken = await take({ documents: [{ name: 'env', mode: 0o600, bytes: Buffer.from('A=1') }] })
      assert.deepEqual({ ...taken, id: '', at: 0, storedBytes: 0 }, { id: '', app: 'app', at: 0, folders: ['data', 'db-data'], documents: ['env'], entries: 4, bytes: 13, storedBytes: 0 })
      assert.deepEqual(await given.snapshots.verify('app', taken.id, never), taken)
      assert.deepEqual(await given.snapshots.list('app'), [taken])
      assert.deepEqual(await given.snapshots.list('other'), [])
    })

    test('documents come back as they were given', async () => {
      const documents: SnapshotDocument[] = [
        { name: '.env', mode: 0o600, bytes: Buffer.from('A=1\nB="two"') },
        { name: 'secrets.enc', mode: 0o400, bytes: Buffer.from([0, 255, 10, 0]) },
        { name: 'empty', mode: 0o644, bytes: Buffer.alloc(0) },
      ]
      const { id } = await take({ documents })
      assert.deepEqual((await given.snapshots.documents('app', id)).map((one) => ({ ...one, bytes: Buffer.from(one.bytes) })), documents)
    })

    for (const compare of ['bytes', 'changed'] as const) {
      test(`everything a tree can hold comes back into an empty folder (${compare})`, async () => {
        writeFullTree(data)
        const before = everythingIn(data)
        const { id } = await take()
        await removeTree(data)
        await restore(id, { compare })
        assert.deepEqual(everythingIn(data), before)
        for (const how of ['bytes', 'changed'] as const) assert.deepEqual(await differences(id, { compare: how }), [], `what was written anew and is equal does not differ (${how})`)
      })

      test(`T17: what came later is gone, what changed is back (${compare})`, async () => {
        writeFullTree(data)
        const before = everythingIn(data)
        const { id } = await take()
        file('new/deep/file', 'only the new version wrote this')
        file('zero', 'no longer')
        appendFileSync(join(data, 'several pieces'), 'more')
        writeFileSync(join(data, 'exactly two pieces'), 'short')
        chmodSync(join(data, 'program'), 0o600)
        unlinkSync(join(data, 'private'))
        rmSync(join(data, 'link to folder'))
        mkdirSync(join(data, 'link to folder'))
        file('link to folder/inside', 'x')
        rmSync(join(data, 'names of one file'), { recursive: true })
        file('names of one file', 'a file where a folder was')
        rmSync(join(data, 'gives rights/inside'))
        renameSync(join(data, 'pipe'), join(data, 'pipe 2'))
        linkSync(join(data, 'sparse'), join(data, 'second name of sparse'))
        unlinkSync(join(data, 'second name'))
        symlinkSync('/etc', join(data, 'folder/to etc'))
        const outside = statSync('/etc/hostname').mtimeMs
        const restored = await restore(id, { compare })
        assert.ok(restored.removed > 0 && restored.written > 0)
        assert.deepEqual(everythingIn(data), before)
        assert.equal(statSync('/etc/hostname').mtimeMs, outside)
        assert.deepEqual(await restore(id, { compare: 'bytes' }), { written: 0, removed: 0 })
      })
    }

    test('a change that keeps size and modification time is in the next snapshot, and is found and undone', async () => {
      file('sly', 'AAAA')
      const when = new Date('2020-01-01T00:00:00Z')
      utimesSync(join(data, 'sly'), when, when)
      const first = await take()
      file('sly', 'BBBB')
      utimesSync(join(data, 'sly'), when, when)
      for (const compare of ['bytes', 'changed'] as const) assert.deepEqual(await differences(first.id, { compare }), ['data/sly'])
      const second = await take()
      await restore(first.id, { compare: 'changed' })
      assert.equal(text('sly'), 'AAAA')
      await restore(second.id, { compare: 'changed' })
      assert.equal(text('sly'), 'BBBB')
    })

    test('a large file of which one byte changed: its bytes are back, the rest is left alone', async () => {
      const path = join(data, 'large')
      const bytes = Buffer.alloc(13_000_000, 'abc')
      writeFileSync(path, bytes)
      const { id } = await take()
      const changed = Buffer.from(bytes)
      changed[9_000_000] = 0
      writeFileSync(path, changed)
      for (const compare of ['changed', 'bytes'] as const) assert.deepEqual(await differences(id, { compare }), ['data/large'])
      const { ino } = lstatSync(path)
      await restore(id)
      assert.ok(readFileSync(path).equals(bytes))
      assert.equal(lstatSync(path).ino, ino)
    })

    test('two generations are kept, and every one of `keep`; what did not change is stored once', async () => {
      file('same', 'x'.repeat(3_000_000))
      await untilOld(data)
      const taken: string[] = []
      for (let turn = 1; turn <= 4; turn++) {
        file('turn', `turn ${turn}`)
        taken.push((await take({ keep: taken.slice(0, 1) })).id)
      }
      assert.deepEqual(await ids(), [taken[3], taken[2], taken[0]])
      assert.deepEqual(taken.toSorted(), taken)
      for (const [turn, id] of [[1, taken[0]!], [3, taken[2]!], [4, taken[3]!]] as const) {
        await given.snapshots.verify('app', id, never)
        await restore(id)
        assert.equal(text('turn'), `turn ${turn}`)
        assert.equal(text('same').length, 3_000_000)
      }
      const inodes = new Map(taken.filter((_, at) => at !== 1).flatMap((id) => given.storedFiles('app', id)).map((path) => [statSync(path).ino, statSync(path).size]))
      assert.ok([...inodes.values()].reduce((sum, size) => sum + size, 0) < 4_000_000)
    })

    test('many generations one after the other: each is what the folder was', async () => {
      const states: Record<string, string>[] = []
      const taken: string[] = []
      for (let turn = 0; turn < 12; turn++) {
        file(`file ${turn}`, 'x'.repeat(40_000 * ((turn * 7) % 5)))
        if (turn > 3) rmSync(join(data, `file ${turn - 3}`))
        file('rewritten', `turn ${turn}`)
        states.push(everythingIn(data))
        taken.push((await take({ keep: taken })).id)
      }
      for (const turn of [11, 0, 5]) {
        await given.snapshots.verify('app', taken[turn]!, never)
        await restore(taken[turn]!, { compare: 'changed' })
        assert.deepEqual(everythingIn(data), states[turn])
      }
    })

    test('names of one file stay one file when one more comes or one goes', async () => {
      file('a', 'one')
      linkSync(join(data, 'a'), join(data, 'b'))
      const first = await take()
      linkSync(join(data, 'a'), join(data, 'c'))
      const three = everythingIn(data)
      const second = await take()
      await restore(first.id)
      assert.deepEqual(readdirSync(data).sort(), ['a', 'b'])
      assert.equal(statSync(join(data, 'a')).nlink, 2)
      await restore(second.id)
      assert.deepEqual(everythingIn(data), three)
      for (const compare of ['bytes', 'changed'] as const) {
        writeInPlace(join(data, 'b'))
        await restore(second.id, { compare })
        assert.deepEqual(everythingIn(data), three)
      }
      unlinkSync(join(data, 'b'))
      file('b', 'one')
      assert.ok((await differences(second.id)).includes('data/b'))
      await restore(second.id)
      assert.deepEqual(everythingIn(data), three)
    })

    test('T59: nothing in a snapshot shares its inode with live data, neither after a take nor after a restore', async () => {
      writeFullTree(data)
      const { id } = await take()
      const stored = () => new Set(given.storedFiles('app', id).map((path) => statSync(path, { bigint: true }).ino))
      const live = () => inodesIn(data)
      assert.deepEqual(live().filter((inode) => stored().has(inode)), [])
      await removeTree(data)
      await restore(id)
      assert.deepEqual(live().filter((inode) => stored().has(inode)), [])
      for (const name of ['several pieces', 'sparse', 'folder/small 200']) appendFileSync(join(data, name), 'written in place')
      await given.snapshots.verify('app', id, never)
    })

    test('T20: a snapshot that was cut short, emptied or changed is never taken for one, nor restored', async () => {
      writeHostileTree(data)
      const { id } = await take({ documents: [{ name: 'env', mode: 0o600, bytes: Buffer.from('A=1') }] })
      file('private', 'changed since')
      const now = everythingIn(data)
      const damages: ((bytes: Buffer) => Buffer)[] = [
        () => Buffer.alloc(0),
        (bytes) => bytes.subarray(0, bytes.length - 1),
        (bytes) => bytes.subarray(0, Math.floor(bytes.length / 8192) * 4096),
        ...[0, 0.13, 0.97].map((part) => (bytes: Buffer) => {
          const other = Buffer.from(bytes)
          other[Math.floor(bytes.length * part)]! ^= 1
          return other
        }),
      ]
      for (const path of given.storedFiles('app', id)) {
        const good = readFileSync(path)
        if (good.length === 0) continue
        for (const [index, damage] of damages.entries()) {
          const bad = damage(good)
          if (bad.equals(good)) continue
          writeFileSync(path, bad)
          const what = `damage ${index} of ${path.slice(-20)}`
          await refuses(given.snapshots.verify('app', id, never), 'damaged', what)
          if (path.includes('/documents/')) await refuses(given.snapshots.documents('app', id), 'damaged', what)
          else if (index === damages.length - 1) await refuses(restore(id), 'damaged', what)
        }
        writeFileSync(path, good)
      }
      assert.deepEqual(everythingIn(data), now)
      await given.snapshots.verify('app', id, never)
    })

    test('T20: a snapshot that is taken anew shares nothing with the one before, which is damaged', async () => {
      writeHostileTree(data)
      await untilOld(data)
      const first = await take()
      const pack = given.storedFiles('app', first.id).find((path) => path.endsWith('.tar'))!
      const bytes = readFileSync(pack)
      bytes[Math.floor(bytes.length / 2)]! ^= 1
      writeFileSync(pack, bytes)
      const shares = await take()
      await refuses(given.snapshots.verify('app', shares.id, never), 'damaged', 'one that shares with it')
      const now = everythingIn(data)
      const { id } = await take({ anew: true })
      await given.snapshots.verify('app', id, never)
      await removeTree(data)
      await restore(id)
      assert.deepEqual(everythingIn(data), now)
    })

    test('T19: while something runs there is no snapshot and no restore: asked before the first byte and after the last', async () => {
      file('a', 'one')
      const good = await take()
      file('a', 'two')
      const running = new Error('a task still runs')
      for (const at of [1, 2]) {
        let asked = 0
        const assertQuiet = async () => {
          asked++
          if (asked === at) throw running
        }
        await assert.rejects(take({ assertQuiet }), running)
        assert.equal(asked, at)
        assert.deepEqual(await ids(), [good.id])
        asked = 0
        await assert.rejects(given.snapshots.restore('app', good.id, { folders, assertQuiet, signal: never }), running)
        assert.equal(text('a'), at === 1 ? 'two' : 'one')
      }
    })

    test('T19: a file that is written to meanwhile is found, and there is no snapshot', async () => {
      for (let index = 0; index < 40; index++) file(`large ${index}`, 'x'.repeat(2_000_000))
      let writes = 0
      const writer = setInterval(() => writeInPlace(join(data, `large ${(writes++ * 7) % 40}`)), 1)
      try {
        await refuses(take(), 'changed', 'a file that keeps its size')
      } finally {
        clearInterval(writer)
      }
      assert.ok(writes > 0)
      assert.deepEqual(await ids(), [])
    })

    test('says how much room a snapshot needs; less once there is one', async () => {
      file('large', 'x'.repeat(30_000_000))
      const first = await given.snapshots.space('app', folders, never)
      assert.ok(first.needsBytes >= 30_000_000 && first.freeBytes > 0)
      await take()
      const second = await given.snapshots.space('app', folders, never)
      assert.ok(second.needsBytes < 20_000_000 + first.needsBytes - 30_000_000)
    })

    test('an abort ends it, and leaves what was', async () => {
      file('a', 'x'.repeat(1_000_000))
      const { id } = await take()
      await rejects(take({ signal: AbortSignal.abort() }), 'timeout')
      await rejects(given.snapshots.verify('app', id, AbortSignal.abort()), 'timeout')
      assert.deepEqual(await ids(), [id])
    })

    test('what is not there is `not-found`, what cannot be is `refused`', async () => {
      const { id } = await take()
      await rejects(given.snapshots.verify('app', '000009-00000000000000000000000000000000', never), 'not-found')
      await rejects(given.snapshots.verify('app', '../x', never), 'not-found')
      await rejects(take({ folders: [{ name: 'data', path: join(place, 'absent') }] }), 'not-found')
      file('plain', 'x')
      await rejects(take({ folders: [{ name: 'data', path: join(data, 'plain') }] }), 'refused')
      await rejects(take({ folders: [{ name: '../x', path: data }] }), 'refused')
      await rejects(take({ folders: [folders[0]!, folders[0]!] }), 'refused')
      await rejects(take({ documents: [{ name: '../x', mode: 0o600, bytes: Buffer.alloc(0) }] }), 'refused')
      await rejects(restore(id, { folders: folders.slice(0, 1) }), 'refused')
      await rejects(given.snapshots.list('../x'), 'refused')
      assert.deepEqual(await ids(), [id])
    })

    test('drops one, or all; a second time changes nothing', async () => {
      file('a', 'x')
      const first = await take()
      const second = await take()
      await given.snapshots.drop('app', first.id)
      await given.snapshots.drop('app', first.id)
      assert.deepEqual(await ids(), [second.id])
      await given.snapshots.drop('app')
      await given.snapshots.drop('app')
      assert.deepEqual(await ids(), [])
    })
  })
}

function writeInPlace(path: string): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, 'y')
  closeSync(fd)
}

export async function rejects(work: Promise<unknown>, kind: PortErrorKind): Promise<void> {
  await assert.rejects(work, (error) => isPortError(error, kind) || assert.fail(`${kind} expected, and it was: ${error}`))
}

export async function refuses(work: Promise<unknown>, reason: SnapshotReason, what: string): Promise<void> {
  await assert.rejects(work, (error) => isSnapshotError(error, reason) || assert.fail(`${what}: ${reason} expected, and it was: ${error}`), what)
}
