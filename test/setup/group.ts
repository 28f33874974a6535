/**
 * A program in a process group of its own, ended as a whole: on time-out, on abort, and what it leaves behind afterwards.
 *
 * Every process that descends from it carries a mark in its environment, so that a child that moved to another group or
 * outlived its parent is still found (Linux only: elsewhere only the group is known).
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface GroupOptions {
  cwd: string
  env: Record<string, string | undefined>
  limitMs: number
  signal: AbortSignal
}

export interface GroupResult {
  exitCode: number | null
  /** The signal that ended it. */
  signal: string | null
  timedOut: boolean
  output: string
  ms: number
  /** Command lines of the processes that were still there after the end; they are gone now. */
  leftBehind: string[]
}

const MARK = 'CC_CI_TEST_GROUP'
const GRACE_MS = 5000
/** How long children that were told to end may take to do so after their parent has ended. */
const SETTLE_MS = 2000

export async function runGroup(argv: [string, ...string[]], options: GroupOptions): Promise<GroupResult> {
  const began = performance.now()
  const mark = randomUUID()
  const child = spawn(argv[0], argv.slice(1), { cwd: options.cwd, env: { ...options.env, [MARK]: mark }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))

  let timedOut = false
  const timers: NodeJS.Timeout[] = []
  const end = (): void => {
    signalGroup(child.pid, 'SIGTERM')
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS))
  }
  timers.push(setTimeout(() => { timedOut = true; end() }, options.limitMs))
  options.signal.addEventListener('abort', end, { once: true })
  if (options.signal.aborted) end()

  const { exitCode, signal, trouble } = await new Promise<{ exitCode: number | null, signal: string | null, trouble?: string }>((resolve) => {
    child.on('error', (error) => resolve({ exitCode: null, signal: null, trouble: error.message }))
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  for (const timer of timers) clearTimeout(timer)
  options.signal.removeEventListener('abort', end)
  const leftBehind = await endRest(mark)
  signalGroup(child.pid, 'SIGKILL')
  // What was written before the end is read to its end; a stranger that holds the pipe open does not hold us.
  await Promise.race([Promise.all([streamEnd(child.stdout), streamEnd(child.stderr)]), pause(SETTLE_MS, undefined, { ref: false })])
  child.stdout.destroy()
  child.stderr.destroy()
  const output = Buffer.concat(chunks).toString() + (trouble ? `\n${trouble}\n` : '')
  return { exitCode, signal, timedOut, output, ms: performance.now() - began, leftBehind }
}

function streamEnd(stream: NodeJS.ReadableStream & { readableEnded?: boolean }): Promise<void> {
  return stream.readableEnded ? Promise.resolve() : new Promise((resolve) => { stream.once('close', () => resolve()).once('end', () => resolve()) })
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits a moment for marked processes to end by themselves, then ends them and says which. */
async function endRest(mark: string): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS
  let rest = marked(mark)
  while (rest.length > 0 && performance.now() < deadline) {
    await pause(50)
    rest = marked(mark)
  }
  for (const { pid } of rest) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  return rest.map(({ pid, command }) => `${pid} ${command}`)
}

function marked(mark: string): { pid: number, command: string }[] {
  const found: { pid: number, command: string }[] = []
  for (const entry of procEntries()) {
    const environment = read(`/proc/${entry}/environ`)
    if (!environment.includes(`${MARK}=${mark}`)) continue
    const command = read(`/proc/${entry}/cmdline`).replaceAll('\0', ' ').trim()
    // A zombie has no command line any more: it has ended and waits for its parent.
    if (command) found.push({ pid: Number(entry), command })
  }
  return found
}

function procEntries(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  } catch {
    return []
  }
}

/** Empty where the process has ended or is not ours. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
