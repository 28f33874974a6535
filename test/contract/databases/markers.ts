import assert from 'node:assert/strict'
import type { Finished } from '../../../src/ports/process.ts'
import type { Database } from './container.ts'

/** What a command answered; the message says what it complained of. */
export function answer(ended: Finished): string {
  assert.equal(ended.exitCode, 0, `exit code ${ended.exitCode}: ${ended.stderr}`)
  return ended.stdout.trim()
}

/** What every database must do, whatever it is and however it was set up. */
export async function keepsMarkers(database: Database): Promise<void> {
  assert.equal(answer(await database.read('before')), '', 'nothing was ever written')
  assert.equal(answer(await database.write('before', 'first-0a1b')), '')
  assert.equal(answer(await database.read('before')), 'first-0a1b')
  assert.equal(answer(await database.read('later')), '', 'another name')
  assert.equal(answer(await database.write('before', 'second-2c')), '')
  assert.equal(answer(await database.write('later', 'third')), '')
  assert.equal(answer(await database.read('before')), 'second-2c')
  assert.equal(answer(await database.read('later')), 'third')
}

/** An error that says something, on both ways; never an answer that means "not there". */
export async function refuses(database: Database, env: Record<string, string>, says: RegExp): Promise<void> {
  for (const ended of [await database.write('before', 'other', env), await database.read('before', env)]) {
    assert.notEqual(ended.exitCode, 0, `it answered "${ended.stdout}"`)
    assert.equal(ended.stdout, '')
    assert.match(ended.stderr, says)
  }
}
