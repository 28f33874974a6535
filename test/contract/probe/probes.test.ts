import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { nodeProbes } from '../../../src/adapters/probe/node/probes.ts'
import type { HttpProbe } from '../../../src/ports/probe.ts'

const probes = nodeProbes()
const folder = mkdtempSync(join(tmpdir(), 'cc-ci-probe-'))
const servers: net.Server[] = []
const sockets = new Set<net.Socket>()

function listen(server: net.Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port)))
}

let ca: string
let certificate: { key: Buffer; cert: Buffer }

before(() => {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=A test authority', '-days', '2')
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'app.key', '-out', 'app.csr', '-subj', '/CN=app.ci.test', '-addext', 'subjectAltName=DNS:app.ci.test')
  openssl('x509', '-req', '-in', 'app.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'app.pem', '-days', '2', '-copy_extensions', 'copy')
  ca = readFileSync(join(folder, 'ca.pem'), 'utf8')
  certificate = { key: readFileSync(join(folder, 'app.key')), cert: readFileSync(join(folder, 'app.pem')) }
})

after(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true, force: true })
})

test('it connects where it is told, whatever the name resolves to, and says the name', async () => {
  const port = await listen(http.createServer((request, response) => response.end(`${request.method} ${request.headers.host}${request.url}`)))
  const answer = await probes.http({ url: 'http://app.ci.test/a?b=1', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.ok(answer.kind === 'answered')
  assert.deepEqual({ status: answer.status, body: answer.body }, { status: 200, body: 'GET app.ci.test/a?b=1' })
})

test('T11: proxy variables change nothing', async () => {
  const port = await listen(http.createServer((_, response) => response.end('direct')))
  const before = process.env.HTTP_PROXY
  process.env.HTTP_PROXY = process.env.http_proxy = 'http://127.0.0.1:9'
  try {
    const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
    assert.equal(answer.kind === 'answered' && answer.body, 'direct')
  } finally {
    delete process.env.http_proxy
    if (before === undefined) delete process.env.HTTP_PROXY
    else process.env.HTTP_PROXY = before
  }
})

test('a redirect is an answer, not followed', async () => {
  const port = await listen(http.createServer((_, response) => response.writeHead(302, { location: 'http://elsewhere.test/' }).end()))
  const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.ok(answer.kind === 'answered' && answer.status === 302 && answer.headers.location === 'http://elsewhere.test/')
})

test('a body is sent', async () => {
  const port = await listen(http.createServer((request, response) => request.pipe(response)))
  const answer = await probes.http({ url: 'http://app.ci.test/', method: 'PUT', body: 'grüße', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.equal(answer.kind === 'answered' && answer.body, 'grüße')
})

test('a certificate is checked against the authority that was given, and told', async () => {
  const port = await listen(https.createServer(certificate, (_, response) => response.end('safe')))
  const connect = { address: '127.0.0.1', port }
  const good = await probes.http({ url: 'https://app.ci.test/', connect, ca, timeoutMs: 2_000 })
  assert.ok(good.kind === 'answered')
  assert.deepEqual({ subject: good.certificate?.subject, issuer: good.certificate?.issuer, names: good.certificate?.names }, { subject: 'app.ci.test', issuer: 'A test authority', names: ['app.ci.test'] })
  const stranger = await probes.http({ url: 'https://app.ci.test/', connect, timeoutMs: 2_000 })
  assert.equal(stranger.kind, 'wrong-certificate')
  const otherName = await probes.http({ url: 'https://other.ci.test/', connect, ca, timeoutMs: 2_000 })
  assert.equal(otherName.kind, 'wrong-certificate')
})

test('nobody listens: refused', async () => {
  const server = net.createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.deepEqual({ ...answer, ms: 0 }, { kind: 'refused', says: 'ECONNREFUSED', ms: 0 })
})

test('somebody listens and says nothing: timed out', async () => {
  const port = await listen(net.createServer(() => {}))
  const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 100 })
  assert.ok(answer.kind === 'timed-out' && answer.after === 'answer')
})

test('an answer that breaks off is broken, not an answer', async () => {
  const port = await listen(http.createServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' })
    response.write('half')
    response.socket?.end()
  }))
  const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.equal(answer.kind, 'broken')
})

test('a huge body is cut, not read', async () => {
  const port = await listen(http.createServer((_, response) => {
    const more = () => { while (!response.destroyed && response.write('x'.repeat(65_536))); }
    response.on('drain', more)
    more()
  }))
  const answer = await probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 5_000, keepBytes: 1_000 })
  assert.ok(answer.kind === 'answered' && answer.body.length === 1_000)
})

test('told to stop, it stops', async () => {
  const port = await listen(net.createServer(() => {}))
  const stop = new AbortController()
  const asking = probes.http({ url: 'http://app.ci.test/', connect: { address: '127.0.0.1', port }, timeoutMs: 60_000, signal: stop.signal })
  stop.abort()
  assert.equal((await asking).kind, 'broken')
})

test('T47: a request that cannot be made is an answer, whatever is wrong with it, and a later abort meets nothing', async () => {
  const asked: string[] = []
  const port = await listen(http.createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  }))
  const impossible: Array<{ that: Partial<HttpProbe>; says: string }> = [
    { that: { headers: { 'x-who': 'Zoë — ci' } }, says: 'POST http://app.ci.test/: Invalid character in header content ["x-who"]' },
    { that: { headers: { 'x-who': 'two\nlines' } }, says: 'POST http://app.ci.test/: Invalid character in header content ["x-who"]' },
    { that: { headers: { 'x who': 'me' } }, says: 'POST http://app.ci.test/: Header name must be a valid HTTP token ["x who"]' },
    { that: { headers: { trailer: 'x-sum' } }, says: 'POST http://app.ci.test/: Trailers are invalid with this transfer encoding' },
    { that: { method: 'GET IT' }, says: 'GET IT http://app.ci.test/: Method must be a valid HTTP token ["GET IT"]' },
    { that: { url: 'http://' }, says: 'POST http://: Invalid URL' },
    { that: { connect: { address: '127.0.0.1', port: 70_000 } }, says: 'POST http://app.ci.test/: Port should be >= 0 and < 65536. Received type number (70000).' },
  ]
  const stop = new AbortController()
  for (const { that, says } of impossible) {
    const answer = await probes.http({ url: 'http://app.ci.test/', method: 'POST', body: 'x', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000, signal: stop.signal, ...that })
    assert.deepEqual({ ...answer, ms: 0 }, { kind: 'not-sent', says, ms: 0 })
  }
  stop.abort()
  const good = await probes.http({ url: 'http://app.ci.test/after', connect: { address: '127.0.0.1', port }, timeoutMs: 2_000 })
  assert.deepEqual([good.kind, asked], ['answered', ['/after']])
})
