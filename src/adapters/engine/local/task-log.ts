import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isAbsent } from './errors.ts'

/** A task that writes more than this has its further lines dropped, so that a flood does not fill the disk. */
const LARGEST_LOG_BYTES = 64 * 1024 * 1024

/** What a task writes, both streams in the order in which they came, one file per task. */
export interface TaskLog {
  line(text: string): void
  close(): void
}

/** `order`: files of a service sort by it. */
export function openTaskLog(folder: string, order: number, task: string): TaskLog {
  mkdirSync(folder, { recursive: true })
  const file = openSync(join(folder, `${String(order).padStart(6, '0')}-${task}.log`), 'a', 0o600)
  let bytes = 0
  let open = true
  return {
    line(text) {
      if (!open || bytes > LARGEST_LOG_BYTES) return
      try {
        bytes += writeSync(file, `${text}\n`)
        if (bytes > LARGEST_LOG_BYTES) writeSync(file, `(further lines are dropped: this log has reached ${LARGEST_LOG_BYTES} bytes)\n`)
      } catch {
        // A full disk (trap 39) takes the line, not us: the app meets it too, and says so by failing.
      }
    },
    close() {
      if (open) closeSync(file)
      open = false
    },
  }
}

/** The last lines of all tasks whose logs lie in the folder, or of `tasks` alone, oldest first. */
export function lastLines(folder: string, count: number, tasks?: readonly string[]): string[] {
  const lines: string[] = []
  const asked = filesIn(folder).filter((name) => tasks?.some((task) => name.endsWith(`-${task}.log`)) ?? true)
  for (const name of asked.sort().reverse()) {
    if (lines.length >= count) break
    const own = readFileSync(join(folder, name), 'utf8').split('\n')
    own.pop()
    lines.unshift(...own.slice(-(count - lines.length)))
  }
  return lines
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}
