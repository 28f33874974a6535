import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import type { ExecRequest, ExecResult } from '../../../ports/engine.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import type { Parts } from './parts.ts'
import { newestRunning } from './running-container.ts'
import { output, readToEnd, type Output } from './streams.ts'

/** Stands in the environment of a program we start, so that it can be found again and ended. */
const MARK = 'CCCI_EXEC'
/** How long a program that has closed its output may still be called running, ms. */
const SETTLE_MS = 5_000

export async function exec(parts: Parts, app: App, service: ServiceName, request: ExecRequest): Promise<ExecResult> {
  const { Id } = await newestRunning(parts, app, service)
  return await execIn(parts, Id, request)
}

/**
 * The engine has no call that ends a program it started in a container. After the time limit (or an abort) we look for it from inside, by
 * a mark in its environment; where the image has no shell it runs on until the container ends, and the result says `timedOut` all the same.
 */
export async function execIn(parts: Parts, container: string, request: ExecRequest): Promise<ExecResult> {
  const deadline = parts.clock.deadline(request.timeoutMs)
  const stop = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal
  const mark = randomUUID()
  const into = output()
  try {
    const id = await create(parts, container, request, mark)
    const how = await run(parts, id, request.stdin, into, stop)
    const given = { stdout: into.stdout(), stderr: into.stderr() }
    if (stop.aborted) {
      await endMarked(parts, container, mark)
      if (!deadline.signal.aborted) throw new PortError('timeout', `running ${request.argv[0]}: given up because the caller asked for it`)
      return { exitCode: null, ...given, timedOut: true }
    }
    const exitCode = await exitCodeOf(parts, id)
    if (exitCode === null && how === 'broken') throw new PortError('unreachable', `running ${request.argv[0]}: the connection to the engine broke off`)
    return couldNotStart({ exitCode, ...given, timedOut: false })
  } finally {
    deadline.cancel()
  }
}

/** The engine writes its own words about a program that it cannot start into that program's output; a shell's codes tell which case it is. */
function couldNotStart(result: ExecResult): ExecResult {
  if (result.exitCode !== 126 && result.exitCode !== 127) return result
  if (!/^OCI runtime exec failed/.test(result.stdout)) return result
  const absent = /executable file not found|no such file or directory/.test(result.stdout)
  return { ...result, exitCode: absent ? 127 : 126, stdout: '', stderr: result.stdout.trim() }
}

async function create(parts: Parts, container: string, request: ExecRequest, mark: string): Promise<string> {
  const env = Object.entries({ ...request.env, [MARK]: mark }).map(([key, value]) => `${key}=${value}`)
  try {
    const { Id } = await parts.connection.call<{ Id: string }>({
      to: `preparing to run ${request.argv[0]}`,
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: { Cmd: request.argv, Env: env, AttachStdin: request.stdin !== undefined, AttachStdout: true, AttachStderr: true, ...(request.user && { User: request.user }) },
    })
    return Id
  } catch (error) {
    if (isPortError(error, 'conflict')) throw new PortError('not-found', `running ${request.argv[0]}: the container ended meanwhile`, { cause: error, says: error.says, againCanHelp: true })
    throw error
  }
}

async function run(parts: Parts, id: string, stdin: Uint8Array | undefined, into: Output, signal: AbortSignal): Promise<'ended' | 'broken'> {
  const start = { to: 'starting a program in a container', method: 'POST' as const, path: `/exec/${id}/start`, body: { Detach: false, Tty: false }, signal }
  let stream: Duplex | Awaited<ReturnType<typeof parts.connection.open>>
  try {
    if (stdin === undefined) stream = await parts.connection.open(start)
    else {
      const both = await parts.connection.hijack(start)
      // A program that ends without reading its input is its own business; its exit code says what became of it.
      both.on('error', () => {})
      both.end(stdin)
      stream = both
    }
  } catch (error) {
    if (signal.aborted) return 'broken'
    if (isPortError(error, 'conflict')) throw new PortError('not-found', 'starting a program: the container ended meanwhile', { cause: error, says: error.says, againCanHelp: true })
    throw error
  }
  return await readToEnd(stream, into, signal)
}

async function exitCodeOf(parts: Parts, id: string): Promise<number | null> {
  const from = parts.clock.monotonic()
  for (let pace = 5; ; pace = Math.min(pace * 2, 200)) {
    const seen = await parts.connection.call<{ Running: boolean; ExitCode: number | null }>({ to: 'asking how a program ended', path: `/exec/${id}/json` })
    if (!seen.Running) return seen.ExitCode
    if (parts.clock.monotonic() - from > SETTLE_MS) return null
    await parts.clock.pause(pace)
  }
}

async function endMarked(parts: Parts, container: string, mark: string): Promise<void> {
  const script = 'for p in /proc/[0-9]*; do if tr "\\0" "\\n" < "$p/environ" 2>/dev/null | grep -qx "$1"; then kill -9 "${p#/proc/}"; fi; done'
  const killer = parts.clock.deadline(5_000)
  try {
    const { Id } = await parts.connection.call<{ Id: string }>({
      to: 'ending a program',
      method: 'POST',
      path: `/containers/${container}/exec`,
      body: { Cmd: ['sh', '-c', script, 'end', `${MARK}=${mark}`], User: '0', AttachStdout: true, AttachStderr: true },
    })
    await run(parts, Id, undefined, output(), killer.signal)
  } catch (error) {
    // No shell, or the container is gone: nothing that we could still do, and the caller gets its time-out either way.
    if (!isPortError(error)) throw error
  } finally {
    killer.cancel()
  }
}
