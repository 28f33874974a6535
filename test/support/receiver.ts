import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Received {
  method: string
  path: string
  headers: http.IncomingHttpHeaders
  body: Record<string, unknown>
}

/** How the receiver answers from now on. `hang`: it takes the request and says nothing. `break`: it takes it and hangs up. */
export type Answer = { status: number; headers?: Record<string, string>; body?: string | ((received: Received) => string) } | 'hang' | 'break'

/** Somebody to whom alerts are told over HTTP, and who remembers everything. */
export interface Receiver extends AsyncDisposable {
  url: string
  received: Received[]
  answer(how: Answer): void
  /** Whom it lets in, for as long as it is well; the others get 401. */
  lets(who: (received: Received) => boolean): void
  /** What it has let in and taken. */
  taken(): Received[]
  /** Resolves once so many requests have come. */
  has(count: number): Promise<void>
  /** Nobody listens any more; the port stays its own. */
  stop(): Promise<void>
  start(): Promise<void>
}

export async function startReceiver(given: { tls?: { cert: string; key: string } } = {}): Promise<Receiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  let how: Answer = { status: 200 }
  let lets: (received: Received) => boolean = () => true
  const taken: Received[] = []
  const server = given.tls ? https.createServer(given.tls) : http.createServer()
  server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const one: Received = { method: request.method!, path: request.url!, headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown> }
      received.push(one)
      for (const look of waiting) look()
      if (how === 'hang') return
      if (how === 'break') request.socket.destroy()
      else if (how.status === 200 && !lets(one)) response.writeHead(401).end()
      else {
        if (how.status < 300) taken.push(one)
        response.writeHead(how.status, how.headers).end(typeof how.body === 'function' ? how.body(one) : how.body)
      }
    })()
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(0)
  return {
    url: `${given.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    received,
    answer: (next) => { how = next },
    lets: (who) => { lets = who },
    taken: () => taken,
    has: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop,
    start: async () => void (await listen(port)),
    [Symbol.asyncDispose]: stop,
  }
}
