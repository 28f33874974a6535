import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import type { Command, RunningProcess } from '../../../ports/process.ts'
import { fromFiles } from './errors.ts'
import { placesOf } from './layout.ts'
import type { Parts } from './parts.ts'
import { MARKS } from './process-table.ts'
import type { ProcessRecord } from './record.ts'

/**
 * The one place where this engine starts something.
 *
 * INVARIANTS
 * - An intent is on disk before the start, pid and start time directly after it, and every child carries our marks in its environment:
 *   whenever we are killed, the record or the marks find it.
 * - The record goes when the child and its group are gone.
 */
export async function startChild(parts: Parts, app: App, given: { id?: string; what: string; command: Command & { env: Record<string, string> } }): Promise<RunningProcess> {
  const { processes: folder } = placesOf(parts.folder, app.stack)
  const id = given.id ?? newId()
  const path = join(folder, `${id}.json`)
  const put = (record: ProcessRecord) => writeFileSync(path, JSON.stringify(record))
  try {
    mkdirSync(folder, { recursive: true })
    put({ id, what: given.what })
  } catch (error) {
    throw fromFiles(`recording ${given.what}`, error)
  }
  let child: RunningProcess
  try {
    child = parts.processes.start({ ...given.command, env: { ...given.command.env, ...marksOf(parts, app) } })
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
  const finished = child.finished.finally(() => rmSync(path, { force: true }))
  // Whoever needs the outcome waits on `finished` too; here it is only about the record.
  finished.catch(() => {})
  try {
    const started = await parts.table.startOf(child.pid)
    if (started !== undefined) put({ id, what: given.what, pid: child.pid, started })
  } catch (error) {
    await child.stop(0)
    throw fromFiles(`recording ${given.what}`, error)
  }
  return { ...child, finished }
}

export function newId(): string {
  return randomBytes(5).toString('hex')
}

function marksOf({ stateId }: Parts, { run, stack }: App): Record<string, string> {
  return { [MARKS.state]: stateId, [MARKS.run]: run, [MARKS.stack]: stack }
}

/** What every program of an app gets: PATH with our Node.js first, and a home and temporary folder that go with the app. */
export function baseEnvOf(parts: Parts, app: App): Record<string, string> {
  const { home, tmp } = placesOf(parts.folder, app.stack)
  mkdirSync(home, { recursive: true })
  mkdirSync(tmp, { recursive: true })
  const base = parts.processes.baseEnv()
  return { ...base, PATH: [dirname(parts.nodePath), base.PATH].filter(Boolean).join(delimiter), HOME: home, TMPDIR: tmp }
}

/** `node` is the Node.js that runs us, whatever PATH says. */
export function withOurNode({ nodePath }: Parts, [program, ...args]: readonly [string, ...string[]]): [string, ...string[]] {
  return [program === 'node' ? nodePath : program, ...args]
}
