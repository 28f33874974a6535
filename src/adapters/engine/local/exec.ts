import { constants } from 'node:os'
import type { App, ServiceName } from '../../../domain/model/app.ts'
import type { ExecRequest, ExecResult } from '../../../ports/engine.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import type { Finished } from '../../../ports/process.ts'
import { startChild, withOurNode } from './children.ts'
import { fill, type Fillings } from './fill.ts'
import { translate } from './inside-paths.ts'
import type { Parts } from './parts.ts'
import { newestRunning, type EngineParts } from './running-app.ts'
import { programEnv } from './task.ts'

/** How long a program gets to end after its time is over, ms. */
const GRACE_MS = 1_000

/**
 * Runs a command beside a service's newest running task: its environment, its files, the recipe's checkout as working folder.
 * Paths below the service's mounts mean the folders that stand for them; `user` means nothing, everything runs as us.
 */
export async function exec(parts: EngineParts, app: App, service: ServiceName, request: ExecRequest): Promise<ExecResult> {
  const { plan, port } = newestRunning(parts, app, service)
  const fillings: Fillings = { ...plan.given, ports: { ...parts.apps.get(app.stack)?.ports(), [service]: port() ?? 0 }, service }
  const here = (text: string) => translate(fill(text, fillings), plan.paths)
  const env = Object.fromEntries(Object.entries(request.env ?? {}).map(([key, value]) => [key, here(value)]))
  const { ms: _, ...result } = await runToEnd(parts, app, {
    what: `${request.argv[0]} in ${service}`,
    argv: withOurNode(parts, request.argv.map(here) as [string, ...string[]]),
    cwd: plan.checkout,
    env: { ...programEnv(parts, app, plan, fillings), ...env },
    stdin: request.stdin,
    timeoutMs: request.timeoutMs,
    signal: request.signal,
  })
  return result
}

export interface Run {
  what: string
  argv: [string, ...string[]]
  cwd: string
  env: Record<string, string>
  stdin?: Uint8Array
  timeoutMs: number
  signal?: AbortSignal
  onLine?: (line: string) => void
}

/** Exit codes as a shell gives them: 127 where there is no such program, 126 where it cannot be executed, 128 + n for signal n. */
export async function runToEnd(parts: Parts, app: App, { what, ...run }: Run): Promise<ExecResult & { ms: number }> {
  const gaveUp = () => new PortError('timeout', `running ${what}: given up because the caller asked for it`, { cause: run.signal?.reason })
  if (run.signal?.aborted) throw gaveUp()
  let finished: Finished
  try {
    const child = await startChild(parts, app, { what, command: { ...run, graceMs: GRACE_MS, ...(run.onLine && { onLine: (line) => run.onLine?.(line) }) } })
    finished = await child.finished
  } catch (error) {
    const code = isPortError(error, 'not-found') ? 127 : isPortError(error, 'refused') ? 126 : undefined
    if (code === undefined) throw error
    return { exitCode: code, stdout: '', stderr: (error as Error).message, timedOut: false, ms: 0 }
  }
  const { exitCode, signal, stdout, stderr, timedOut, ms } = finished
  if (timedOut) return { exitCode: null, stdout, stderr, timedOut, ms }
  if (run.signal?.aborted) throw gaveUp()
  return { exitCode: exitCode ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0), stdout, stderr, timedOut, ms }
}
