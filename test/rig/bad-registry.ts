import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ports } from './places.ts'

/**
 * A registry that fails the way registries do: a proxy in front of the rig's own. An image is reached through it as
 * `<host>/library/redis:7`. (As the engine's mirror it would be of no use: where a mirror fails, the engine asks Docker Hub itself.)
 */
export type Fault =
  | { kind: 'none' }
  /** 429 with `toomanyrequests`, as Docker Hub answers when its pull limit is reached. */
  | { kind: 'pull-limit' }
  /** 503 for everything, or another status. */
  | { kind: 'unavailable', status?: number }
  /** Layers break off half way; also those of `<host>/unseen/<anything>`, which no engine has already. */
  | { kind: 'cut-short' }
  /** Layers come at this pace. */
  | { kind: 'slow', bytesPerSecond: number }

const LAYER_BYTES = 1024 * 1024
const blob = () => ({ size: LAYER_BYTES, digest: `sha256:${randomBytes(32).toString('hex')}` })
const UNSEEN = { config: blob(), layer: blob() }

export interface BadRegistry {
  /** `127.0.0.1:PORT`. */
  host: string
  fail(fault: Fault): void
  /** Method and path of every request so far. */
  requests: string[]
  close(): Promise<void>
}

export async function startBadRegistry(given: { fault?: Fault; upstream?: { host: string; port: number } } = {}): Promise<BadRegistry> {
  const upstream = given.upstream ?? { host: '127.0.0.1', port: ports.registry }
  const requests: string[] = []
  let fault: Fault = given.fault ?? { kind: 'none' }
  const server = createServer((asked, answer) => {
    requests.push(`${asked.method} ${asked.url}`)
    const about = asked.url ?? ''
    if (fault.kind === 'pull-limit' && about.includes('/manifests/')) return refuse(answer, 429, 'TOOMANYREQUESTS', 'toomanyrequests: You have reached your pull rate limit.')
    if (fault.kind === 'unavailable') return refuse(answer, fault.status ?? 503, 'UNAVAILABLE', 'service unavailable')
    if (fault.kind === 'cut-short' && about.startsWith('/v2/unseen/')) return unseen(about, answer)
    pass({ asked, answer, upstream, fault: about.includes('/blobs/') ? fault : { kind: 'none' } })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    fail(next) { fault = next },
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** An image whose layer nobody has, and nobody gets. */
function unseen(about: string, answer: ServerResponse): void {
  if (about.includes('/blobs/')) {
    answer.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': LAYER_BYTES })
    return void answer.write(Buffer.alloc(LAYER_BYTES / 2), () => answer.destroy())
  }
  const type = 'application/vnd.docker.distribution.manifest.v2+json'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', ...UNSEEN.config },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...UNSEEN.layer }],
  })
  answer.writeHead(200, { 'content-type': type, 'content-length': manifest.length, 'docker-content-digest': `sha256:${createHash('sha256').update(manifest).digest('hex')}` })
  answer.end(manifest)
}

function refuse(answer: ServerResponse, status: number, code: string, message: string): void {
  answer.writeHead(status, { 'content-type': 'application/json' })
  answer.end(JSON.stringify({ errors: [{ code, message }] }))
}

function pass({ asked, answer, upstream, fault }: { asked: IncomingMessage; answer: ServerResponse; upstream: { host: string; port: number }; fault: Fault }): void {
  const forwarded = request({ ...upstream, method: asked.method, path: asked.url, headers: asked.headers }, (theirs) => {
    answer.writeHead(theirs.statusCode ?? 502, theirs.headers)
    if (fault.kind === 'cut-short' && asked.method === 'GET') return cutShort(theirs, answer)
    if (fault.kind === 'slow') return slowDown(theirs, answer, fault.bytesPerSecond)
    theirs.pipe(answer)
  })
  forwarded.on('error', () => answer.destroy())
  answer.on('close', () => forwarded.destroy())
  asked.pipe(forwarded)
}

function cutShort(theirs: IncomingMessage, answer: ServerResponse): void {
  const half = Number(theirs.headers['content-length'] ?? 2) / 2
  let sent = 0
  theirs.on('data', (part: Buffer) => {
    const rest = Math.max(0, Math.floor(half - sent))
    sent += part.length
    answer.write(part.subarray(0, rest), () => { if (sent >= half) answer.destroy() })
  })
}

function slowDown(theirs: IncomingMessage, answer: ServerResponse, bytesPerSecond: number): void {
  theirs.on('data', (part: Buffer) => {
    theirs.pause()
    answer.write(part)
    const timer = setTimeout(() => theirs.resume(), (part.length / bytesPerSecond) * 1000)
    answer.once('close', () => clearTimeout(timer))
  })
  theirs.on('end', () => answer.end())
}
