import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../../ports/clock.ts'
import type { Held, Holder, Locks } from '../../../ports/lock.ts'
import { PortError } from '../../../ports/port-error.ts'

/** Pace of asking again, ms: the kernel tells nobody that a lock became free. */
const PACE = { first: 20, most: 500, growth: 1.5 }

/**
 * A lock is an exclusive transaction in a SQLite file of its own: SQLite holds it with the kernel's record locks, so it ends with
 * the process, also on kill -9, and a stale file means nothing. Who holds it stands in a text file beside it, for people only.
 * Node brings SQLite; it has no binding for flock.
 */
export function sqliteLocks(given: { folder: string; clock: Clock; pid: number }): Locks {
  const { folder, clock, pid } = given

  const files = (name: string) => {
    const safe = name.replace(/[^\w.-]/g, (letter) => `%${letter.codePointAt(0)!.toString(16)}`)
    return { lock: join(folder, `${safe}.lock`), holder: join(folder, `${safe}.holder.json`) }
  }

  async function tryAcquire(name: string, why: string): Promise<Held | { heldBy: Holder }> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { lock, holder } = files(name)
    const database = openExclusive(lock)
    if (!database) return { heldBy: readHolder(holder) }
    sayWho(holder, { pid, why, since: clock.now() })
    let released = false
    return {
      async release() {
        if (released) return
        released = true
        database.exec('ROLLBACK')
        database.close()
      },
    }
  }

  return {
    tryAcquire,
    async acquire(name, why, { deadlineMs, signal, onWait }) {
      const from = clock.monotonic()
      let pace = PACE.first
      let told = 0
      for (;;) {
        const answer = await tryAcquire(name, why)
        if (!('heldBy' in answer)) return answer
        if (answer.heldBy.pid !== told) {
          told = answer.heldBy.pid
          onWait?.(answer.heldBy)
        }
        if (signal?.aborted) throw new PortError('timeout', `Gave up waiting for the lock ${name}, because we were told to stop. It is held: ${answer.heldBy.why} (process ${answer.heldBy.pid}).`, { againCanHelp: true })
        if (clock.monotonic() - from > deadlineMs) {
          throw new PortError('timeout', `The lock ${name} did not become free within ${Math.round(deadlineMs / 1000)} s. It is held: ${answer.heldBy.why} (process ${answer.heldBy.pid}). Wait for that to end, or end it.`)
        }
        await clock.pause(pace, signal)
        pace = Math.min(PACE.most, pace * PACE.growth)
      }
    },
    async holder(name) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const { lock, holder } = files(name)
      return existsSync(lock) && isHeld(lock) ? readHolder(holder) : null
    },
  }
}

/** The open, locked database; undefined where somebody else holds it. Somebody who only looks is in the way for a moment, and does not count. */
function openExclusive(file: string): DatabaseSync | undefined {
  for (;;) {
    // Nothing is ever written: a journal would only be one more file that a killed holder leaves.
    const database = openAnd(file, 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    if (database || isHeld(file)) return database
  }
}

/** By reading: readers go on beside each other, so that nobody who looks takes another one who looks for the holder. */
function isHeld(file: string): boolean {
  const database = openAnd(file, 'SELECT count(*) FROM sqlite_master')
  database?.close()
  return database === undefined
}

/** Undefined where the file is locked against it. */
function openAnd(file: string, statement: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 0 })
    database.exec(statement)
    return database
  } catch (error) {
    database?.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return undefined
    throw new PortError('unexpected', `The lock file ${file} cannot be used: ${error instanceof Error ? error.message : String(error)}. Remove it when no cc-ci is running.`, { cause: error })
  }
}

/** For people only: the lock holds without it. Where it cannot be written, that of the holder before must not stand for ours. */
function sayWho(file: string, holder: Holder): void {
  try {
    writeFileSync(file, JSON.stringify(holder), { mode: 0o600 })
  } catch {
    try {
      rmSync(file, { force: true })
    } catch {
      // Then it says what is wrong, to people; nobody acts on it.
    }
  }
}

function readHolder(file: string): Holder {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Holder
    if (typeof value.pid === 'number' && typeof value.why === 'string' && typeof value.since === 'number') return value
  } catch {
    // Just taken, its holder not written yet: the lock itself is what counts.
  }
  return { pid: 0, why: 'somebody who has not said yet', since: 0 }
}
