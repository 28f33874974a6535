import { constants } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import type { TaskState } from '../../../domain/model/engine-state.ts'
import { isPortError } from '../../../ports/port-error.ts'
import type { Finished, RunningProcess } from '../../../ports/process.ts'
import { baseEnvOf, newId, startChild, withOurNode } from './children.ts'
import { fill, type Fillings } from './fill.ts'
import { lookByHttp, watchHealth, type Look } from './health.ts'
import { placesOf } from './layout.ts'
import type { Parts } from './parts.ts'
import { programHash } from './program-hash.ts'
import type { ServicePlan } from './service-plan.ts'
import { openTaskLog, type TaskLog } from './task-log.ts'

/**
 * One run of a service's program.
 *
 *     starting ──► running ──► complete (0) · failed (another code, or unhealthy)
 *        ├──► rejected: it cannot be started at all
 *        └──► stopped: asked to, whatever its code
 */
export interface Task {
  readonly state: TaskState
  readonly plan: ServicePlan
  /** Undefined until it has one. */
  port(): number | undefined
  /** Resolves when it is over: nothing of it runs any more. Never rejects. */
  readonly over: Promise<void>
  /** Asks it to end and waits; `kill`: without asking. May be called again with less patience. */
  stop(how: 'ask' | 'kill'): Promise<void>
}

export interface TaskGiven {
  parts: Parts
  app: App
  plan: ServicePlan
  /** Its own port, and then those of the app by service. */
  takePort(): Promise<number>
  portsOfAll(): Record<string, number>
  /** Counts the service's tasks. */
  order: number
  onRunning(): void
}

export function startTask({ parts, app, plan, takePort, portsOfAll, order, onRunning }: TaskGiven): Task {
  const { clock, events } = parts
  const id = newId()
  const state: TaskState = { id, service: plan.name, template: plan.template, desired: 'running', state: 'starting', since: clock.now() }
  const ended = new AbortController()
  let child: RunningProcess | undefined
  let port: number | undefined
  let log: TaskLog | undefined
  let stopping: 'ask' | 'kill' | undefined
  let unhealthy: string | undefined
  let health: Promise<void> | undefined

  const enter = (phase: TaskState['state']) => {
    state.state = phase
    state.since = clock.now()
  }
  const say = (kind: Parameters<typeof events.say>[1]['kind'], text: string, exitCode?: number) =>
    events.say(app.stack, { service: plan.name, kind, text: `task ${id}: ${text}`, ...(exitCode !== undefined && { exitCode }) })

  async function run(): Promise<void> {
    try {
      const writing = openTaskLog(join(placesOf(parts.folder, app.stack).logs, plan.name), order, id)
      log = writing
      port = await takePort()
      const fillings: Fillings = { ...plan.given, ports: { ...portsOfAll(), [plan.name]: port }, service: plan.name }
      state.image = await programHash(plan.checkout, plan.program.folder)
      const env = programEnv(parts, app, plan, fillings)
      const argv = withOurNode(parts, plan.program.command.map((part) => fill(part, fillings)) as [string, ...string[]])
      if (stopping) return enter('stopped')
      child = await startChild(parts, app, {
        id,
        what: `service ${plan.name}`,
        command: { argv, env, cwd: plan.checkout, keepBytes: 0, graceMs: plan.stopGraceMs, onLine: (line) => writing.line(line) },
      })
      state.container = String(child.pid)
      say('started', `started as process ${child.pid}`)
      if (stopping) endSoon(child, stopping)
      health = beHealthy(child, { port, env, fillings })
      finish(await child.finished)
    } catch (error) {
      // What the child's start or the disk says is the task's fate, as a missing image is: told in its state, not thrown at nobody.
      state.error = (error as Error).message
      state.because = isPortError(error, 'not-found') || isPortError(error, 'refused') ? 'no-image' : 'other'
      enter('rejected')
      say('other', `cannot be started: ${state.error}`)
    } finally {
      state.desired = 'ended'
      ended.abort()
      await health
      log?.close()
    }
  }

  async function beHealthy(process: RunningProcess, by: { port: number; env: Record<string, string>; fillings: Fillings }): Promise<void> {
    if (!plan.health) {
      enter('running')
      onRunning()
      return
    }
    const says = await watchHealth({
      look: lookAt(parts, app, plan, { ...by, process }),
      timing: plan.health.timing,
      clock,
      signal: ended.signal,
      onHealthy() {
        enter('running')
        say('healthy', 'healthy')
        onRunning()
      },
    }).catch((error: Error) => `the health check could not be run: ${error.message}`)
    if (says === undefined || stopping || ended.signal.aborted) return
    unhealthy = says
    say('unhealthy', `unhealthy: ${says}`)
    await end(process, 'ask')
  }

  function finish({ exitCode, signal }: Finished): void {
    const code = exitCode ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)
    state.exitCode = code
    if (stopping) enter('stopped')
    else if (unhealthy !== undefined) {
      state.error = `its health check failed: ${unhealthy}`
      state.because = 'unhealthy'
      enter('failed')
    } else if (code === 0) enter('complete')
    else {
      state.error = `it ended with exit code ${code}`
      state.because = 'other'
      enter('failed')
    }
    say('exited', `ended with ${code}`, code)
  }

  /** How it went is told by `finished`, which `run` awaits. */
  function endSoon(process: RunningProcess, how: 'ask' | 'kill'): void {
    end(process, how).catch(() => {})
  }

  function end(process: RunningProcess, how: 'ask' | 'kill'): Promise<Finished> {
    return how === 'kill' || plan.stopSignal === 'SIGKILL' ? process.stop(0) : process.stop(plan.stopGraceMs, plan.stopSignal)
  }

  const over = run()
  return {
    state,
    plan,
    port: () => port,
    over,
    async stop(how) {
      stopping = stopping === 'kill' ? 'kill' : how
      state.desired = 'ended'
      if (child) endSoon(child, stopping)
      await over
    },
  }
}

