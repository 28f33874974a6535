import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileSecretStore } from '../../../src/adapters/secret-store/files/store.ts'
import { temporaryFolder } from '../../support/cli.ts'

const open = () => {
  const folder = temporaryFolder('secrets')
  return { store: fileSecretStore({ stateFolder: folder.path }), path: folder.path, file: join(folder.path, 'platform/a/secrets.sealed'), [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('T58: a secret that was made is kept, also for the next process, and is never another one under the same name', async () => {
  using given = open()
  const { store, path } = given
  assert.deepEqual([await store.get('a', 'token_v1'), await store.sealed('a')], [undefined, null])
  await store.put('a', 'token_v1', 'correct horse')
  await store.put('a', 'token_v1', 'correct horse')
  await assert.rejects(store.put('a', 'token_v1', 'battery staple'), { kind: 'conflict' })
  await store.put('a', 'token_v2', 'battery staple')
  const next = fileSecretStore({ stateFolder: path })
  assert.deepEqual([await next.get('a', 'token_v1'), await next.get('a', 'token_v2'), await next.get('b', 'token_v1'), await next.get('a', 'constructor')], ['correct horse', 'battery staple', undefined, undefined])
})

test('on disk it is sealed, for its owner alone, and of no use without the key', async () => {
  using given = open()
  const { store, path, file } = given
  await store.put('a', 'token_v1', 'correct horse')
  const sealed = readFileSync(file)
  assert.ok(!sealed.includes('correct') && !sealed.includes(Buffer.from('correct horse').toString('base64')))
  assert.deepEqual([file, join(path, 'secret.key')].map((one) => statSync(one).mode & 0o777), [0o600, 0o600])
  assert.deepEqual(Buffer.from((await store.sealed('a'))!), sealed)
  writeFileSync(join(path, 'secret.key'), Buffer.alloc(32))
  await assert.rejects(store.get('a', 'token_v1'), { kind: 'unexpected', message: /damaged, or its key is another one/ })
  rmSync(join(path, 'secret.key'))
  await assert.rejects(store.get('a', 'token_v1'), { kind: 'unexpected', message: /the key .* is gone/ })
})

test('one changed byte is noticed', async () => {
  using given = open()
  const { store, file } = given
  await store.put('a', 'token_v1', 'correct horse')
  const sealed = JSON.parse(readFileSync(file, 'utf8')) as { data: string }
  const data = Buffer.from(sealed.data, 'base64')
  data[3]! ^= 1
  writeFileSync(file, JSON.stringify({ ...sealed, data: data.toString('base64') }))
  await assert.rejects(store.get('a', 'token_v1'), { kind: 'unexpected' })
})
