import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunResults } from '../../src/domain/model/run.ts'

export const checkout = join(import.meta.dirname, '..', '..')

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface Started {
  pid: number
  ended: Promise<Ended>
  /** Resolves with all of standard error once it holds this text; rejects when the command ends before. */
  says(text: string | RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
}

/** Starts the command line as a person would, but on the Node we are on, so that a test needs no set-up twice. */
export function start(args: string[], given: { env?: Record<string, string>; cwd?: string; /** Another command line that starts this one. */ through?: (argv: string[]) => string[] } = {}): Started {
  const argv = [process.execPath, join(checkout, 'src', 'wiring', 'main.ts'), ...args]
  const [program, ...rest] = given.through?.(argv) ?? argv
  const child = spawn(program!, rest, {
    cwd: given.cwd ?? checkout,
    env: { ...process.env, NO_COLOR: '1', ...given.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  const listeners = new Set<() => void>()
  child.stdout.on('data', (part: Buffer) => (out += part))
  child.stderr.on('data', (part: Buffer) => {
    err += part
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
  return {
    pid: child.pid!,
    ended,
    kill: (signal) => void child.kill(signal),
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (typeof text === 'string' ? !err.includes(text) : !text.test(err)) return
          listeners.delete(look)
          resolve(err)
        }
        listeners.add(look)
        look()
        void ended.then((end) => reject(new Error(`it ended with ${end.code} and never said ${text}:\n${end.err}`)))
      }),
  }
}

export function cli(args: string[], given: Parameters<typeof start>[1] = {}): Promise<Ended> {
  return start(args, given).ended
}

/** One run with `--json`; a run that gives no results fails the test with what it said instead. */
export async function runJson(args: string[], given: { env?: Record<string, string>; state: string }): Promise<{ code: number | null; results: RunResults; err: string }> {
  const ended = await cli(['run', ...args, '--json', '--state', given.state], given)
  if (!ended.out.trim()) throw new Error(`no results, exit code ${ended.code}:\n${ended.err}`)
  return { code: ended.code, results: JSON.parse(ended.out) as RunResults, err: ended.err }
}

/** A folder for one test, gone after it. */
export function temporaryFolder(name: string): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), `cc-ci-${name}-`))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
