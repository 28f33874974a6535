import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Command, Finished, Launched, Processes, RunningProcess, StopSignal } from '../../ports/process.ts'
import { PortError } from '../../ports/port-error.ts'
import { hasProcFs, livingInGroup } from '../../lib/proc-fs.ts'
import { keptOutput } from './kept-output.ts'
import { lineCutter } from '../../lib/line-cutter.ts'
import { searchPath } from './search-path.ts'

const KEEP_BYTES = 1024 * 1024
const GRACE_MS = 5_000
/** How long we look after a killed group that still shows: a process stuck in the kernel must not hold us for ever. */
const SHOWS_AFTER_KILL_MS = 2_000
/** How long a stream may stay open after the child and its group are gone: only a child that left the group can hold it. */
const STREAMS_AFTER_END_MS = 2_000

/** What programs need to start at all; no credential has one of these names. Proxy variables are none of them (trap 11). */
const BASE_NAMES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR']

/**
 * Other programs, by Node's own spawn. `ours`: the environment that {@link Processes.baseEnv} is picked from.
 *
 * INVARIANTS
 * - A child is over when its leader is over: what it left behind in its process group is ended with it, so that nothing leaks.
 * - A signal goes to the group only while the group is known to be the child's: from the start until it is seen empty.
 * - A program that cannot be started is a `PortError` (`not-found`, `refused`, `unexpected`), never a `Finished`.
 */
export function nodeProcesses(ours: Readonly<Record<string, string | undefined>>): Processes {
  function baseEnv(): Record<string, string> {
    const env: Record<string, string> = {}
    for (const name of BASE_NAMES) if (ours[name] !== undefined) env[name] = ours[name]
    return { ...env, PATH: searchPath(ours.PATH), HOME: ours.HOME || homedir() }
  }

  function start(command: Command): RunningProcess {
    const env = command.env ?? baseEnv()
    const startedAt = performance.now()
    const child = spawnLeader(command, env)
    const pid = child.pid!
    const stdout = keptOutput(command.keepBytes ?? KEEP_BYTES)
    const stderr = keptOutput(command.keepBytes ?? KEEP_BYTES)
    const cutters = listen(child, command, stdout.add, stderr.add)
    const group = groupOf(pid, () => child.exitCode !== null || child.signalCode !== null)
    let timedOut = false

    const end = () => void group.end(command.graceMs ?? GRACE_MS)
    const timer =
      command.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true
            end()
          }, command.timeoutMs)
    command.signal?.addEventListener('abort', end)
    if (command.signal?.aborted) end()

    const finished = leaderEnd(child).then(async ({ exitCode, signal }) => {
      clearTimeout(timer)
      command.signal?.removeEventListener('abort', end)
      await group.end(command.graceMs ?? GRACE_MS)
      await streamsEnd(child)
      for (const cutter of cutters) cutter.end()
      return { exitCode, signal, stdout: stdout.text(), stderr: stderr.text(), timedOut, ms: performance.now() - startedAt }
    })
    return {
      pid,
      finished,
      stop(graceMs = command.graceMs ?? GRACE_MS, ask = 'SIGTERM') {
        void group.end(graceMs, ask)
        return finished
      },
    }
  }

  async function run(command: Command): Promise<Finished> {
    if (command.signal?.aborted) return { exitCode: null, signal: 'SIGTERM', stdout: '', stderr: '', timedOut: false, ms: 0 }
    return await start(command).finished
  }

  return { run, start, launch: (command) => launchLeader(command, command.env ?? baseEnv()), baseEnv }
}

/** A process group of its own, with nothing of ours held open: neither Ctrl-C at our terminal nor our end reaches it. */
function launchLeader({ argv: [program, ...args], cwd, log }: Parameters<Processes['launch']>[0], env: Record<string, string>): Launched {
  const file = openSync(log, 'a', 0o600)
  try {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', file, file] })
    child.on('error', () => {})
    if (child.pid === undefined) throw cannotStart(program, cwd, env)
    child.unref()
    const ended = () => (child.exitCode !== null ? `exit code ${child.exitCode}` : child.signalCode)
    return { pid: child.pid, ended, askToEnd: () => void child.kill('SIGTERM') }
  } finally {
    closeSync(file)
  }
}

