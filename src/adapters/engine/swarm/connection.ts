import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { inspect } from 'node:util'
import Modem from 'docker-modem'
import { http } from '../../../lib/node-http.ts'
import type { Clock } from '../../../ports/clock.ts'
import { PortError } from '../../../ports/port-error.ts'
import { fromEngine } from './errors.ts'

/**
 * The engine's API: one place that sends, so that errors and time limits are treated alike everywhere.
 *
 * docker-modem is dockerode's transport, without dockerode's own methods: those put the body of a POST into the URL too (a secret's value would
 * stand in the engine's debug log), and an answer that breaks off in the middle leaves their promise open for ever.
 */
export interface Connection {
  /** Sends and parses the answer; undefined where it is empty. */
  call<T>(request: Request): Promise<T>
  /** Sends and hands over the answer's body as it comes. The caller ends it. */
  open(request: Request): Promise<IncomingMessage>
  /** Both directions of one connection, for a program's standard input and output. The caller ends it. */
  hijack(request: Request): Promise<Socket>
  /** Ends all that is open. Nothing is sent after it. */
  close(): void
  isClosed(): boolean
}

export interface Request {
  /** For messages: `listing services`. */
  to: string
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  query?: Record<string, unknown>
  body?: unknown
  /** A tar archive. */
  file?: Buffer
  /** Credentials for the registry that this concerns. */
  auth?: { username: string; password: string; serveraddress: string }
  signal?: AbortSignal
  /** ms; for `open` and `hijack`: until the answer begins. Default 60 s; `'none'` for what ends when it ends. */
  timeoutMs?: number | 'none'
}

const DEFAULT_TIMEOUT_MS = 60_000
const ACCEPTED = { 101: true, 200: true, 201: true, 202: true, 204: true, 304: true }

/**
 * docker-modem writes each request out for its debug log, whether anybody reads that or not: the agent with all its sockets alone was 3.5 ms of
 * computing for a call that takes the engine one (measured: `observe` 18 ms before, 4 ms after).
 */
class BriefAgent extends http.Agent {
  [inspect.custom](): string {
    return 'Agent'
  }
}

export function connect({ dockerHost, clock }: { dockerHost: string; clock: Clock }): Connection {
  // Not kept alive: after a restart of the engine a kept connection fails at its next use, and a new one costs 0.1 ms.
  const agent = new BriefAgent({ keepAlive: false })
  // Everything that docker-modem would otherwise take from the environment is named here.
  const options = { ...addressOf(dockerHost), protocol: 'http' as const, timeout: undefined, ca: undefined, cert: undefined, key: undefined, agent }
  const modem = new Modem(options)
  const dial = modem.dial.bind(modem) as (options: object, done: (error: unknown, answer: unknown) => void) => void

  let closed = false

  function send(request: Request, signal: AbortSignal | undefined, hijack: boolean): Promise<unknown> {
    if (closed) throw new PortError('unexpected', `${request.to}: this engine was closed`)
    return new Promise((resolve, reject) => {
      const options = {
        path: `${request.path}?`,
        method: request.method ?? 'GET',
        options: { _query: request.query ?? {}, _body: request.body ?? {} },
        ...(request.file && { file: request.file }),
        ...(request.auth && { authconfig: request.auth }),
        abortSignal: signal,
        allowEmpty: request.body !== undefined,
        isStream: true,
        hijack,
        openStdin: hijack,
        statusCodes: ACCEPTED,
      }
      dial(options, (error, answer) => (error ? reject(fromEngine(error, request.to)) : resolve(answer)))
    })
  }

  /** Runs `work` under the request's own time limit and its caller's signal. */
  async function limited<T>(request: Request, work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    if (request.timeoutMs === 'none') return await work(request.signal)
    const limitMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS
    const deadline = clock.deadline(limitMs)
    try {
      return await work(request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal)
    } catch (error) {
      if (!deadline.signal.aborted || request.signal?.aborted) throw error
      throw new PortError('timeout', `${request.to}: the engine gave no whole answer within ${limitMs} ms; look at its log`, { cause: error })
    } finally {
      deadline.cancel()
    }
  }

  async function call<T>(request: Request): Promise<T> {
    return await limited(request, async (signal) => {
      const answer = (await send(request, signal, false)) as IncomingMessage
      const text = (await bodyOf(answer, request.to)).toString('utf8')
      try {
        return (text === '' ? undefined : JSON.parse(text)) as T
      } catch (error) {
        throw new PortError('unexpected', `${request.to}: the engine's answer is no JSON`, { cause: error })
      }
    })
  }

  /** The limit covers the wait for the answer's head alone, so its signal must not stay tied to the body. */
  async function open(request: Request): Promise<IncomingMessage> {
    const ended = new AbortController()
    const answer = await limited(request, async (signal) => {
      const pass = () => ended.abort(signal?.reason)
      if (signal?.aborted) pass()
      signal?.addEventListener('abort', pass)
      try {
        return (await send(request, ended.signal, false)) as IncomingMessage
      } finally {
        signal?.removeEventListener('abort', pass)
      }
    })
    const destroy = () => answer.destroy()
    request.signal?.addEventListener('abort', destroy)
    answer.once('close', () => request.signal?.removeEventListener('abort', destroy))
    if (request.signal?.aborted) destroy()
    return answer
  }

  async function hijack(request: Request): Promise<Socket> {
    return await limited(request, async (signal) => (await send(request, signal, true)) as Socket)
  }

  function close(): void {
    closed = true
    agent.destroy()
  }

  return { call, open, hijack, close, isClosed: () => closed }
}

export async function bodyOf(answer: IncomingMessage, to: string, limitBytes = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limitBytes) throw new PortError('refused', `${to}: more than ${limitBytes} bytes came, which is the limit`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw fromEngine(error, to)
  }
  return Buffer.concat(chunks)
}

function addressOf(dockerHost: string): { socketPath?: string; host?: string; port?: number } {
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length), host: undefined, port: undefined }
  const url = URL.canParse(dockerHost) ? new URL(dockerHost) : undefined
  if (url && (url.protocol === 'tcp:' || url.protocol === 'http:') && url.hostname !== '') {
    return { host: url.hostname, port: Number(url.port || 2375) }
  }
  throw new PortError('unsupported', `the engine's address ${dockerHost} is neither unix:///path nor tcp://host:port; set one of these`)
}

/** The engine's filters, as its API wants them: a JSON object of lists. */
export function filters(given: Record<string, string[]>): { filters: string } {
  return { filters: JSON.stringify(given) }
}
