import { randomBytes } from 'node:crypto'
import { innerPath, liesIn } from '../../../lib/inner-path.ts'
import type { App } from '../../../domain/model/app.ts'
import type { Job, JobResult } from '../../../domain/model/job.ts'
import type { Artefact, BackupEntry, Backups, BackupSource } from '../../../ports/backup.ts'
import { PortError } from '../../../ports/port-error.ts'
import { resticError, resticOutputError } from './errors.ts'
import { entryOf, isNode, isSummary, objectIn, onlyVanished, readsBackAsWritten, storedFile } from './output.ts'
import { entriesScript, INCOMPLETE, placesBelow, restoreScript, saveScript, type Places } from './scripts.ts'

export interface ResticGiven {
  runJob: (app: App, job: Job) => Promise<JobResult>
  /** Holds `restic` (0.14 or newer), `sh`, `find`, `grep`. */
  image: string
  /** Where everything lies inside the job. */
  root?: string
  timeoutMs?: number
}

/** One backup is one repository: what happened to another does not touch it. Its password is kept in this process alone. */
interface Repository {
  name: string
  password: string
}

interface Saved extends Repository {
  sources: BackupSource[]
  /** Hash and path of every file of the repository when the backup was done. */
  stored: string[]
}

/**
 * Backups with restic, as the backup bot of Co-op Cloud makes them: a job beside the app with its volumes mounted, read-only while
 * saving. Each backup is a repository of its own in the scratch volume `restic` of the run, with a password made for it and handed over as
 * a file. `discard` forgets name and password; the bytes go with the scratch volume, which the engine removes with the run: a job that
 * deleted them after the teardown would make that volume again.
 */
export function resticBackups({ runJob, image, root = '/ccci', timeoutMs = 30 * 60_000 }: ResticGiven): Backups {
  /** By run and snapshot. */
  const saved = new Map<string, Map<string, Saved>>()
  let version: string | undefined

  async function run(app: App, given: { tried: string; script: (places: Places) => string; sources: BackupSource[]; repository: Repository & Partial<Saved>; write: boolean; signal: AbortSignal }) {
    const { tried, sources, repository, signal } = given
    const stopped = () => new PortError('timeout', `${tried}: ended before it was done`, { cause: signal.reason, againCanHelp: false })
    if (signal.aborted) throw stopped()
    const places = placesBelow(root, repository.name)
    const lines: string[] = []
    const result = await runJob(app, {
      name: 'restic',
      image,
      argv: ['sh', places.script],
      env: { RESTIC_REPOSITORY: places.repository, RESTIC_PASSWORD_FILE: places.password, RESTIC_PROGRESS_FPS: '0.1', XDG_CACHE_HOME: `${places.scratch}/cache`, HOME: places.scratch },
      secretFiles: { [places.password]: repository.password, [places.script]: `${given.script(places)}\n`, [places.stored]: (repository.stored ?? []).map((line) => `${line}\n`).join('') },
      mounts: [
        { volume: 'scratch:restic', target: places.scratch, readOnly: false },
        ...[...new Set(sources.map(({ volume }) => volume))].map((volume) => ({ volume, target: `${places.volumes}/${volume}`, readOnly: !given.write })),
      ],
      needsProxy: false,
      trusted: true,
      timeoutMs,
      signal,
      onLine: (line) => lines.push(line),
    })
    if (signal.aborted) throw stopped()
    return { result, lines, places }
  }

  async function save(app: App, asked: BackupSource[], signal: AbortSignal): Promise<Artefact> {
    const sources = plain(asked)
    const tried = `saving ${words(sources)} of ${app.domain}`
    const repository: Repository = { name: `repository-${randomBytes(6).toString('hex')}`, password: randomBytes(32).toString('hex') }
    const { result, lines } = await run(app, { tried, script: (places) => saveScript(places, sources), sources, repository, write: false, signal })
    if (result.exitCode !== 0 && !(result.exitCode === INCOMPLETE && onlyVanished(lines))) throw resticError(tried, result)
    version = lines.map((line) => /^restic (\S+) /.exec(line)?.[1]).find(Boolean) ?? version
    const summary = lines.map(objectIn).find((found) => found !== undefined && isSummary(found))
    if (!summary || !isSummary(summary)) throw resticOutputError(tried, 'named no snapshot')
    const stored = lines.flatMap((line) => storedFile(line) ?? [])
    const wrong = stored.find((file) => !readsBackAsWritten(file))
    if (wrong || stored.length === 0) throw resticOutputError(tried, `what it stored does not read back as it was written (${wrong?.path ?? 'nothing is there'})`)
    const ofRun = saved.get(app.run) ?? new Map<string, Saved>()
    saved.set(app.run, ofRun.set(summary.snapshot_id, { ...repository, sources, stored: stored.map(({ line }) => line) }))
    return { id: summary.snapshot_id, bytes: summary.total_bytes_processed }
  }

  async function entries(app: App, { id }: Artefact, signal: AbortSignal): Promise<BackupEntry[]> {
    const repository = savedAs(app, id)
    const tried = `reading backup ${id} of ${app.domain}`
    const { result, lines, places } = await run(app, { tried, script: (places) => entriesScript(places, id), sources: [], repository, write: false, signal })
    if (result.exitCode !== 0) throw resticError(tried, result)
    const found = lines.map(objectIn).flatMap((line) => (line !== undefined && isNode(line) ? (entryOf(line, places.volumes) ?? []) : []))
    const wanted = found.filter((entry) => repository.sources.some((source) => source.volume === entry.volume && liesIn(entry.path, source.path)))
    // Each source is at least one entry: an empty folder is listed too.
    if (wanted.length === 0) throw resticOutputError(tried, 'listed nothing')
    return wanted
  }

  async function restore(app: App, { id }: Artefact, asked: BackupSource[], signal: AbortSignal): Promise<void> {
    const sources = plain(asked)
    const repository = savedAs(app, id)
    for (const source of sources)
      if (!repository.sources.some((other) => other.volume === source.volume && liesIn(source.path, other.path)))
        throw new PortError('not-found', `restoring ${words([source])} of ${app.domain}: backup ${id} does not hold it`)
    const tried = `restoring ${words(sources)} of ${app.domain}`
    const { result } = await run(app, { tried, script: (places) => restoreScript(places, id, sources), sources, repository, write: true, signal })
    if (result.exitCode !== 0) throw resticError(tried, result)
  }

  function savedAs(app: App, id: string): Saved {
    const found = saved.get(app.run)?.get(id)
    if (!found) throw new PortError('not-found', `reading backup ${id} of ${app.domain}: there is none of that name`)
    return found
  }

  return {
    // Which version the image holds, the first backup tells.
    says: async () => (version ? `restic ${version}` : `restic (${image})`),
    save,
    entries,
    restore,
    discard: async (app) => void saved.delete(app.run),
  }
}

/** The same paths, written plainly. `refused`: nothing at all, or a path that leaves its volume (trap 64). */
function plain(sources: BackupSource[]): BackupSource[] {
  if (sources.length === 0) throw new PortError('refused', 'backup: nothing to save was named; a backup of nothing is none')
  return sources.map(({ volume, path }) => {
    const inner = innerPath(path)
    if (inner === undefined) throw new PortError('refused', `backup: the path ${JSON.stringify(path)} leaves the volume ${volume}; name one inside it`)
    return { volume, path: inner }
  })
}

function words(sources: BackupSource[]): string {
  return sources.map(({ volume, path }) => (path === '.' ? volume : `${volume}/${path}`)).join(', ')
}
