import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { appOf } from '../../../src/domain/plan/run-name.ts'
import type { Job, JobResult } from '../../../src/ports/engine.ts'
import { sqliteFiles, type SqliteFile, sqliteRead, sqliteWrite } from '../../../src/workflows/run/sqlite.ts'
import type { EngineUnderTest, MakeEngine } from '../engine/under-test.ts'
import { untilRunning } from '../engine/wait.ts'

const IMAGE = 'node:24-bookworm-slim'
const LIMIT = AbortSignal.timeout(150_000)

/** What an app may have left in its volume. Owned by its own user where we may say so. */
const PREPARE = `
const fs = require('node:fs'), path = require('node:path'), { DatabaseSync } = require('node:sqlite')
const root = process.argv[1]
process.chdir(root)
const made = (file, more = '') => { const db = new DatabaseSync(file); db.exec(more + 'CREATE TABLE notes(text); INSERT INTO notes VALUES (1)'); return db }
made('plain').close()
fs.mkdirSync('deep/er', { recursive: true })
made('deep/er/wal #1?%41.bin', 'PRAGMA journal_mode=WAL;').close()
// As a crashed app leaves it: in the middle of a transaction, with the way back beside it.
const db = made('busy')
db.exec('PRAGMA cache_size=2; BEGIN')
const insert = db.prepare('INSERT INTO notes VALUES (?)')
for (let i = 0; i < 1000; i++) insert.run('x'.repeat(500))
fs.copyFileSync('busy', 'crashed')
fs.copyFileSync('busy-journal', 'crashed-journal')
db.exec('ROLLBACK'); db.close(); fs.rmSync('busy')
fs.writeFileSync('notes.sqlite3', 'SQLite is what I would like to be')
fs.writeFileSync('empty.db', '')
fs.writeFileSync('damaged', Buffer.concat([Buffer.from('SQLite format 3\\0'), Buffer.alloc(4096, 7)]))
fs.symlinkSync('plain', 'another-name')
if (process.getuid() === 0) for (const entry of fs.readdirSync(root, { recursive: true })) fs.lchownSync(path.join(root, entry), 1000, 1001)
`

/** Everything in the volume, with its owner. */
const LIST = `
const fs = require('node:fs'), path = require('node:path')
const root = process.argv[1]
for (const entry of fs.readdirSync(root, { recursive: true }).sort()) {
  const seen = fs.lstatSync(path.join(root, entry))
  if (!seen.isDirectory()) console.log(entry + ' ' + (process.getuid() === 0 ? seen.uid + ':' + seen.gid : '1000:1001'))
}
`

/** Holds a database for itself until somebody puts the file \`release\` beside it. */
const HOLD = `
const fs = require('node:fs'), { DatabaseSync } = require('node:sqlite')
const file = process.argv[1]
const db = new DatabaseSync(file)
db.exec('BEGIN EXCLUSIVE')
console.log('held ' + fs.statSync(file).ino)
const watched = setInterval(() => {
  if (!fs.existsSync(file + '-release')) return
  clearInterval(watched)
  db.exec('COMMIT'); db.close(); fs.rmSync(file + '-release')
}, 20)
`

