import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DatabaseWish, startDatabase } from './container.ts'
import { answer, keepsMarkers, refuses } from './markers.ts'

const PASSWORD = `it's "the" $HOME \\ %s`

const postgres: Pick<DatabaseWish, 'kind' | 'image' | 'data' | 'ready'> = {
  kind: 'postgres',
  image: 'postgres:15',
  data: '/var/lib/postgresql/data',
  // Over TCP: while it sets itself up it listens on its socket only.
  ready: ['pg_isready', '-q', '-h', '127.0.0.1'],
}

/** As a careful recipe has it: the password is asked for on the socket, too. The image's default trusts everybody inside. */
const asksForPassword = { POSTGRES_INITDB_ARGS: '--auth=scram-sha-256' }

test('T41: PostgreSQL with the password in its environment; a wrong one is an error, not an empty answer', async (t) => {
  const database = await startDatabase(t, { ...postgres, env: { ...asksForPassword, POSTGRES_PASSWORD: PASSWORD } })
  await keepsMarkers(database)
  await refuses(database, { POSTGRES_PASSWORD: 'wrong' }, /password authentication failed/)
  await refuses(database, { POSTGRES_PASSWORD: '' }, /no password supplied/)
  await refuses(database, { POSTGRES_PASSWORD_FILE: '/nosuch' }, /\/nosuch/)
  await refuses(database, { POSTGRES_DB: 'nosuch' }, /"nosuch" does not exist/)
  assert.equal(answer(await database.read('before')), 'second-2c', 'what was refused changed nothing')
})

test('PostgreSQL with the password in a file', async (t) => {
  const database = await startDatabase(t, { ...postgres, env: { ...asksForPassword, POSTGRES_PASSWORD_FILE: '/password' }, files: { '/password': `${PASSWORD}\n` } })
  await keepsMarkers(database)
})

test('PostgreSQL with a user and a database of its own, by file and by value', async (t) => {
  const database = await startDatabase(t, { ...postgres, env: { POSTGRES_PASSWORD: PASSWORD, POSTGRES_USER_FILE: '/user', POSTGRES_DB: 'cloud data' }, files: { '/user': 'cloud' } })
  await keepsMarkers(database)
  const rows = await database.exec(['psql', '-U', 'cloud', '-d', 'cloud data', '-tAc', 'SELECT name, value FROM cc_ci_marker ORDER BY name'])
  assert.equal(answer(rows), 'before|second-2c\nlater|third')
})
