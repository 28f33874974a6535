import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { connect } from '../../../src/adapters/engine/swarm/connection.ts'
import { isPortError } from '../../../src/ports/port-error.ts'

const start = { to: 'starting a program', method: 'POST' as const, path: '/exec/1/start', body: {}, timeoutMs: 5_000 }

const upgraded = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n'

test('T41: an engine that does not answer an upgrade within the time limit is given up', async (t) => {
  const given = await engineThat(t, (socket) => {
    given.passTime()
    socket.write(upgraded)
  })
  await assert.rejects(given.connection.hijack(start), (error) => isPortError(error, 'timeout') && error.message === 'starting a program: the engine gave no whole answer within 5000 ms; look at its log')
})

test('the time limit of an upgrade is over once it is answered: the connection stays as long as its caller wants', async (t) => {
  const given = await engineThat(t, (socket) => {
    socket.write(upgraded)
    socket.pipe(socket)
  })
  const both = await given.connection.hijack(start)
  given.passTime()
  both.end('still here')
  let said = ''
  for await (const chunk of both) said += String(chunk)
  assert.equal(said, 'still here')
})

/** An engine behind a socket that does only this with an upgrade; its clock stands still until all deadlines that are not cancelled pass. */
async function engineThat(t: TestContext, does: (socket: Duplex) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'cc-ci-engine-'))
  const sockets: Duplex[] = []
  const server = createServer().on('upgrade', (_: IncomingMessage, socket: Duplex) => {
    sockets.push(socket)
    socket.on('error', () => {})
    does(socket)
  })
  server.listen(join(folder, 'engine.sock'))
  await once(server, 'listening')
  const running = new Set<AbortController>()
  const deadline = () => {
    const controller = new AbortController()
    running.add(controller)
    return { signal: controller.signal, cancel: () => void running.delete(controller) }
  }
  const connection = connect({ dockerHost: `unix://${join(folder, 'engine.sock')}`, clock: { ...systemClock(), deadline } })
  t.after(() => {
    connection.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return {
    connection,
    passTime() {
      for (const controller of running) controller.abort()
    },
  }
}
