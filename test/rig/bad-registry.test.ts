import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { BadRegistry } from './bad-registry.ts'
import { startBadRegistry } from './bad-registry.ts'

const layer = Buffer.alloc(100_000, 'x')
const good = createServer((asked, answer) => {
  const body = asked.url?.includes('/blobs/') ? layer : Buffer.from('{}')
  answer.writeHead(200, { 'content-length': body.length })
  answer.end(body)
})
let bad: BadRegistry
before(async () => {
  await new Promise<void>((done) => good.listen(0, '127.0.0.1', done))
  bad = await startBadRegistry({ upstream: { host: '127.0.0.1', port: (good.address() as AddressInfo).port } })
})
after(async () => {
  await bad.close()
  good.closeAllConnections()
  await new Promise((done) => good.close(done))
})

const get = (path: string) => fetch(`http://${bad.host}${path}`)

test('without a fault it passes everything on', async () => {
  bad.fail({ kind: 'none' })
  assert.equal((await (await get('/v2/library/a/blobs/sha256:1')).arrayBuffer()).byteLength, layer.length)
  assert.ok(bad.requests.includes('GET /v2/library/a/blobs/sha256:1'))
})

test('a pull limit answers 429 to manifests, as Docker Hub does', async () => {
  bad.fail({ kind: 'pull-limit' })
  const answer = await get('/v2/library/a/manifests/1')
  assert.equal(answer.status, 429)
  assert.match(await answer.text(), /toomanyrequests/)
})

test('a layer that is cut short breaks off instead of ending', async () => {
  bad.fail({ kind: 'cut-short' })
  const answer = await get('/v2/library/a/blobs/sha256:1')
  await assert.rejects(answer.arrayBuffer())
})

test('a slow layer comes whole, at its pace', async () => {
  bad.fail({ kind: 'slow', bytesPerSecond: 500_000 })
  const began = performance.now()
  assert.equal((await (await get('/v2/library/a/blobs/sha256:1')).arrayBuffer()).byteLength, layer.length)
  assert.ok(performance.now() - began > 100)
})
