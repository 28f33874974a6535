import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { folderSnapshots } from '../../../src/adapters/snapshot/folder/snapshots.ts'
import { isSnapshotError } from '../../../src/ports/snapshots.ts'
import { removeTree } from '../../../src/lib/remove-tree.ts'
import { never, quiet, refuses, snapshotContract } from './suite.ts'
import { everythingIn, isRoot, untilOld, writeFullTree } from './tree.ts'

const storedFiles = (root: string) => (app: string, id: string) => {
  const folder = join(root, app, 'snapshot', id)
  return (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name !== 'seen.json').map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
}

snapshotContract('folder', async () => {
  const root = mkdtempSync(join(tmpdir(), 'snapshot-folder-'))
  return { snapshots: folderSnapshots({ root, clock: systemClock() }), storedFiles: storedFiles(root), close: async () => rmSync(root, { recursive: true, force: true }) }
})

/** A fresh root with one live folder. */
async function inFolder(body: (given: { root: string; live: string; take: () => Promise<string>; snapshots: ReturnType<typeof folderSnapshots>; restore: (id: string, path?: string) => Promise<unknown> }) => Promise<void>, place = mkdtempSync(join(tmpdir(), 'snapshot-'))): Promise<void> {
  const root = join(place, 'platform')
  const live = join(place, 'live')
  mkdirSync(live, { recursive: true })
  const snapshots = folderSnapshots({ root, clock: systemClock() })
  const folders = (path: string) => [{ name: 'data', path }]
  try {
    await body({
      root,
      live,
      snapshots,
      take: async () => (await snapshots.take('app', { folders: folders(live), documents: [{ name: 'env', mode: 0o600, bytes: Buffer.from('A=1') }], assertQuiet: quiet, signal: never })).id,
      restore: (id, path = live) => snapshots.restore('app', id, { folders: folders(path), assertQuiet: quiet, signal: never }),
    })
  } finally {
    await removeTree(place)
  }
}

