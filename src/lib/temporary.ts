import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { allPids, argumentsOf, bootId, environmentOf, hasProcFs, isLiving, statOf } from './proc-fs.ts'

/**
 * Names for what its maker removes again. A maker that is killed cannot, so the name says who it is: whoever finds it later can tell whether that
 * process is still there, by the kernel's word and never by age (trap 29).
 *
 * A pid means something within one boot and one pid namespace only, so both are part of the name: what comes from another namespace (a container
 * that shares our folder) is left alone, what comes from an earlier boot is dead. A system that knows none of it judges nobody.
 */

/** How long a killed process may show, ms: one that is stuck in the kernel must not hold us for ever. */
const SHOWS_AFTER_KILL_MS = 2_000

/** `<prefix>~boot.namespace.pid.ticks.random`. Something may follow, after a `-` or a `.`. */
export function temporaryName(prefix: string): string {
  const ticks = hasProcFs() ? statOf(process.pid)?.startTicks : undefined
  return `${prefix}~${[...here(), process.pid, ticks ?? 0, randomBytes(4).toString('hex')].join('.')}`
}

/**
 * Removes what dead processes left right in `folder`, and answers the paths. A program that still works there (it was started by the dead one, which
 * can no longer end it) is ended first, or it would go on to make things for somebody who is not there any more. A folder that is absent holds nothing.
 */
export async function removeDeadTemporaries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  const dead = names.filter(isOfTheDead)
  if (dead.length > 0) await endThoseWhoName(dead)
  const paths = dead.map((name) => join(folder, name))
  for (const path of paths) await rm(path, { recursive: true, force: true })
  return paths
}

function isOfTheDead(name: string): boolean {
  const [, boot, namespace, pid, ticks] = /~([0-9a-f]+)\.(\d+)\.(\d+)\.(\d+)\.[0-9a-f]{8}(?:$|[-.])/.exec(name) ?? []
  const [ourBoot, ourNamespace] = here()
  if (boot === undefined || ourBoot === NOBODY) return false
  if (boot !== ourBoot) return boot !== NOBODY
  if (namespace !== ourNamespace) return false
  const stat = statOf(Number(pid))
  return !isLiving(stat) || stat.startTicks !== ticks
}

/** Whole groups: our programs lead their own. Those of other users are not ours to end, and not shown to us either. */
async function endThoseWhoName(names: string[]): Promise<void> {
  const isMeant = (text: string) => names.some((name) => text.includes(name))
  const meant = allPids().filter((pid) => pid !== process.pid && isLiving(statOf(pid)) && [...(environmentOf(pid) ?? []), ...(argumentsOf(pid) ?? [])].some(isMeant))
  for (const pid of meant) kill(statOf(pid)?.group === pid ? -pid : pid)
  const until = performance.now() + SHOWS_AFTER_KILL_MS
  while (meant.some((pid) => isLiving(statOf(pid))) && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5))
}

function kill(target: number): void {
  try {
    process.kill(target, 'SIGKILL')
  } catch (error) {
    // Ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const NOBODY = '0'

/** The boot and the pid namespace that we live in. */
function here(): [boot: string, namespace: string] {
  try {
    return [bootId().replaceAll('-', ''), /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? NOBODY]
  } catch {
    return [NOBODY, NOBODY]
  }
}
