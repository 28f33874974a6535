import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DatabaseWish, startDatabase } from './container.ts'
import { answer, keepsMarkers, refuses } from './markers.ts'

const PASSWORD = `it's "the" $HOME \\ %s`

const mariadb: Pick<DatabaseWish, 'kind' | 'image' | 'data' | 'ready'> = {
  kind: 'mariadb',
  image: 'mariadb:10.11',
  data: '/var/lib/mysql',
  ready: ['healthcheck.sh', '--connect', '--innodb_initialized'],
}

test('T41: MariaDB with the password of root in its environment; a wrong one is an error, not an empty answer', async (t) => {
  const database = await startDatabase(t, { ...mariadb, env: { MARIADB_ROOT_PASSWORD: PASSWORD } })
  await keepsMarkers(database)
  await refuses(database, { MARIADB_ROOT_PASSWORD: 'wrong' }, /Access denied for user 'root'@'localhost'/)
  await refuses(database, { MARIADB_ROOT_PASSWORD: '' }, /Access denied for user 'root'@'localhost'/)
  await refuses(database, { MARIADB_ROOT_PASSWORD_FILE: '/nosuch' }, /\/nosuch/)
  await refuses(database, { MARIADB_DATABASE: 'nosuch' }, /Unknown database 'nosuch'/)
  assert.equal(answer(await database.read('before')), 'second-2c', 'what was refused changed nothing')
})

test('MariaDB with the password of root in a file, under the old names, and a database of its own', async (t) => {
  const database = await startDatabase(t, { ...mariadb, env: { MYSQL_ROOT_PASSWORD_FILE: '/password', MYSQL_DATABASE: 'cloud-data' }, files: { '/password': `${PASSWORD}\n` } })
  await keepsMarkers(database)
  const rows = await database.exec(['sh', '-c', 'MYSQL_PWD="$(cat /password)" mariadb -uroot -NB cloud-data -e "SELECT name, value FROM cc_ci_marker ORDER BY name"'])
  assert.equal(answer(rows), 'before\tsecond-2c\nlater\tthird')
})

test('MariaDB where nobody knows the password of root: as the user of its own', async (t) => {
  const database = await startDatabase(t, {
    ...mariadb,
    env: { MARIADB_RANDOM_ROOT_PASSWORD: '1', MARIADB_USER: 'cloud', MARIADB_PASSWORD_FILE: '/password', MARIADB_DATABASE: 'cloud' },
    files: { '/password': PASSWORD },
  })
  await keepsMarkers(database)
  await refuses(database, { MARIADB_PASSWORD_FILE: '', MARIADB_PASSWORD: 'wrong' }, /Access denied for user 'cloud'@'localhost'/)
})
