import * as proc from '../../../lib/proc-fs.ts'
import type { Processes } from '../../../ports/process.ts'

/**
 * What runs on this machine, as far as it is ours to find. A pid alone names nothing, because numbers are used again:
 * a process is known by its pid and its start, or by the marks in the environment it was started with.
 */
export interface ProcessTable {
  /** Undefined where no such process lives. */
  startOf(pid: number): Promise<string | undefined>
  /** Living processes that carry our marks; never this process or one it descends from. */
  marked(stateId: string): Promise<Marked[]>
  inGroup(group: number): Promise<number[]>
  memoryOf(pids: readonly number[]): Promise<number>
  /** Whether it is one of these that listens at the port; undefined where this system does not tell. */
  listensAt(port: number, pids: readonly number[]): boolean | undefined
}

export interface Marked {
  pid: number
  group: number
  run: string
  stack: string
}

/** Names in the environment of everything we start. */
export const MARKS = { state: 'CC_CI_STATE', run: 'CC_CI_RUN', stack: 'CC_CI_STACK' } as const

export function processTable(processes: Processes): ProcessTable {
  return proc.hasProcFs() ? linuxTable() : psTable(processes)
}

function linuxTable(): ProcessTable {
  const boot = proc.bootId()
  const living = (pid: number) => {
    const stat = proc.statOf(pid)
    return proc.isLiving(stat) ? stat : undefined
  }
  return {
    async startOf(pid) {
      const stat = living(pid)
      return stat && `${boot} ${stat.startTicks}`
    },
    async marked(stateId) {
      const above = new Set<number>()
      for (let pid = process.pid; pid > 1; pid = living(pid)?.parent ?? 0) above.add(pid)
      return proc.allPids().flatMap((pid) => {
        if (above.has(pid)) return []
        const marks = marksIn(proc.environmentOf(pid) ?? [], stateId)
        const stat = marks && living(pid)
        return stat ? [{ pid, group: stat.group, ...marks }] : []
      })
    },
    async inGroup(group) {
      return proc.livingInGroup(group).map(({ pid }) => pid)
    },
    async memoryOf(pids) {
      return pids.reduce((sum, pid) => sum + (living(pid)?.memoryBytes ?? 0), 0)
    },
    listensAt(port, pids) {
      const sockets = proc.listeningAt(port)
      if (sockets.length === 0) return undefined
      const own = new Set(pids.flatMap(proc.socketsOf))
      return sockets.some((socket) => own.has(socket))
    },
  }
}

/** One option each: after a `=` the rest of an argument is a heading. */
const COLUMNS = ['pid', 'ppid', 'pgid', 'rss', 'stat', 'lstart', 'command'].flatMap((column) => ['-o', `${column}=`])

/** Other systems: `ps`, whose start times have seconds. `-E` shows the environment of what belongs to this user. */
export function psTable(processes: Processes): ProcessTable {
  async function rows(options: string[]): Promise<Row[]> {
    const { stdout } = await processes.run({ argv: ['ps', ...options, '-ww', ...COLUMNS], timeoutMs: 10_000, keepBytes: 64 * 1024 * 1024 })
    return stdout.split('\n').flatMap((line) => {
      const [, pid, parent, group, kibibytes, state, started, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s(.*)$/.exec(line) ?? []
      if (pid === undefined || state?.startsWith('Z')) return []
      return [{ pid: Number(pid), parent: Number(parent), group: Number(group), memoryBytes: Number(kibibytes) * 1024, started: started!, command: command! }]
    })
  }
  const all = () => rows(['-ax'])
  return {
    startOf: async (pid) => (await rows(['-p', String(pid)]))[0]?.started,
    async marked(stateId) {
      const seen = await rows(['-axE'])
      const parentOf = new Map(seen.map(({ pid, parent }) => [pid, parent]))
      const above = new Set<number>()
      for (let pid = process.pid; pid > 1; pid = parentOf.get(pid) ?? 0) above.add(pid)
      return seen.flatMap(({ pid, group, command }) => {
        const marks = above.has(pid) ? undefined : marksIn(command.split(' '), stateId)
        return marks ? [{ pid, group, ...marks }] : []
      })
    },
    inGroup: async (group) => (await all()).filter((row) => row.group === group).map(({ pid }) => pid),
    memoryOf: async (pids) => (await all()).filter(({ pid }) => pids.includes(pid)).reduce((sum, row) => sum + row.memoryBytes, 0),
    listensAt: () => undefined,
  }
}

interface Row {
  pid: number
  parent: number
  group: number
  memoryBytes: number
  started: string
  command: string
}

function marksIn(environment: readonly string[], stateId: string): { run: string; stack: string } | undefined {
  const mark = (name: string) => environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1)
  if (mark(MARKS.state) !== stateId) return undefined
  return { run: mark(MARKS.run) ?? '', stack: mark(MARKS.stack) ?? '' }
}
