import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { App } from '../../../../domain/model/app.ts'
import type { ExecResult, Job } from '../../../../domain/model/job.ts'
import type { Answer } from './answer.ts'
import { Refusal } from './refusal.ts'
import { scriptOf } from './script.ts'
import { newId, type Files, type ServiceState, type World } from './state.ts'
import { mountsOf, readAt, volumeOf, writeAt, type Mount } from './volumes.ts'

/** Whoever asked, while an answer is on its way. */
export interface Caller {
  say(line: string): void
  /** Aborts when the caller has gone. */
  gone: AbortSignal
}

interface Command {
  argv: readonly string[]
  env: Record<string, string | null>
  stdin: Buffer
  mounts: Mount[]
  files: Files
  timeoutMs: number
  ended: AbortSignal
  onLine(line: string): void
}

export interface ExecArgs {
  argv: string[]
  env?: Record<string, string>
  stdin?: string
  timeoutMs: number
}

export function exec(world: World, service: ServiceState, args: ExecArgs, caller: Caller): Promise<ExecResult> {
  const { definition } = service
  const env = { ...definition.environment, ...args.env }
  const stdin = Buffer.from(args.stdin ?? '', 'base64')
  return carryOut(scriptOf(definition).exec ?? [], { argv: args.argv, env, stdin, mounts: mountsOf(world, service), files: service.given, timeoutMs: args.timeoutMs, ended: caller.gone, onLine: () => {} })
}

/**
 * A job's answers are the world's (the call `answers`), or stand as JSON in the program that it runs out of the folder that came with it.
 * It is listed until it has ended; one whose caller died goes on until its app is removed.
 */
export async function runJob(world: World, { app, id, job, connect }: { app: App; id: string; job: Job; connect: string }, caller: Caller): Promise<ExecResult & { ms: number }> {
  const from = performance.now()
  const mounts: Mount[] = job.mounts.map(({ volume, target }) => ({ target, volume: jobVolume(world, app, volume) }))
  if (job.copyIn) mounts.push({ target: job.copyIn.target, volume: { run: app.run, stack: app.stack, key: 'a copy', files: copyOf(job.copyIn.from) } })
  const files: Files = new Map(Object.entries(job.secretFiles ?? {}).map(([path, text]) => [path, Buffer.from(text)]))
  const ending = new AbortController()
  world.jobs.set(id, { run: app.run, stack: app.stack, name: `${app.stack}_job-${job.name}`, end: () => ending.abort() })
  const env = { ...job.env, ...(job.needsProxy ? { CCCI_CONNECT: connect } : {}) }
  const answers = [...world.answers, ...ownAnswers(job, mounts), ...NO_SQLITE]
  const result = await carryOut(answers, { argv: job.argv, env, stdin: Buffer.alloc(0), mounts, files, timeoutMs: job.timeoutMs, ended: ending.signal, onLine: caller.say })
  world.jobs.delete(id)
  return { ...result, ms: performance.now() - from }
}

/** There are no databases in this world for whoever looks for the files of SQLite. */
const NO_SQLITE: Answer[] = [{ match: "command === 'find'", stdout: 'cc-ci:[]\n' }]

function ownAnswers({ argv: [program], copyIn }: Job, mounts: Mount[]): Answer[] {
  if (!copyIn || !program.startsWith(`${copyIn.target}/`)) return []
  return [{ ...(JSON.parse(readAt(mounts, new Map(), program).toString()) as Omit<Answer, 'match'>), match: program }]
}

function copyOf(folder: string): Files {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(files.map(({ parentPath, name }) => [relative(folder, join(parentPath, name)), readFileSync(join(parentPath, name))]))
}

function jobVolume(world: World, app: App, key: string) {
  const known = volumeOf(world, app, key)
  if (known) return known
  if (!key.startsWith('scratch:')) throw new Refusal('not-found', `There is no volume ${key}.`)
  const made = { run: app.run, stack: app.stack, key, files: new Map<string, Buffer>() }
  world.volumes.set(newId(world, `${app.stack}_scratch`), made)
  return made
}

async function carryOut(answers: readonly Answer[], command: Command): Promise<ExecResult> {
  const line = command.argv.join(' ')
  const answer: Answer = answers.find((one) => line.includes(one.match)) ?? { match: '' }
  const fill = (text = '') => filled(text, command)
  const [stdout, stderr] = [fill(answer.stdout), fill(answer.stderr)]
  for (const [path, text] of Object.entries(answer.writes ?? {})) writeAt(command.mounts, path, Buffer.from(fill(text)))
  for (const printed of [stdout, stderr]) for (const one of printed.split('\n').slice(0, -1)) command.onLine(one)
  const takes = answer.hangs ? Number.POSITIVE_INFINITY : (answer.takesMs ?? 0)
  await passed(Math.min(takes, command.timeoutMs), command.ended)
  if (command.ended.aborted) return { exitCode: 137, stdout, stderr, timedOut: false }
  if (takes > command.timeoutMs) return { exitCode: null, stdout, stderr, timedOut: true }
  return { exitCode: answer.exitCode ?? 0, stdout, stderr, timedOut: false }
}

function filled(text: string, { env, stdin, mounts, files }: Command): string {
  return text.replaceAll(/\{(env|file|stdin):([^{}]+)\}/g, (_, kind: string, name: string) => {
    if (kind === 'env') return env[name] ?? ''
    return kind === 'stdin' ? String(stdin.length) : readAt(mounts, files, name).toString()
  })
}

function passed(ms: number, ended: AbortSignal): Promise<void> {
  if (ms <= 0 || ended.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      ended.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms).unref()
    ended.addEventListener('abort', done)
  })
}
