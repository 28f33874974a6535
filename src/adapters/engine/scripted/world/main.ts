import http from 'node:http'
import { calls } from './calls.ts'
import { withFaults } from './faults.ts'
import { answerFor } from './front.ts'
import type { Caller } from './programs.ts'
import { Refusal } from './refusal.ts'
import { emptyWorld, forgetIfEmpty, stackOf } from './state.ts'

/**
 * The scripted world as a process: `node main.ts SOCKET`. It listens on the socket for calls and on a free port of 127.0.0.1 as
 * the proxy, prints that port, and lives until its standard input ends: the process under test may die as often as it likes.
 *
 *     POST /call   {method, args} → lines of JSON: {line} …, then {value} | {refusal: {kind, message, says}}
 *     GET  /watch?stack=NAME      → one JSON event a line, for ever
 */
const world = emptyWorld()

const front = http.createServer((request, response) => {
  const { status, body } = answerFor(world, (request.headers.host ?? '').replace(/:\d+$/, ''))
  if (status === 0) return request.socket.destroy()
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body)
})
await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
world.port = (front.address() as { port: number }).port

const back = http.createServer((request, response) => {
  if (request.url?.startsWith('/watch')) return watch(request, response)
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const say = (message: unknown) => void response.write(`${JSON.stringify(message)}\n`)
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    void answer(Buffer.concat(parts).toString('utf8'), { say: (line) => say({ line }), gone: gone.signal }).then((message) => {
      say(message)
      response.end()
    })
  })
})

async function answer(text: string, caller: Caller): Promise<unknown> {
  const { method, args } = JSON.parse(text) as { method: string; args: unknown }
  world.calls[method] = (world.calls[method] ?? 0) + 1
  const call = (calls as unknown as Record<string, (world: unknown, args: unknown, caller: Caller) => unknown>)[method]
  try {
    if (!call) throw new Refusal('unsupported', `The scripted engine knows no ${method}.`)
    return { value: (await withFaults(world.faults, method, () => call(world, args, caller))) ?? null }
  } catch (error) {
    if (error instanceof Refusal) return { refusal: { kind: error.kind, message: error.message, says: error.says } }
    return { refusal: { kind: 'unexpected', message: error instanceof Error ? (error.stack ?? error.message) : String(error), says: '' } }
  }
}

function watch(request: http.IncomingMessage, response: http.ServerResponse): void {
  const name = new URL(request.url ?? '/', 'http://world').searchParams.get('stack') ?? ''
  const stack = stackOf(world, { domain: name, stack: name, run: '' })
  const listener = (event: unknown) => void response.write(`${JSON.stringify(event)}\n`)
  stack.listeners.add(listener)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  listener({ at: Date.now(), kind: 'present', text: 'listening' })
  request.on('close', () => {
    stack.listeners.delete(listener)
    forgetIfEmpty(world, stack)
  })
}

// Nothing else holds the process: what tasks and jobs still have before them does not count any more.
process.stdin.resume()
process.stdin.on('end', () => {
  for (const server of [front, back]) {
    server.close()
    server.closeAllConnections()
  }
})
back.listen(process.argv[2], () => process.stdout.write(`${world.port}\n`))