describe('snapshots: folder, on its own disk', { concurrency: false }, () => {
  test('T18: what else lies in the app\'s folder survives takes, drops and sweeps', () =>
    inFolder(async ({ root, live, take, snapshots }) => {
      mkdirSync(join(root, 'app/snapshot'), { recursive: true })
      const beside = ['app/last_good.json', 'app/snapshot/note.txt', 'app/snapshot/000001', 'other.json']
      for (const name of beside) writeFileSync(join(root, name), name)
      for (let turn = 0; turn < 3; turn++) {
        writeFileSync(join(live, 'a'), `turn ${turn}`)
        await take()
      }
      await snapshots.sweep()
      await snapshots.drop('app')
      for (const name of beside) assert.equal(readFileSync(join(root, name), 'utf8'), name)
      assert.deepEqual(readdirSync(join(root, 'app')).sort(), ['last_good.json', 'snapshot'])
    }))

  test('with tar alone and none of our programs, everything but sockets comes out as docs/operate/snapshots.md says, over several archives, too', () =>
    inFolder(async ({ root, live, take }) => {
      writeFullTree(live)
      await untilOld(live)
      await take()
      rmSync(join(live, 'folder'), { recursive: true })
      mkdirSync(join(live, 'folder'))
      writeFileSync(join(live, 'folder/new'), 'new')
      appendFileSync(join(live, 'private'), 'longer')
      rmSync(join(live, 'empty folder'), { recursive: true })
      writeFileSync(join(live, 'empty folder'), 'now a file')
      rmSync(join(live, 'read only'))
      mkdirSync(join(live, 'read only'))
      linkSync(join(live, 'program'), join(live, 'second name of program'))
      const id = await take()
      const generation = join(root, 'app/snapshot', id)
      assert.equal(readdirSync(generation).filter((name) => name.endsWith('.tar')).length, 2)
      const commands = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../../docs/operate/snapshots.md'), 'utf8'))![1]!
      const out = join(root, 'out')
      execFileSync('sh', ['-eu', '-c', commands], { cwd: root, env: { PATH: process.env.PATH, SNAPSHOT: generation, OUT: out } })
      assert.deepEqual(everythingIn(join(out, 'data'), { without: ['sockets'] }), everythingIn(live, { without: ['sockets'] }))
      assert.equal(readFileSync(join(generation, 'documents/env'), 'utf8'), 'A=1')
    }))

  test('what a killed take left is removed by the next take, and by a sweep; a living one is left alone', () =>
    inFolder(async ({ root, live, take, snapshots }) => {
      writeFileSync(join(live, 'a'), 'x')
      await take()
      const shelf = join(root, 'app/snapshot')
      const dead = join(shelf, '.taking~0123456789abcdef0123456789abcdef.1.1.1.01234567')
      for (const clean of [() => take(), () => snapshots.sweep()]) {
        mkdirSync(dead)
        writeFileSync(join(dead, '000002.tar'), 'half')
        await clean()
        assert.deepEqual(readdirSync(shelf).filter((name) => name.startsWith('.')), [])
      }
    }))

  test('a damaged newest generation does not stand in the way of the next, and is not built upon', () =>
    inFolder(async ({ root, live, take, restore, snapshots }) => {
      writeFileSync(join(live, 'a'), 'x'.repeat(100_000))
      const first = await take()
      writeFileSync(join(root, 'app/snapshot', first, 'manifest.json'), '{')
      const second = await take()
      await snapshots.verify('app', second, never)
      assert.deepEqual((await snapshots.list('app')).map(({ id }) => id), [second])
      await restore(second)
      await refuses(snapshots.verify('app', first, never), 'damaged', 'the first')
    }))

  test('a wrong or missing seen.json costs time, never truth', () =>
    inFolder(async ({ root, live, take, restore }) => {
      writeFullTree(live)
      const first = await take()
      const seen = join(root, 'app/snapshot', first, 'seen.json')
      for (const damage of ['', 'nonsense', readFileSync(seen, 'utf8').replace('1', '2')]) {
        writeFileSync(seen, damage)
        const before = everythingIn(live)
        const { written } = (await restore(first)) as { written: number }
        assert.equal(written, 0)
        assert.deepEqual(everythingIn(live), before)
      }
    }))

  test('T39: a place that cannot be written to is told by `space`, while the app still runs', { skip: !isRoot && 'making a folder immutable needs root' }, () =>
    inFolder(async ({ root, live, take, snapshots }) => {
      writeFileSync(join(live, 'a'), 'x')
      const id = await take()
      const shelf = join(root, 'app/snapshot')
      const space = () => snapshots.space('app', [{ name: 'data', path: live }], never)
      execFileSync('chattr', ['+i', shelf])
      try {
        await assert.rejects(space(), { kind: 'refused' })
      } finally {
        execFileSync('chattr', ['-i', shelf])
      }
      assert.ok((await space()).freeBytes > 0)
      assert.deepEqual(readdirSync(shelf), [id])
    }))

  test('T39: a disk that becomes full is `no-space`: nothing is lost, the old generation is whole, and there is room again', { skip: !isRoot && 'mounting a small disk needs root' }, async () => {
    const place = mkdtempSync(join(tmpdir(), 'snapshot-full-'))
    execFileSync('truncate', ['-s', '256M', join(place, 'disk')])
    execFileSync('mkfs.ext4', ['-q', '-F', join(place, 'disk')])
    mkdirSync(join(place, 'mounted'))
    execFileSync('mount', ['-o', 'loop', join(place, 'disk'), join(place, 'mounted')])
    try {
      const mounted = join(place, 'mounted')
      const live = join(place, 'live')
      mkdirSync(live)
      writeFileSync(join(live, 'a'), 'first')
      const snapshots = folderSnapshots({ root: mounted, clock: systemClock() })
      const folders = [{ name: 'data', path: live }]
      const take = () => snapshots.take('app', { folders, documents: [], assertQuiet: quiet, signal: never })
      const good = await take()
      writeFileSync(join(live, 'a'), 'second')
      writeFileSync(join(live, 'large'), Buffer.alloc(250_000_000, 'x'))
      await assert.rejects(take(), (error) => isSnapshotError(error, 'no-space') && /needs up to \d+ MB .*nothing was changed/.test(error.message), 'before it begins')

      // Room enough at the beginning, and none while it is written: somebody else takes the rest.
      writeFileSync(join(live, 'large'), Buffer.alloc(150_000_000, 'x'))
      const other = join(mounted, 'of somebody else')
      const watcher = watch(join(mounted, 'app/snapshot'), (_, name) => {
        if (name?.startsWith('.taking') && !existsSync(other)) execFileSync('fallocate', ['--length', '120M', other])
      })
      await refuses(take(), 'no-space', 'while it is written')
      watcher.close()
      rmSync(other)
      assert.deepEqual(readdirSync(join(mounted, 'app/snapshot')), [good.id])
      await snapshots.verify('app', good.id, never)
      writeFileSync(join(live, 'large'), '')
      assert.notEqual((await take()).id, good.id)

      // A restore that has no room says so before it touches anything.
      writeFileSync(join(live, 'large'), Buffer.alloc(150_000_000, 'x'))
      const large = await take()
      const narrow = join(mounted, 'narrow')
      mkdirSync(narrow)
      writeFileSync(join(narrow, 'kept'), 'x')
      await refuses(snapshots.restore('app', large.id, { folders: [{ name: 'data', path: narrow }], assertQuiet: quiet, signal: never }), 'no-space', 'restore')
      assert.deepEqual(readdirSync(narrow), ['kept'])
    } finally {
      execFileSync('umount', [join(place, 'mounted')])
      rmSync(place, { recursive: true })
    }
  })
})