function spawnLeader(command: Command, env: Record<string, string>): ChildProcess {
  const [program, ...args] = command.argv
  let child: ChildProcess
  try {
    child = spawn(program, args, {
      cwd: command.cwd,
      env,
      detached: true,
      stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    throw new PortError('unexpected', `starting ${program} failed: ${(error as Error).message}`, { cause: error })
  }
  // A failed start is told apart below, from what can be seen now; the event that follows has nothing to add.
  child.on('error', () => {})
  if (child.pid === undefined) throw cannotStart(program, command.cwd, env)
  if (command.stdin !== undefined) {
    // A child that ends without reading its input is its own business; its exit code says what became of it.
    child.stdin!.on('error', () => {})
    child.stdin!.end(command.stdin)
  }
  return child
}

function cannotStart(program: string, cwd: string | undefined, env: Record<string, string>): PortError {
  if (cwd !== undefined && !existsSync(cwd)) return new PortError('not-found', `starting ${program} failed: its working folder ${cwd} is not there`)
  const isThere = program.includes('/') && existsSync(resolve(cwd ?? '.', program))
  if (isThere) return new PortError('refused', `starting ${program} failed: it is there, but cannot be executed; look at its mode and its first line`)
  if (program.includes('/')) return new PortError('not-found', `starting ${program} failed: there is no such file`)
  return new PortError('not-found', `starting ${program} failed: no such program in ${env.PATH ?? 'an empty PATH'}; install it or put its folder into PATH`)
}

function listen(child: ChildProcess, command: Command, keepOut: (chunk: Buffer) => void, keepErr: (chunk: Buffer) => void) {
  const cutters: Array<ReturnType<typeof lineCutter>> = []
  for (const [name, keep] of [['stdout', keepOut], ['stderr', keepErr]] as const) {
    const stream = child[name]!
    stream.on('data', keep)
    if (!command.onLine) continue
    const onLine = command.onLine
    const cutter = lineCutter((line) => onLine(line, name))
    stream.on('data', cutter.add)
    cutters.push(cutter)
  }
  return cutters
}

function leaderEnd(child: ChildProcess): Promise<{ exitCode: number | null; signal: string | null }> {
  return new Promise((resolve) => child.once('exit', (exitCode, signal) => resolve({ exitCode, signal })))
}

async function streamsEnd(child: ChildProcess): Promise<void> {
  const streams = [child.stdout!, child.stderr!]
  const closed = streams.map((stream) => (stream.closed ? Promise.resolve() : new Promise<void>((resolve) => stream.once('close', resolve))))
  const late = setTimeout(() => {
    for (const stream of streams) stream.destroy()
  }, STREAMS_AFTER_END_MS)
  await Promise.all(closed)
  clearTimeout(late)
}

/** The child's process group. `end` may be called again, also with a shorter grace or another signal: each is sent once, the earliest KILL wins. */
function groupOf(pid: number, leaderIsOver: () => boolean): { end(graceMs: number, ask?: StopSignal): Promise<void> } {
  const asked = new Set<StopSignal>()
  let gone = false

  function send(signal: NodeJS.Signals | 0): boolean {
    if (gone) return false
    try {
      process.kill(-pid, signal)
      // The dead whom nobody has reaped yet (a container's slow PID 1) still get signals; they are no members.
      if (signal === 0 && leaderIsOver() && hasProcFs()) gone = livingInGroup(pid).length === 0
      return !gone
    } catch (error) {
      // EPERM: macOS says so of a group of which only unreaped dead are left.
      gone = (error as NodeJS.ErrnoException).code === 'ESRCH' || signal === 0
      return false
    }
  }

  /** The kernel tells nobody when a group becomes empty: looked at, briskly first, until it is. */
  async function end(graceMs: number, ask: StopSignal = 'SIGTERM'): Promise<void> {
    if (!send(0)) return
    if (graceMs > 0 && !asked.has(ask)) {
      asked.add(ask)
      send(ask)
    }
    const from = performance.now()
    let killedAt: number | undefined
    for (let pace = 2; send(0); pace = Math.min(pace * 2, 50)) {
      const now = performance.now()
      if (killedAt === undefined && now - from >= graceMs) {
        send('SIGKILL')
        killedAt = now
      }
      if (killedAt !== undefined && now - killedAt > SHOWS_AFTER_KILL_MS) return
      await new Promise((resolve) => setTimeout(resolve, killedAt === undefined ? Math.min(pace, from + graceMs - now) : pace))
    }
  }

  return { end }
}
