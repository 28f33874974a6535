import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { rigEnv } from '../../rig/index.ts'
import { busybox, swarm } from './support.ts'

const soon = () => AbortSignal.timeout(60_000)

/** A registry on this machine that does to every request what it is told. */
async function registry(t: TestContext, answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('what was fetched has the digest of the registry', async (t) => {
  const { engine } = await swarm(t)
  const pulled = await engine.pull(busybox, soon())
  const { registry: mirror } = await rigEnv()
  const answer = await fetch(`http://${mirror}/v2/library/busybox/manifests/1.35`, { headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' } })
  assert.equal(pulled.digest, answer.headers.get('docker-content-digest'))
  assert.equal(pulled.name, busybox)
  assert.ok(pulled.ms > 0)
})

test('a tag that the registry does not have is not found', async (t) => {
  const { engine } = await swarm(t)
  const { registry: mirror } = await rigEnv()
  await assert.rejects(engine.pull(`${mirror}/library/busybox:never`, soon()), { kind: 'not-found', againCanHelp: false })
})

test('T34: a pull limit is told from an image that does not exist', async (t) => {
  const { engine } = await swarm(t)
  const host = await registry(t, (_, response) => {
    response.writeHead(429, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit' }] }))
  })
  await assert.rejects(engine.pull(`${host}/app:1`, soon()), { kind: 'limited', againCanHelp: true })
})

test('a registry that refuses connections, has no name, or answers 5xx is unreachable', async (t) => {
  const { engine } = await swarm(t)
  await assert.rejects(engine.pull('127.0.0.1:1/app:1', soon()), { kind: 'unreachable', againCanHelp: true })
  await assert.rejects(engine.pull('registry.invalid/app:1', soon()), { kind: 'unreachable' })
  const host = await registry(t, (_, response) => response.writeHead(503).end())
  await assert.rejects(engine.pull(`${host}/app:1`, soon()), { kind: 'unreachable' })
})

/** Of a layer that is cut short the engine says `unexpected EOF` after trying for 50 s by itself; damaged ones it gives up on at once. */
test('a layer that was damaged on the way is the network, not the image', async (t) => {
  const { engine } = await swarm(t)
  const layer = Buffer.alloc(4096, 1)
  const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }))
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: { mediaType: 'application/vnd.docker.container.image.v1+json', size: config.length, digest: digestOf(config) },
      layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', size: layer.length, digest: digestOf(layer) }],
    }),
  )
  const host = await registry(t, ({ url = '', method }, response) => {
    if (url === '/v2/') return response.writeHead(200).end('{}')
    if (url.includes('/manifests/')) return response.writeHead(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v2+json', 'content-length': manifest.length, 'docker-content-digest': digestOf(manifest) }).end(method === 'HEAD' ? undefined : manifest)
    if (url.endsWith(digestOf(config))) return response.writeHead(200, { 'content-length': config.length }).end(config)
    response.writeHead(200, { 'content-length': layer.length }).end(Buffer.alloc(layer.length, 2))
  })
  await assert.rejects(engine.pull(`${host}/app:1`, soon()), { kind: 'unreachable' })
})

test('giving up ends the pull', async (t) => {
  const { engine } = await swarm(t)
  const host = await registry(t, () => {})
  await assert.rejects(engine.pull(`${host}/app:1`, AbortSignal.timeout(300)), { kind: 'timeout' })
})

test('what is here by digest is not asked for again: going back works with the registry gone', async (t) => {
  const { engine } = await swarm(t)
  const { digest } = await engine.pull(busybox, soon())
  const alone = `busybox@${digest}`
  assert.deepEqual((await engine.pull(alone, soon())).digest, digest)
  await assert.rejects(engine.pull(`registry.invalid/busybox@${digest}`, soon()), { kind: 'unreachable' })
})
