import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DatabaseWish, startDatabase } from './container.ts'
import { answer, keepsMarkers, refuses } from './markers.ts'

const PASSWORD = `it's "the" $HOME %s`

const redis: Pick<DatabaseWish, 'kind' | 'image' | 'data' | 'ready'> = { kind: 'redis', image: 'redis:7', data: '/data', ready: ['redis-cli', 'ping'] }

test('Redis without a password', async (t) => {
  const database = await startDatabase(t, { ...redis, env: {} })
  await keepsMarkers(database)
  assert.equal(answer(await database.exec(['redis-cli', 'GET', 'cc-ci-marker:before'])), 'second-2c')
  await database.exec(['redis-cli', 'CONFIG', 'SET', 'maxmemory', '1'])
  const full = await database.write('before', 'too-much')
  assert.equal(full.exitCode, 1)
  assert.match(full.stderr, /^OOM command not allowed/)
})

test('T41: Redis with a password in its environment; a wrong one is an error, not an empty answer', async (t) => {
  const database = await startDatabase(t, { ...redis, env: { REDIS_PASSWORD: PASSWORD }, command: ['sh', '-c', 'exec redis-server --protected-mode no --requirepass "$REDIS_PASSWORD"'] })
  await keepsMarkers(database)
  await refuses(database, { REDIS_PASSWORD: 'wrong' }, /NOAUTH Authentication required/)
  await refuses(database, { REDIS_PASSWORD: '' }, /NOAUTH Authentication required/)
  await refuses(database, { REDIS_PASSWORD_FILE: '/nosuch' }, /\/nosuch/)
  assert.equal(answer(await database.read('before')), 'second-2c', 'what was refused changed nothing')
})

test('Redis with a password in a file', async (t) => {
  const command = ['sh', '-c', 'exec redis-server --protected-mode no --requirepass "$(cat "$REDIS_PASSWORD_FILE")"']
  const database = await startDatabase(t, { ...redis, env: { REDIS_PASSWORD_FILE: '/password' }, files: { '/password': `${PASSWORD}\n` }, command })
  await keepsMarkers(database)
})

test('Redis that is only a cache takes no marker: nothing of it is meant to stay', async (t) => {
  const database = await startDatabase(t, { ...redis, env: {}, command: ['--save', '', '--appendonly', 'no'] })
  const ended = await database.write('before', 'first')
  assert.equal(ended.exitCode, 1)
  assert.equal(ended.stderr.trim(), 'it is set to keep nothing on disk (appendonly no, save empty)')
})
