import { createServer, request as sendRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { PortError } from '../../../ports/port-error.ts'

/** Who may answer for a host and path: ports of running tasks; empty where a service is known and none runs; undefined: no such route. */
export type Lookup = (host: string, path: string) => number[] | undefined

export interface Router {
  /** Opens it at first need. */
  port(): Promise<number>
  close(): Promise<void>
}

/**
 * The proxy of this engine: HTTP by host name on a high port of this machine alone, WebSocket and other upgrades too.
 * Says what Traefik says: 404 where no rule matches, 503 where no task runs, 502 where the task does not answer.
 */
export function openRouter(lookup: Lookup): Router {
  let opened: Promise<Server> | undefined
  let turn = 0
  /** The server forgets a connection that was upgraded; we must not. */
  const upgraded = new Set<Duplex>()

  function open(): Promise<Server> {
    const server = createServer(serve)
    server.on('upgrade', serveUpgrade)
    // Apps decide how long their requests may take.
    server.requestTimeout = 0
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(new PortError('unexpected', `opening the router: ${error.message}`, { cause: error })))
      server.listen({ port: 0, host: '127.0.0.1' }, () => resolve(server))
    })
  }

  function choose(request: IncomingMessage): { port: number } | { status: number; says: string } {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
    const ports = lookup(host, request.url ?? '/')
    if (!ports) return { status: 404, says: '404 page not found' }
    turn = (turn + 1) % 1_000_000
    const port = ports[turn % ports.length]
    return port === undefined ? { status: 503, says: 'no available server' } : { port }
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const chosen = choose(request)
    if ('status' in chosen) {
      answer(response, chosen.status, chosen.says)
      return
    }
    const onward = sendRequest({ host: '127.0.0.1', port: chosen.port, method: request.method, path: request.url, headers: onwardHeaders(request), agent: false })
    onward.on('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.statusMessage, headersBack(answered.rawHeaders))
      answered.pipe(response)
      answered.on('error', () => response.destroy())
    })
    onward.on('error', () => (response.headersSent ? response.destroy() : answer(response, 502, 'Bad Gateway')))
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }

  function serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    const chosen = choose(request)
    if ('status' in chosen) {
      socket.end(`HTTP/1.1 ${chosen.status} ${chosen.says}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const onward: Socket = connect({ host: '127.0.0.1', port: chosen.port }, () => {
      const lines = Object.entries(onwardHeaders(request)).flatMap(([name, value]) => [value ?? []].flat().map((one) => `${name}: ${one}`))
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  }

  return {
    async port() {
      opened ??= open()
      const address = (await opened).address()
      if (typeof address !== 'object' || address === null) throw new PortError('unexpected', 'the router has been closed')
      return address.port
    },
    async close() {
      const server = await opened?.catch(() => undefined)
      opened = undefined
      if (!server) return
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As a proxy adds them; the host stays the one that people asked for. */
function onwardHeaders(request: IncomingMessage): IncomingMessage['headers'] {
  const { headers, socket } = request
  const before = headers['x-forwarded-for']
  return {
    ...headers,
    'x-forwarded-for': [before, socket.remoteAddress].filter(Boolean).join(', '),
    'x-forwarded-host': headers.host,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': String(socket.localPort),
  }
}

/** Name, value, name, value … as they came, without what is between the program and us alone (RFC 9110, 7.6.1). */
function headersBack(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    if (!['connection', 'keep-alive', 'proxy-connection'].includes(raw[index]!.toLowerCase())) kept.push(raw[index]!, raw[index + 1]!)
  }
  return kept
}

function answer(response: ServerResponse, status: number, says: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${says}\n`)
}
