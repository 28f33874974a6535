import http from 'node:http'
import { calls, answerFor, Refusal } from './calls.ts'
import { emptyWorld } from './state.ts'

/**
 * The scripted world as a process: `node main.ts SOCKET`. It listens on the socket for calls and on a free port of 127.0.0.1 as
 * the proxy, prints that port, and lives until it is ended: the process under test may die as often as it likes.
 *
 *     POST /call   {method, args} → {value} | {refusal: {kind, message, says}}
 *     GET  /watch?stack=NAME      → one JSON event a line, for ever
 */
const world = emptyWorld()

const front = http.createServer((request, response) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const answer = answerFor(world, host)
  response.writeHead(answer?.status ?? 404, { 'content-type': 'text/plain' }).end(answer?.body ?? '404 page not found\n')
})
await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
const port = (front.address() as { port: number }).port

const back = http.createServer((request, response) => {
  if (request.url?.startsWith('/watch')) return watch(request, response)
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    void answer(Buffer.concat(parts).toString('utf8')).then((body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)))
  })
})

async function answer(text: string): Promise<unknown> {
  const { method, args } = JSON.parse(text) as { method: string; args: unknown }
  world.calls[method] = (world.calls[method] ?? 0) + 1
  try {
    const fault = world.faults.find((one) => one.method === method && one.times > 0)
    if (fault) {
      fault.times -= 1
      if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
      if (fault.kind) throw new Refusal(fault.kind, `The scripted engine was told to fail ${method}.`, fault.says ?? '')
    }
    if (method === 'reach') return { value: { scheme: 'http', address: '127.0.0.1', port, domain: 'ci.scripted' } }
    const call = (calls as unknown as Record<string, (world: unknown, args: unknown) => unknown>)[method]
    if (!call) throw new Refusal('unsupported' as 'refused', `The scripted engine knows no ${method}.`)
    return { value: (await call(world, args)) ?? null }
  } catch (error) {
    if (error instanceof Refusal) return { refusal: { kind: error.kind, message: error.message, says: error.says } }
    return { refusal: { kind: 'unexpected', message: error instanceof Error ? (error.stack ?? error.message) : String(error), says: '' } }
  }
}

function watch(request: http.IncomingMessage, response: http.ServerResponse): void {
  const name = new URL(request.url ?? '/', 'http://world').searchParams.get('stack') ?? ''
  const stack = world.stacks.get(name) ?? { app: { domain: name, stack: name, run: '' }, services: new Map(), listeners: new Set() }
  world.stacks.set(name, stack)
  const listener = (event: unknown) => void response.write(`${JSON.stringify(event)}\n`)
  stack.listeners.add(listener)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  listener({ at: Date.now(), kind: 'present', text: 'listening' })
  request.on('close', () => stack.listeners.delete(listener))
}

back.listen(process.argv[2], () => process.stdout.write(`${port}\n`))
