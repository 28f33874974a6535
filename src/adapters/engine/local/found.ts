import type { StackName } from '../../../domain/model/app.ts'
import { PortError } from '../../../ports/port-error.ts'
import { placesOf } from './layout.ts'
import type { Parts } from './parts.ts'
import { processRecords } from './record.ts'

/** A process group of an app, with what is known of it. */
export interface FoundGroup {
  group: number
  pids: number[]
  what: string
}

/** How long the kernel gets to end what was killed, ms. */
const KILL_LIMIT_MS = 10_000

/**
 * Every living process of a stack, whoever started it: by record where pid and start time match, and by the marks in its environment.
 * A number that now belongs to somebody else matches neither (trap 29).
 */
export async function findGroups(parts: Parts, stack: StackName): Promise<FoundGroup[]> {
  const { table, folder, stateId } = parts
  const groups = new Map<number, FoundGroup>()
  const add = (group: number, pids: number[], what: string) => {
    const known = groups.get(group)
    if (known) known.pids = [...new Set([...known.pids, ...pids])]
    else if (pids.length > 0) groups.set(group, { group, pids, what })
  }
  for (const { pid, started, what } of await processRecords(placesOf(folder, stack).processes)) {
    if (pid === undefined || (await table.startOf(pid)) !== started) continue
    add(pid, await table.inGroup(pid), what)
  }
  for (const { pid, group, stack: marked } of await table.marked(stateId)) if (marked === stack) add(group, [pid], 'process')
  return [...groups.values()]
}

/** Asks every process of the stack to end, if there is a grace, then ends it; answers once none is left. */
export async function endGroups(parts: Parts, stack: StackName, graceMs: number): Promise<void> {
  const { clock } = parts
  const from = clock.monotonic()
  let asked = graceMs <= 0
  for (let pace = 2; ; pace = Math.min(pace * 2, 100)) {
    const groups = await findGroups(parts, stack)
    if (groups.length === 0) return
    const waited = clock.monotonic() - from
    if (waited > graceMs + KILL_LIMIT_MS) throw stillThere(stack, groups)
    if (!asked) send(groups, 'SIGTERM')
    else if (waited >= graceMs) send(groups, 'SIGKILL')
    asked = true
    await clock.pause(pace)
  }
}

function send(groups: readonly FoundGroup[], signal: NodeJS.Signals): void {
  // One by one: a group may hold processes that are not ours, because a program of ours joined it.
  for (const pid of groups.flatMap(({ pids }) => pids)) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

function stillThere(stack: StackName, groups: readonly FoundGroup[]): Error {
  const says = groups.map(({ what, pids }) => `${what} (process ${pids.join(', ')})`).join(', ')
  return new PortError('timeout', `ending the programs of ${stack}: still there ${KILL_LIMIT_MS / 1000} s after KILL: ${says}`, { says })
}
