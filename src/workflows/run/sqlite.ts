import type { App } from '../../domain/model/app.ts'
import type { Engine, JobResult } from '../../ports/engine.ts'
import type { HostRules } from './context.ts'

/**
 * SQLite databases are found by their first 16 bytes, not by their names, and spoken to with SQLite itself, so that its locks
 * keep the app and us apart. The program runs as a job that mounts the volumes; Node brings SQLite with it.
 */
export interface SqliteFile {
  volume: string
  /** Relative to the volume's root. */
  path: string
}

/** What is needed of a run. */
export interface SqliteContext {
  app: App
  ports: { engine: Pick<Engine, 'runJob'>; host: Pick<HostRules, 'checksImage'> }
}

const LIMIT = 60_000
const MOST_FILES = 20

/**
 * Run inside a job: argv is [command, root…]. Paths come in as arguments, answers go out as one JSON line.
 *
 * Files are opened to be written even where they are only read: a reader could not finish what a crashed app left half done, and would
 * leave its `-wal` and `-shm` in the volume. `mode=rw` makes no file where there is none. As root, SQLite gives the files beside a
 * database to the database's owner.
 */
const PROGRAM = `
const fs = require('node:fs'), path = require('node:path'), { pathToFileURL } = require('node:url')
process.on('uncaughtException', (error) => { console.error(error.message); process.exit(1) })
const [command, ...rest] = process.argv.slice(1)
const say = (value) => console.log('cc-ci:' + JSON.stringify(value))
if (command === 'find') {
  const found = []
  const walk = (root, folder, depth) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory() && depth < 8) { try { walk(root, full, depth + 1) } catch {} continue }
      if (!entry.isFile()) continue
      try {
        const file = fs.openSync(full, 'r'), head = Buffer.alloc(16)
        fs.readSync(file, head, 0, 16, 0); fs.closeSync(file)
        if (head.toString('latin1') === 'SQLite format 3\\0') found.push([root, path.relative(root, full)])
      } catch {}
    }
  }
  for (const root of rest) walk(root, root, 0)
  say(found)
} else {
  const { DatabaseSync } = require('node:sqlite')
  const [file, name, value] = rest
  const db = new DatabaseSync(new URL(pathToFileURL(file).href + '?mode=rw'), { timeout: 10000 })
  let answer = true
  if (command === 'write') {
    db.exec('CREATE TABLE IF NOT EXISTS cc_ci_marker (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
    db.prepare('INSERT INTO cc_ci_marker VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, value)
  } else {
    const there = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'cc_ci_marker'").get()
    answer = there ? db.prepare('SELECT value FROM cc_ci_marker WHERE name = ?').get(name)?.value ?? null : null
  }
  db.close()
  say(answer)
}
`

export async function sqliteFiles(context: SqliteContext, volumes: string[], signal: AbortSignal): Promise<{ files: SqliteFile[] } | { trouble: string }> {
  const roots = new Map(volumes.map((volume) => [`/volumes/${volume}`, volume]))
  const result = await job(context, volumes, ['find', ...roots.keys()], signal)
  const answer = answerOf(result)
  if (answer === undefined) return { trouble: `they could not be looked for: ${says(result)}` }
  // On `local` a mount's place differs from what we asked for: the last part of the root is the volume either way.
  const files = (answer as Array<[string, string]>).map(([root, path]) => ({ volume: roots.get(root) ?? volumes.find((volume) => root.endsWith(`/${volume}`)) ?? volumes[0]!, path }))
  if (files.length > MOST_FILES) return { trouble: `there are ${files.length} of them, and we look into ${MOST_FILES} at most` }
  return { files }
}

export async function sqliteWrite(context: SqliteContext, file: SqliteFile, name: string, value: string, signal: AbortSignal): Promise<void> {
  const result = await job(context, [file.volume], ['write', `/volumes/${file.volume}/${file.path}`, name, value], signal)
  if (answerOf(result) !== true) throw new Error(says(result))
}

export async function sqliteRead(context: SqliteContext, file: SqliteFile, name: string, signal: AbortSignal): Promise<string | null> {
  const result = await job(context, [file.volume], ['read', `/volumes/${file.volume}/${file.path}`, name], signal)
  const answer = answerOf(result)
  if (answer === undefined) throw new Error(says(result))
  return answer as string | null
}

function job(context: SqliteContext, volumes: string[], args: string[], signal: AbortSignal): Promise<JobResult> {
  return context.ports.engine.runJob(context.app, {
    name: 'sqlite',
    image: context.ports.host.checksImage,
    argv: ['node', '--disable-warning=ExperimentalWarning', '-e', PROGRAM, ...args],
    env: {},
    mounts: volumes.map((volume) => ({ volume, target: `/volumes/${volume}`, readOnly: false })),
    needsProxy: false,
    trusted: true,
    timeoutMs: LIMIT,
    signal,
  })
}

function answerOf(result: JobResult): unknown {
  if (result.exitCode !== 0) return undefined
  const line = result.stdout.split('\n').findLast((one) => one.startsWith('cc-ci:'))
  return line === undefined ? undefined : JSON.parse(line.slice('cc-ci:'.length))
}

function says(result: JobResult): string {
  if (result.timedOut) return `no answer within ${LIMIT / 1000} s`
  return `exit code ${result.exitCode}: ${(result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ')}`
}
