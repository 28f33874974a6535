import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * The kernel's process table as Linux shows it below /proc. Read at once and without waiting: a process that ended
 * between two reads is simply not there. Other systems have none of it: ask {@link hasProcFs} first.
 */
export interface ProcStat {
  pid: number
  name: string
  /** `R`, `S`, `D` … ; `Z` and `X` are dead and wait to be reaped. */
  state: string
  parent: number
  group: number
  /** Clock ticks after boot; with the pid it names one process for ever. */
  startTicks: string
  memoryBytes: number
}

const PAGE_BYTES = 4096

export function hasProcFs(): boolean {
  return existsSync('/proc/self/stat')
}

export function allPids(): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)
}

export function statOf(pid: number): ProcStat | undefined {
  const text = readOrNothing(`/proc/${pid}/stat`)
  if (!text) return undefined
  // The name stands in brackets and may itself hold brackets and blanks: everything else follows the last one (proc(5)).
  const nameEnd = text.lastIndexOf(')')
  const fields = text.slice(nameEnd + 2).split(' ')
  return {
    pid,
    name: text.slice(text.indexOf('(') + 1, nameEnd),
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    startTicks: fields[19]!,
    memoryBytes: Number(fields[21]) * PAGE_BYTES,
  }
}

/** Dead ones that nobody has reaped yet run nothing and hold nothing: they do not count. */
export function isLiving(stat: ProcStat | undefined): stat is ProcStat {
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X'
}

export function livingInGroup(group: number): ProcStat[] {
  return allPids().map(statOf).filter(isLiving).filter((stat) => stat.group === group)
}

/** The environment a process was started with; undefined where it is gone or not ours to see. */
export function environmentOf(pid: number): string[] | undefined {
  return readOrNothing(`/proc/${pid}/environ`)?.split('\0')
}

/** The command line a process was started with; undefined where it is gone or not ours to see. */
export function argumentsOf(pid: number): string[] | undefined {
  return readOrNothing(`/proc/${pid}/cmdline`)?.split('\0')
}

/** Names this boot of the machine: pids and start ticks begin anew with it. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Sockets that wait for TCP connections at a port, by inode. */
export function listeningAt(port: number): string[] {
  const LISTEN = '0A'
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    (readOrNothing(file) ?? '')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${wanted}`) && fields[3] === LISTEN)
      .map((fields) => fields[9]!),
  )
}

export function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        // Closed meanwhile.
        return []
      }
    })
  } catch {
    // Gone meanwhile, or not ours to look into.
    return []
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined
    throw error
  }
}
