import type { ClientRequest } from 'node:http'
import https from 'node:https'
import net from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { http } from '../../../lib/node-http.ts'
import { isWrongCertificate } from '../../../lib/wrong-certificate.ts'
import type { Certificate, HttpProbe, ProbeAnswer, Probes } from '../../../ports/probe.ts'

const USUAL_KEEP = 64 * 1024

/**
 * Probes with Node's own client, one connection each, straight to the address that was given: no resolver, no proxy
 * variables, no redirects, no pool whose old connection could still lead to an old task (trap 11, trap 4).
 */
export function nodeProbes(): Probes {
  return { http: probe }
}

function probe(request: HttpProbe): Promise<ProbeAnswer> {
  const from = performance.now()
  const took = () => Math.round(performance.now() - from)
  const told = 'we were told to stop asking'
  if (request.signal?.aborted) return Promise.resolve({ kind: 'broken', says: told, ms: took() })
  let outgoing: ClientRequest
  try {
    outgoing = send(request)
  } catch (error) {
    return Promise.resolve({ kind: 'not-sent', says: `${request.method ?? 'GET'} ${request.url}: ${(error as Error).message}`, ms: took() })
  }
  // Nothing of the request is heard before the next tick, so no event is missed here.
  return new Promise((resolve) => {
    let over = false
    let connected = false
    let certificate: Certificate | undefined
    const timer = setTimeout(() => finish({ kind: 'timed-out', after: connected ? 'answer' : 'connect', ms: took() }), request.timeoutMs)
    const abort = () => finish({ kind: 'broken', says: told, ms: took() })
    request.signal?.addEventListener('abort', abort, { once: true })

    function finish(answer: ProbeAnswer): void {
      if (over) return
      over = true
      clearTimeout(timer)
      request.signal?.removeEventListener('abort', abort)
      outgoing.destroy()
      resolve(answer)
    }

    outgoing.on('socket', (socket) => {
      socket.on('connect', () => (connected = true))
      socket.on('secureConnect', () => (certificate = certificateOf(socket as TLSSocket)))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? ''
      if (isWrongCertificate(code)) return finish({ kind: 'wrong-certificate', says: withoutAdvice(error.message), ...(certificate ? { certificate } : {}), ms: took() })
      if (!connected) return finish({ kind: 'refused', says: code || error.message, ms: took() })
      finish({ kind: 'broken', says: code ? `${code}: ${error.message}` : error.message, ms: took() })
    })
    outgoing.on('response', (response) => {
      const keep = request.keepBytes ?? USUAL_KEEP
      const parts: Buffer[] = []
      let kept = 0
      const answered = () =>
        finish({
          kind: 'answered',
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([key, value]) => [key, Array.isArray(value) ? value.join(', ') : (value ?? '')])),
          body: Buffer.concat(parts).toString('utf8'),
          ...(certificate ? { certificate } : {}),
          ms: took(),
        })
      response.on('data', (part: Buffer) => {
        parts.push(part.subarray(0, keep - kept))
        kept += Math.min(part.length, keep - kept)
        if (kept >= keep) answered()
      })
      response.on('end', answered)
      response.on('error', (error) => finish({ kind: 'broken', says: `the answer broke off: ${error.message}`, ms: took() }))
      response.on('aborted', () => finish({ kind: 'broken', says: 'the answer broke off', ms: took() }))
    })
  })
}

/** Throws where no such request can be made, and has then opened nothing. */
function send(request: HttpProbe): ClientRequest {
  const url = new URL(request.url)
  const secure = url.protocol === 'https:'
  const outgoing = (secure ? https : http).request({
    method: request.method ?? 'GET',
    host: request.connect.address,
    port: request.connect.port,
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'cc-ci', connection: 'close', ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }), ...request.headers },
    agent: false,
    ...(secure ? { servername: net.isIP(url.hostname) ? '' : url.hostname, ...(request.ca ? { ca: request.ca } : {}) } : {}),
  })
  try {
    outgoing.end(request.body)
  } catch (error) {
    outgoing.on('error', () => {})
    outgoing.destroy()
    throw error
  }
  return outgoing
}

/** Node adds what somebody who calls it from a shell could try, which here would mislead. */
function withoutAdvice(message: string): string {
  return message.split('; if the root CA')[0]!
}

function certificateOf(socket: TLSSocket): Certificate | undefined {
  const peer: DetailedPeerCertificate = socket.getPeerCertificate(true)
  if (!peer?.subject) return undefined
  const named = (name: { CN?: string | string[]; O?: string | string[] }) => [name.CN ?? name.O ?? ''].flat().join(', ')
  return {
    subject: named(peer.subject),
    issuer: named(peer.issuer),
    names: (peer.subjectaltname ?? '').split(', ').filter(Boolean).map((name) => name.replace(/^DNS:/, '')),
    validTo: Date.parse(peer.valid_to),
    fingerprint: peer.fingerprint256,
  }
}