/** What the program finds in its environment: ours, the compose service's, then x-local's, which knows this machine best. */
export function programEnv(parts: Parts, app: App, plan: ServicePlan, fillings: Fillings): Record<string, string> {
  const own = Object.entries(plan.program.env).map(([key, value]) => [key, fill(value, fillings)])
  return { ...baseEnvOf(parts, app), ...plan.environment, ...Object.fromEntries(own) }
}

function lookAt(parts: Parts, app: App, plan: ServicePlan, given: { port: number; env: Record<string, string>; fillings: Fillings; process: RunningProcess }): Look {
  const { look } = plan.health!
  if ('path' in look) {
    let isOurs: boolean | undefined
    return async (timeoutMs, signal) => {
      const says = await lookByHttp({ port: given.port, path: look.path, timeoutMs, signal, clock: parts.clock })
      if (says !== undefined || isOurs) return says
      // A good answer from somebody else's program is none: the port may have been taken between our choice and the program's `listen`.
      isOurs = parts.table.listensAt(given.port, await parts.table.inGroup(given.process.pid))
      return isOurs === false ? `another program answers at port ${given.port}` : undefined
    }
  }
  return async (timeoutMs, signal) => {
    const argv = withOurNode(parts, look.command.map((part) => fill(part, given.fillings)) as [string, ...string[]])
    const check = await startChild(parts, app, { what: `health check of ${plan.name}`, command: { argv, env: given.env, cwd: plan.checkout, timeoutMs, graceMs: 0, keepBytes: 4_096, signal } })
    const { exitCode, timedOut, stdout, stderr } = await check.finished
    if (exitCode === 0) return undefined
    const last = (stderr || stdout).trim().split('\n').at(-1) ?? ''
    return timedOut ? `${look.command[0]} did not end within ${timeoutMs} ms` : `${look.command[0]} ended with ${exitCode ?? 'a signal'}${last ? `: ${last}` : ''}`
  }
}
