import { spawn } from 'node:child_process'
import { open, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RigError, until } from './command.ts'

/**
 * A background process of the rig: it outlives the command that started it and is found again by its folder.
 *
 * `<folder>/process.json` names it by pid and start time, so a pid that the kernel gave to somebody else after a reboot is never taken
 * for ours, and never killed.
 */
export interface Daemon {
  name: string
  folder: string
  command: string
  args: string[]
  env?: NodeJS.ProcessEnv
  /** Undefined while it does not serve yet. */
  serves: () => Promise<true | undefined>
  startWithinMs: number
  stopWithinMs: number
}

export interface ProcessMark {
  pid: number
  /** Clock ticks since boot, from /proc/PID/stat. */
  started: string
}

export async function startDaemon(daemon: Daemon): Promise<'started' | 'was there'> {
  if (await findDaemon(daemon.folder)) {
    await until(`${daemon.name} to answer`, daemon.startWithinMs, daemon.serves)
    return 'was there'
  }
  if (await daemon.serves()) throw new RigError(`something else already answers where ${daemon.name} would listen: a rig with another cache folder? Stop that one first`)
  await mkdir(daemon.folder, { recursive: true })
  const logPath = join(daemon.folder, 'log')
  const log = await open(logPath, 'w')
  const child = spawn(daemon.command, daemon.args, { cwd: daemon.folder, env: daemon.env, detached: true, stdio: ['ignore', log.fd, log.fd] })
  await new Promise<void>((done, failed) => {
    child.once('spawn', done)
    child.once('error', failed)
  }).finally(() => log.close())
  const pid = child.pid!
  let ended = false
  child.once('exit', () => { ended = true })
  await writeFile(markPath(daemon.folder), JSON.stringify({ pid, started: startTime(pid) } satisfies Partial<ProcessMark>))
  child.unref()
  await until(`${daemon.name} to answer (its log: ${logPath})`, daemon.startWithinMs, async () => {
    if (ended) throw new RigError(`${daemon.name} ended at once:\n${(await readFile(logPath, 'utf8')).trim().split('\n').slice(-10).join('\n')}`)
    return await daemon.serves()
  })
  return 'started'
}

/** Ends the process and waits until it is gone. Safe to repeat. */
export async function stopDaemon({ name, folder, stopWithinMs }: Pick<Daemon, 'name' | 'folder' | 'stopWithinMs'>): Promise<boolean> {
  const mark = await findDaemon(folder)
  if (!mark) return false
  process.kill(mark.pid, 'SIGTERM')
  await until(`${name} (pid ${mark.pid}) to end`, stopWithinMs, async () => (isAlive(mark) ? undefined : true))
  await rm(markPath(folder), { force: true })
  return true
}

export async function findDaemon(folder: string): Promise<ProcessMark | undefined> {
  const text = await readFile(markPath(folder), 'utf8').catch(() => undefined)
  if (!text) return undefined
  const mark: ProcessMark = JSON.parse(text)
  return isAlive(mark) ? mark : undefined
}

function isAlive(mark: ProcessMark): boolean {
  return mark.started !== undefined && startTime(mark.pid) === mark.started
}

/** Undefined where there is no such process, or only its unreaped remains. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function markPath(folder: string): string {
  return join(folder, 'process.json')
}
