/**
 * The program of the suite's services: does what its environment says, so that every engine can run the same one.
 *
 * VERSION        what `GET /` answers, with a line end
 * PORT, HOST     where it listens (3000, 0.0.0.0); `LISTEN=no`: nowhere
 * DATA_DIR       its volume (/data)
 * EXIT_AFTER_MS  ends by itself after that time, with EXIT_CODE (0)
 * NEVER_HEALTHY  `GET /healthz` is 500 from the start; otherwise it is 500 as soon as there is a file DATA_DIR/unhealthy
 * HEALTHY_AFTER_MS  `GET /healthz` is 500 until then
 * IGNORE_TERM    does nothing on TERM
 * STOP_MS        takes that long to stop, then writes DATA_DIR/stopped
 * LINES          prints so many lines at the start, `line 1` …
 * CHILD          starts a child of its own that ignores TERM
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const { VERSION = 'one', PORT = '3000', HOST = '0.0.0.0', LISTEN, DATA_DIR = '/data', EXIT_AFTER_MS, EXIT_CODE = '0', NEVER_HEALTHY, HEALTHY_AFTER_MS = '0', IGNORE_TERM, STOP_MS = '0', LINES = '0', CHILD } = process.env
const startedAt = Date.now()

for (let line = 1; line <= Number(LINES); line++) console.log(`line ${line}`)
console.log(`started ${VERSION}`)
console.error(`warned ${VERSION}`)
if (CHILD) spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' })
if (EXIT_AFTER_MS !== undefined) setTimeout(() => end(Number(EXIT_CODE)), Number(EXIT_AFTER_MS))

process.on('SIGTERM', () => {
  if (!IGNORE_TERM) setTimeout(stopped, Number(STOP_MS))
})

const server = createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(isHealthy() ? 200 : 500).end()
  if (request.url === '/headers') return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request.headers))
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`${VERSION}\n`)
})
server.on('upgrade', upgrade)
if (LISTEN === 'no') setInterval(() => {}, 60_000)
else server.listen(Number(PORT), HOST)

function isHealthy() {
  return !NEVER_HEALTHY && Date.now() - startedAt >= Number(HEALTHY_AFTER_MS) && !existsSync(join(DATA_DIR, 'unhealthy'))
}

/** A WebSocket handshake (RFC 6455), then everything comes back as it was sent. */
function upgrade(request, socket) {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  socket.pipe(socket)
  socket.on('error', () => socket.destroy())
}

function stopped() {
  mkdirSync(DATA_DIR, { recursive: true })
  writeFileSync(join(DATA_DIR, 'stopped'), VERSION)
  end(0)
}

function end(code) {
  console.log(`ends with ${code}`)
  process.exit(code)
}