/** The program that speaks to SQLite files, through an engine's jobs. The engine runs on this machine. */
export function sqliteContract(name: string, make: MakeEngine): void {
  describe(`SQLite files, engine ${name}`, { concurrency: false }, () => {
    let underTest: EngineUnderTest
    let context: Parameters<typeof sqliteFiles>[0]
    const run = `test-${randomBytes(3).toString('hex')}`
    const file = (path: string): SqliteFile => ({ volume: 'data', path })
    const write = (path: string, value: string) => sqliteWrite(context, file(path), 'before', value, LIMIT)
    const read = (path: string, marker = 'before') => sqliteRead(context, file(path), marker, LIMIT)

    async function script(text: string, path = '/volumes/data', more: Partial<Job> = {}): Promise<JobResult> {
      const ended = await underTest.engine.runJob(context.app, {
        name: 'prepare', image: IMAGE, argv: ['node', '--disable-warning=ExperimentalWarning', '-e', text, path], env: {},
        mounts: [{ volume: 'data', target: '/volumes/data', readOnly: false }], needsProxy: false, trusted: true, timeoutMs: 60_000, ...more,
      })
      assert.equal(ended.exitCode, 0, ended.stderr)
      return ended
    }

    before(async () => {
      underTest = await make()
      const { engine } = underTest
      const { domain } = await engine.reach()
      const app = appOf(run, domain)
      context = { app, ports: { engine, host: { checksImage: IMAGE } } }
      const deployment = await engine.deploy(app, await underTest.stack(app, { services: { web: { volume: 'data', env: { LISTEN: 'no' } } } }))
      await untilRunning(engine, app, deployment)
      await script(PREPARE)
    })
    after(async () => {
      await underTest.engine.remove(context.app, { data: 'doomed' })
      await underTest.cleanup()
    })

    test('they are found by what they are, not by what they are called', async () => {
      const found = await sqliteFiles(context, ['data'], LIMIT)
      assert.deepEqual('files' in found && found.files.map(({ volume, path }) => `${volume}: ${path}`).sort(), ['data: crashed', 'data: damaged', 'data: deep/er/wal #1?%41.bin', 'data: plain'])
    })

    for (const path of ['plain', 'deep/er/wal #1?%41.bin', 'crashed']) {
      test(`${path}: a marker is written, read and overwritten; what is not there is not there`, async () => {
        assert.equal(await read(path), null)
        await write(path, 'first')
        assert.equal(await read(path), 'first')
        assert.equal(await read(path, 'later'), null)
        await write(path, 'second')
        assert.equal(await read(path), 'second')
      })
    }

    test('T41: a file that only looks like a database is an error, not a database without a marker', async () => {
      await assert.rejects(write('damaged', 'first'), { message: 'exit code 1: file is not a database' })
      await assert.rejects(read('damaged'), { message: 'exit code 1: file is not a database' })
    })

    test('T41: a database that went away is an error, and none is made in its place', async () => {
      await assert.rejects(write('gone', 'first'), { message: 'exit code 1: unable to open database file' })
      await assert.rejects(read('gone'), { message: 'exit code 1: unable to open database file' })
    })

    test('a volume that is not there is an error of the engine', async () => {
      await assert.rejects(sqliteFiles(context, ['absent'], LIMIT), { kind: 'not-found' })
    })

    test('while the app holds a database for itself, a marker waits', async () => {
      let holder: Promise<JobResult> | undefined
      const inode = await new Promise<number>((resolve, reject) => {
        holder = script(HOLD, '/volumes/data/plain', { onLine: (line) => line.startsWith('held ') && resolve(Number(line.slice(5))) })
        holder.catch(reject)
      })
      const written = write('plain', 'third').then(() => 'written', (error: Error) => error.message)
      await opensTwice(inode)
      await script('require("node:fs").writeFileSync(process.argv[1], "")', '/volumes/data/plain-release')
      assert.equal(await written, 'written')
      await holder
      assert.equal(await read('plain'), 'third')
    })

    test('nothing is left beside them, and everything still belongs to its owner', async () => {
      const { stdout } = await script(LIST)
      const expected = ['another-name', 'crashed', 'damaged', 'deep/er/wal #1?%41.bin', 'empty.db', 'notes.sqlite3', 'plain']
      assert.deepEqual(stdout.trim().split('\n'), expected.map((path) => `${path} 1000:1001`))
    })
  })
}

/** Returns once two processes of this machine have a file open: the one that holds it, and the one that wants it. */
async function opensTwice(inode: number): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const owners = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && hasOpen(pid, inode))
    if (owners.length >= 2) return
    if (performance.now() > deadline) throw new Error(`within 30 s nobody else opened the held database (inode ${inode}, open in ${owners.join(', ') || 'no process'})`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function hasOpen(pid: string, inode: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return statSync(`/proc/${pid}/fd/${fd}`).ino === inode
      } catch {
        return false
      }
    })
  } catch {
    return false
  }
}
