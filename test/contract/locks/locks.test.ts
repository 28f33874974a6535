import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { sqliteLocks } from '../../../src/adapters/lock/sqlite/locks.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { isPortError } from '../../../src/ports/port-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'cc-ci-locks-'))
/** A test that fails leaves nobody who holds. */
const others = new Set<ChildProcess>()
after(() => {
  for (const child of others) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
const locks = sqliteLocks({ folder, clock: systemClock(), pid: process.pid })

/** Another process that takes a lock, says so, and holds it until it is killed. */
async function otherHolding(name: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const program = `
    import { sqliteLocks } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/lock/sqlite/locks.ts'))}
    import { systemClock } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/clock/system.ts'))}
    const held = await sqliteLocks({ folder: ${JSON.stringify(folder)}, clock: systemClock(), pid: process.pid }).tryAcquire(${JSON.stringify(name)}, 'a test')
    console.log('release' in held ? 'held' : 'refused')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] })
  others.add(child)
  const [said] = (await once(child.stdout!, 'data')) as [Buffer]
  assert.equal(said.toString().trim(), 'held')
  return {
    pid: child.pid!,
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

test('a lock is held by one, and says by whom and why', async () => {
  const held = await locks.tryAcquire('run:a/b', 'a run of notes')
  assert.ok('release' in held)
  const again = await locks.tryAcquire('run:a/b', 'another')
  assert.ok('heldBy' in again)
  assert.deepEqual({ pid: again.heldBy.pid, why: again.heldBy.why }, { pid: process.pid, why: 'a run of notes' })
  await held.release()
  await held.release()
  const then = await locks.tryAcquire('run:a/b', 'another')
  assert.ok('release' in then)
  await then.release()
})

test('T29: a lock ends with its process, killed or not, and never before', async () => {
  const other = await otherHolding('dies')
  assert.equal((await locks.holder('dies'))?.pid, other.pid)
  const refused = await locks.tryAcquire('dies', 'me')
  assert.ok('heldBy' in refused)
  const waiting = locks.acquire('dies', 'me', { deadlineMs: 10_000 })
  await other.kill()
  const held = await waiting
  await held.release()
  assert.equal(await locks.holder('dies'), null)
})

test('a lock holds though it cannot be written down who holds it', async () => {
  mkdirSync(join(folder, 'unsaid.holder.json'))
  const held = await locks.tryAcquire('unsaid', 'me')
  assert.ok('release' in held)
  assert.deepEqual(await locks.holder('unsaid'), { pid: 0, why: 'somebody who has not said yet', since: 0 })
  await held.release()
  assert.equal(await locks.holder('unsaid'), null)
})

test('waiting has a deadline, and says who is in the way', async () => {
  const other = await otherHolding('busy')
  await assert.rejects(locks.acquire('busy', 'me', { deadlineMs: 60 }), (error: unknown) => isPortError(error, 'timeout') && error.message.includes('a test') && error.message.includes(String(other.pid)))
  await other.kill()
})

test('waiting ends when it is told to', async () => {
  const other = await otherHolding('cancelled')
  const cancel = new AbortController()
  const waiting = locks.acquire('cancelled', 'me', { deadlineMs: 60_000, signal: cancel.signal })
  cancel.abort()
  await assert.rejects(waiting, (error: unknown) => isPortError(error, 'timeout'))
  await other.kill()
})

test('T29: whoever only looks who holds a lock keeps nobody from taking it, and is taken for no holder', async () => {
  const program = `
    import { sqliteLocks } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/lock/sqlite/locks.ts'))}
    import { systemClock } from ${JSON.stringify(join(import.meta.dirname, '../../../src/adapters/clock/system.ts'))}
    const locks = sqliteLocks({ folder: ${JSON.stringify(folder)}, clock: systemClock(), pid: process.pid })
    console.log('looks')
    for (;;) { await locks.holder('looked-at'); await new Promise(setImmediate) }`
  await (await locks.acquire('looked-at', 'so that it is there', { deadlineMs: 10_000 })).release()
  const looking = [0, 1].map(() => spawn(process.execPath, ['--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] }))
  try {
    await Promise.all(looking.map((child) => once(child.stdout, 'data')))
    for (let count = 0; count < 500; count++) {
      const held = await locks.tryAcquire('looked-at', 'me')
      assert.ok('release' in held, `refused at the ${count}th time`)
      await held.release()
      assert.equal(await locks.holder('looked-at'), null)
    }
  } finally {
    for (const child of looking) child.kill('SIGKILL')
    await Promise.all(looking.map((child) => once(child, 'exit')))
  }
})
