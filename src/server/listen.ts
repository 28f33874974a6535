import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { sayListen } from '../domain/model/server.ts'
import { PortError } from '../ports/port-error.ts'
import { plain } from './answer.ts'
import { handle } from './handle.ts'
import type { ServerContext } from './ports.ts'

/** ms; how long answers under way may take once it ends. */
const LEAVE_MS = 5_000
/** ms */
const LIMITS = { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000 }
const MOST_CONNECTIONS = 200

export interface Listening {
  /** Takes no more calls, and returns once those under way were answered. */
  close(): Promise<void>
}

/** Listens at the address of the settings. `onMistake`: a request met a mistake of ours; it was answered with 500. */
export async function listen(context: ServerContext, { onMistake }: { onMistake(error: unknown): void }): Promise<Listening> {
  const { address, port } = context.server.listen
  let isEnding = false
  const server = createServer(LIMITS, (request, response) => {
    response.once('finish', () => isEnding && request.socket.end())
    void respond(context, request, response, onMistake)
  })
  server.maxConnections = MOST_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, sayListen(context.server.listen))))
    server.listen({ host: address, port }, resolve)
  })
  server.on('error', onMistake)
  return {
    async close() {
      isEnding = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const late = setTimeout(() => server.closeAllConnections(), LEAVE_MS)
      await closed
      clearTimeout(late)
    },
  }
}

async function respond(context: ServerContext, request: IncomingMessage, response: ServerResponse, onMistake: (error: unknown) => void): Promise<void> {
  const given = await handle(context, { method: request.method ?? '', url: request.url ?? '', host: request.headers.host }).catch((error: unknown) => {
    onMistake(error)
    return plain(500, 'A mistake in cc-ci: see its log on the host.')
  })
  const body = typeof given.body === 'string' ? Buffer.from(given.body) : given.body
  // What somebody sends with a GET is nothing that is waited for.
  request.resume()
  response.writeHead(given.status, { ...given.headers, 'content-length': body.byteLength })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function cannotListen(error: NodeJS.ErrnoException, where: string): PortError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new PortError('conflict', `Something else listens at ${where}. End that, or give the server another address: server.listen in the settings.`, { cause: error })
    case 'EADDRNOTAVAIL':
      return new PortError('unexpected', `This host has no address ${where}. Name one that it has: server.listen in the settings.`, { cause: error })
    case 'EACCES':
      return new PortError('refused', `This user may not listen at ${where}. Name a port from 1024 on: server.listen in the settings.`, { cause: error })
    default:
      return new PortError('unexpected', `Listening at ${where} failed: ${error.message}`, { cause: error })
  }
}
