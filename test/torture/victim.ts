import { existsSync, watch } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start, type Started } from '../support/cli.ts'
import { journalOf } from './gaps.ts'
import type { Ground } from './ground.ts'

/** When to kill a run: so long after its start, or so long after its journal has so many entries. */
export type Moment = { ms: number } | { after: number; ms: number }

export interface Victim {
  /** False: it came to its end before its moment. */
  killed: boolean
  /** Undefined: it died before it had a record. */
  id: string | undefined
  folder: string | undefined
  startedAt: number
  endedAt: number
  /** null: by a signal. */
  code: number | null
  err: string
}

/** Starts a real run and kills it at its moment; without one it is let to its end. */
export async function runAndKill(ground: Ground, moment?: Moment): Promise<Victim> {
  const startedAt = Date.now()
  const run = start(['run', ground.recipe, '--engine', ground.engine, '--state', ground.state], { env: { ...ground.env, ...ground.fast }, through: ground.through })
  const over = new AbortController()
  const ended = run.ended.finally(() => over.abort())
  if (moment) {
    if ('after' in moment) await untilRecorded(ground, run, moment.after, over.signal)
    await pause(moment.ms, over.signal)
    run.kill('SIGKILL')
  }
  const { code, err } = await ended
  const id = await idOf(ground, run.pid)
  return { killed: code === null, id, folder: id && join(ground.state, 'runs', id), startedAt, endedAt: Date.now(), code, err }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

async function untilRecorded(ground: Ground, run: Started, count: number, signal: AbortSignal): Promise<void> {
  if (count === 0) return
  const runs = join(ground.state, 'runs')
  const id = await whenChanged(existsSync(runs) ? runs : ground.state, signal, () => idOf(ground, run.pid))
  if (id === undefined) return
  await whenChanged(join(runs, id, 'journal.jsonl'), signal, async () => ((await journalOf(join(runs, id))).length >= count ? true : undefined))
}

/** Looks now and at every change of the file or folder, until there is an answer; undefined when the signal comes first. */
async function whenChanged<T>(path: string, signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T | undefined> {
  return await new Promise((resolve, reject) => {
    const watcher = watch(path)
    const end = (answer: T | undefined) => {
      watcher.close()
      resolve(answer)
    }
    let asked = Promise.resolve()
    const again = () => {
      asked = asked.then(look).then((answer) => (answer === undefined ? undefined : end(answer)), reject)
    }
    watcher.on('change', again)
    signal.addEventListener('abort', () => end(undefined))
    if (signal.aborted) end(undefined)
    again()
  })
}

const known = new Map<string, number>()

/** The run of that process, by its record. */
async function idOf(ground: Ground, pid: number): Promise<string | undefined> {
  const runs = join(ground.state, 'runs')
  for (const id of existsSync(runs) ? await readdir(runs) : []) {
    if (id.startsWith('.')) continue
    const folder = join(runs, id)
    if (!known.has(folder)) known.set(folder, (JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { pid: number }).pid)
    if (known.get(folder) === pid) return id
  }
  return undefined
}
