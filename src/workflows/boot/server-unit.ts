import { healthUrlOf, sayListen, type ServerSettings } from '../../domain/model/server.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EndRequest } from '../../ports/end-request.ts'
import type { Locks } from '../../ports/lock.ts'
import type { Probes } from '../../ports/probe.ts'
import type { Processes } from '../../ports/process.ts'
import type { StartGiven, Started } from './unit.ts'

/** Held by the server for as long as it runs, one for each state folder. */
export const SERVER_LOCK = 'server'

/** Why the lock is held, in words: one that listens elsewhere is told by it. */
export function servesAt({ listen }: Pick<ServerSettings, 'listen'>): string {
  return `serves at ${sayListen(listen)}`
}

/** ms */
const ASK = { pace: 200, timeout: 2_000 }
/** One that holds its lock and does not answer has so long to begin, ms. */
const BEGINS_WITHIN = 10_000

export interface ServerPorts {
  locks: Locks
  probes: Probes
  processes: Processes
  /** The server's of this state folder. */
  endRequest: EndRequest
  clock: Clock
}

/** The server as it is to run. */
export interface WantedServer {
  server: ServerSettings
  /** As it answers at `/healthz`. */
  version: string
  stateId: string
  command: { argv: [string, ...string[]]; env: Record<string, string>; log: string }
}

export type ServerSeen =
  | { is: 'ours'; version: string }
  | { is: 'somebody-else'; says: string }
  | { is: 'nobody'; says: string }

/** Who answers at the server's address. */
export async function askServer({ probes }: Pick<ServerPorts, 'probes'>, { server, stateId }: Pick<WantedServer, 'server' | 'stateId'>, signal?: AbortSignal): Promise<ServerSeen> {
  const answer = await probes.http({ url: healthUrlOf(server), connect: server.listen, timeoutMs: ASK.timeout, ...(signal ? { signal } : {}) })
  if (answer.kind !== 'answered') return { is: 'nobody', says: answer.kind === 'timed-out' ? `no answer within ${ASK.timeout / 1000} s` : answer.says }
  const told = healthIn(answer.body)
  if (answer.status === 200 && told?.state === stateId) return { is: 'ours', version: told.version }
  return { is: 'somebody-else', says: told ? 'the cc-ci of another state folder' : `something that is no cc-ci (HTTP ${answer.status})` }
}

function healthIn(body: string): { version: string; state: string } | undefined {
  try {
    const told = JSON.parse(body) as { service?: unknown; version?: unknown; state?: unknown }
    return told.service === 'cc-ci' && typeof told.version === 'string' && typeof told.state === 'string' ? { version: told.version, state: told.state } : undefined
  } catch {
    return undefined
  }
}

/** Waits until the server answers as it should; otherwise what was met last before `signal` came, or before `isOver` said that there is nobody to wait for. */
export async function untilServerAnswers(ports: Pick<ServerPorts, 'probes' | 'clock'>, wanted: WantedServer, { signal, isOver = () => false }: { signal: AbortSignal; isOver?(): boolean }): Promise<ServerSeen> {
  let met: ServerSeen = { is: 'nobody', says: 'nothing came back' }
  for (;;) {
    const over = isOver()
    const seen = await askServer(ports, wanted, signal)
    if (seen.is === 'ours' && seen.version === wanted.version) return seen
    // A question that was cut off has no answer.
    if (!signal.aborted) met = seen
    if (signal.aborted || over) return met
    await ports.clock.pause(ASK.pace, signal)
  }
}

/** The server as a unit of the boot: one that answers is left alone, one of another version or at another address is asked to end, and then one is started that outlives us. */
export async function startServer(ports: ServerPorts, wanted: WantedServer, { cancel, say }: StartGiven): Promise<Started> {
  const { locks, processes, clock } = ports
  const where = sayListen(wanted.server.listen)
  const isWanted = (seen: ServerSeen) => seen.is === 'ours' && seen.version === wanted.version
  const up = (did: boolean): Started => ({ is: 'up', says: `answers at ${where}`, did, exit: 0 })
  const seen = await askServer(ports, wanted, cancel)
  if (isWanted(seen)) return up(false)

  const holder = await locks.holder(SERVER_LOCK)
  if (holder) {
    const begunAt = clock.monotonic()
    const isTooLate = () => clock.monotonic() - begunAt > BEGINS_WITHIN
    // It may only just have begun.
    if (seen.is === 'nobody' && holder.why === servesAt(wanted.server) && isWanted(await untilServerAnswers(ports, wanted, { signal: cancel, isOver: isTooLate }))) return up(false)
    if (cancel.aborted) return { is: 'not-up', says: `process ${holder.pid} does not answer at ${where}`, exit: 3, mayPass: false }
    say(`ends the one that runs as process ${holder.pid}${seen.is === 'ours' ? `, which is of version ${seen.version}` : ''}`)
    if ((await endServer(ports, 'cc-ci boot up', cancel)) === 'goes-on') return { is: 'not-up', says: `process ${holder.pid} was asked to end and still runs`, next: `See ${wanted.command.log}.`, exit: 3, mayPass: false }
  } else if (seen.is === 'somebody-else') return { is: 'not-up', says: `${seen.says} listens at ${where}`, next: 'End that, or give the server another address: server.listen in the settings.', exit: 3, mayPass: false }

  if (cancel.aborted) return { is: 'not-up', says: 'not begun', exit: 3, mayPass: false }
  const launched = processes.launch(wanted.command)
  say(`begins as process ${launched.pid}`)
  const came = await untilServerAnswers(ports, wanted, { signal: cancel, isOver: () => launched.ended() !== null })
  if (isWanted(came)) return up(true)
  const ended = launched.ended()
  if (ended === null) launched.askToEnd()
  return { is: 'not-up', says: ended === null ? `it does not answer at ${where}: ${came.is === 'ours' ? `it is of version ${came.version}` : came.says}` : `it ended (${ended})`, next: `See ${wanted.command.log}.`, exit: 4, mayPass: false }
}

/**
 * Asks the server to end, and waits until it has (`goes-on`: `signal` came first). Who holds the lock is for people to read: nobody is
 * signalled by what stands there. One that begins takes requests away that were for those before it, so ours is left again where it is gone.
 */
export async function endServer({ locks, endRequest, clock }: Pick<ServerPorts, 'locks' | 'endRequest' | 'clock'>, by: string, signal: AbortSignal): Promise<'none' | 'ended' | 'goes-on'> {
  if (!(await locks.holder(SERVER_LOCK))) return 'none'
  while (!signal.aborted) {
    if ((await endRequest.asked()) === null) await endRequest.ask(by)
    await clock.pause(ASK.pace, signal)
    if (!(await locks.holder(SERVER_LOCK))) return 'ended'
  }
  return 'goes-on'
}
