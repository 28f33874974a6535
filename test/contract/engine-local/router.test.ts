import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { openRouter, type Lookup } from '../../../src/adapters/engine/local/router.ts'
import { ask } from '../engine/http.ts'
import { untilRunning } from '../engine/wait.ts'
import * as wishes from '../engine/wishes.ts'
import { world } from './support.ts'

async function routed(t: TestContext, lookup: Lookup) {
  const router = openRouter(lookup)
  t.after(() => router.close())
  return { router, reach: { scheme: 'http' as const, address: '127.0.0.1', port: await router.port(), domain: 'test' } }
}

async function listening(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as { port: number }).port
}

test('404 without a rule, 503 without a task, 502 where the task does not answer: told apart', async (t) => {
  const closed = await unusedPort()
  const { reach } = await routed(t, (host) => ({ 'empty.test': [], 'dead.test': [closed] })[host])
  const answers = await Promise.all(['nobody.test', 'empty.test', 'dead.test'].map((host) => ask(reach, host)))
  assert.deepEqual(answers.map(({ status, body }) => [status, body]), [[404, '404 page not found\n'], [503, 'no available server\n'], [502, 'Bad Gateway\n']])
})

test('the host is matched without its port and its case; method, body, headers and status pass through', async (t) => {
  const port = await listening(t, createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => response.writeHead(201, { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body })))
  }))
  const { reach } = await routed(t, (host) => (host === 'app.test' ? [port] : undefined))
  const answer = await ask(reach, `App.test:${reach.port}`, '/a?b=c', { method: 'PUT', body: 'text', headers: { 'x-sent': 'on' } })
  assert.equal(answer.status, 201)
  assert.equal(answer.headers['x-own'], 'yes')
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2'])
  const seen = JSON.parse(answer.body)
  assert.deepEqual([seen.method, seen.url, seen.body, seen.headers['x-sent'], seen.headers.host], ['PUT', '/a?b=c', 'text', 'on', `App.test:${reach.port}`])
  assert.deepEqual([seen.headers['x-forwarded-proto'], seen.headers['x-forwarded-host'], seen.headers['x-forwarded-port']], ['http', `App.test:${reach.port}`, String(reach.port)])
})

test('several tasks take turns', async (t) => {
  const ports = await Promise.all(['one', 'two'].map((name) => listening(t, createServer((_, response) => response.end(name)))))
  const { reach } = await routed(t, () => ports)
  const bodies = new Set<string>()
  for (let count = 0; count < 4; count++) bodies.add((await ask(reach, 'app.test')).body)
  assert.deepEqual([...bodies].sort(), ['one', 'two'])
})

test('a WebSocket passes, both ways, and ends with the router', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  await bringUp(stack(wishes.web()))
  const { port } = await engine.reach()
  const socket = connect({ host: '127.0.0.1', port })
  socket.write(`GET /socket HTTP/1.1\r\nHost: ${app.domain}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
  let heard = ''
  let said = false
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  await new Promise<void>((resolve) =>
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard.includes('\r\n\r\n') && !said) said = socket.write('hello') || true
      if (heard.endsWith('hello')) resolve()
    }),
  )
  assert.match(heard, /^HTTP\/1.1 101 Switching Protocols\r\n/)
  assert.match(heard, /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/)
  await engine.close()
  await ended
})

test('only a healthy task is given requests', async (t) => {
  const { engine, app, stack, recipe } = world(t)
  const deployment = await engine.deploy(app, { stack: stack(wishes.healthyAfter(700)), folder: recipe, digests: {} })
  const reach = await engine.reach()
  assert.equal((await ask(reach, app.domain)).status, 503)
  await untilRunning(engine, app, deployment)
  assert.equal((await ask(reach, app.domain)).status, 200)
})

async function unusedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('a published port leads to the running task, follows it through an update, and closes with the app', async (t) => {
  const { engine, app, stack, bringUp } = world(t)
  const port = await unusedPort()
  const publishing = (version: string) => {
    const wish = stack(wishes.web(version))
    return { ...wish, services: { web: { ...wish.services.web!, ports: [{ target: 3000, published: port, protocol: 'tcp' as const, mode: 'ingress' as const }] } } }
  }
  const way = { ...(await engine.reach()), port }
  for (const version of ['one', 'two']) {
    await bringUp(publishing(version))
    assert.equal((await ask(way, 'any.test')).body, `${version}\n`)
  }
  await engine.remove(app, { data: 'doomed' })
  await assert.rejects(ask(way, 'any.test'), { code: 'ECONNREFUSED' })
})

test('a published port that is taken is a conflict, and nothing runs', async (t) => {
  const { engine, app, stack, recipe } = world(t)
  const port = await listening(t, createServer())
  const wish = stack(wishes.web())
  const publishing = { ...wish, services: { web: { ...wish.services.web!, ports: [{ target: 3000, published: port, protocol: 'tcp' as const, mode: 'host' as const }] } } }
  await assert.rejects(engine.deploy(app, { stack: publishing, folder: recipe, digests: {} }), { kind: 'conflict' })
  assert.deepEqual((await engine.inventory()).filter(({ kind }) => kind === 'process'), [])
})
