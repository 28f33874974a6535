import { spawn } from 'node:child_process'
import { appendFile, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

export class RigError extends Error {
  override name = 'RigError'
}

export interface CommandOptions {
  cwd?: string
  /** Replaces the environment; without it the caller's own. */
  env?: NodeJS.ProcessEnv
  input?: string
  /** Everything it prints is added to this file. */
  log?: string
  /** Exit codes that are answers, not failures. */
  mayExit?: number[]
  /** Long work steps aside for whoever else uses the machine. */
  nice?: boolean
}

export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

/** Runs a program to its end. A failure names the command, its exit code, its last lines and where the rest is. */
export async function run(command: string, args: string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file, argv] = options.nice ? ['nice', ['-n', '10', command, ...args]] : [command, args]
  const child = spawn(file, argv, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const code = await new Promise<number>((done, failed) => {
    child.on('error', (error) => failed(new RigError(`${command} could not be started: ${error.message}`, { cause: error })))
    child.on('close', (exit, signal) => done(exit ?? (signal ? 128 : 1)))
  })
  if (options.log) {
    await mkdir(dirname(options.log), { recursive: true })
    await appendFile(options.log, `$ ${command} ${args.join(' ')}\n${stdout}${stderr}\n`)
  }
  if (code !== 0 && !options.mayExit?.includes(code)) {
    const last = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n')
    const rest = options.log ? `\nAll of it: ${options.log}` : ''
    throw new RigError(`${command} ${args.slice(0, 6).join(' ')} ended with ${code}:\n${last}${rest}`)
  }
  return { code, stdout, stderr }
}

/** Asks again, a little later each time, until the answer is not undefined. The deadline's message says what was waited for. */
export async function until<T>(what: string, deadlineMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + deadlineMs
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new RigError(`waited ${Math.round(deadlineMs / 1000)} s for ${what}, in vain`)
    await new Promise((done) => setTimeout(done, pause))
  }
}
