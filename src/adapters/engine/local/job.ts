import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import type { App } from '../../../domain/model/app.ts'
import { removeTree } from '../../../lib/remove-tree.ts'
import type { Job, JobResult } from '../../../ports/engine.ts'
import { PortError } from '../../../ports/port-error.ts'
import { baseEnvOf, newId, withOurNode } from './children.ts'
import { fromFiles, isAbsent } from './errors.ts'
import { runToEnd } from './exec.ts'
import { translate, type PathPair } from './inside-paths.ts'
import { placesOf, plainName } from './layout.ts'
import type { Parts } from './parts.ts'
import { claim } from './record.ts'

/**
 * A program of ours, or of a recipe that is trusted, run to its end in a private folder. There is no wall around it: `readOnly` and
 * `trusted` are promises that this engine cannot keep, which is why no pull request is ever run on it.
 *
 * Paths inside the job (mount targets, secret files, what was copied in) mean the folders and files that stand for them, wherever one
 * begins in an argument or an environment value; each mount's folder is also in `CCCI_MOUNT_<VOLUME>`.
 */
export async function runJob(parts: Parts, app: App, job: Job): Promise<JobResult> {
  await claim(parts, app)
  const places = placesOf(parts.folder, app.stack)
  const own = join(places.jobs, `${plainName(job.name, 'job')}-${newId()}`)
  const tried = `running job ${job.name} of ${app.stack}`
  try {
    const work = join(own, 'work')
    await mkdir(work, { recursive: true, mode: 0o700 })
    const mounts = await Promise.all(job.mounts.map(async ({ volume, target }) => ({ volume, inside: plain(target), here: await mountOf(places, volume, tried) })))
    const paths: PathPair[] = [...mounts]
    for (const [inside, bytes] of Object.entries(job.secretFiles ?? {})) paths.push(...(await putSecretFile(join(own, 'secrets'), plain(inside), bytes)))
    if (job.copyIn) {
      const here = join(own, 'copy')
      await cp(job.copyIn.from, here, { recursive: true, verbatimSymlinks: true, filter: (path) => posix.basename(path) !== '.git' })
      paths.push({ inside: plain(job.copyIn.target), here })
    }
    const here = (text: string) => translate(text, paths)
    const env = Object.fromEntries(Object.entries(job.env).map(([key, value]) => [key, here(value)]))
    const connect = job.needsProxy && { CCCI_CONNECT: `127.0.0.1:${await parts.router.port()}` }
    return await runToEnd(parts, app, {
      what: `job ${job.name}`,
      argv: withOurNode(parts, job.argv.map(here) as [string, ...string[]]),
      cwd: job.workdir === undefined ? work : here(plain(job.workdir)),
      env: { ...baseEnvOf(parts, app), HOME: work, ...Object.fromEntries(mounts.map((mount) => [mountName(mount.volume), mount.here])), ...env, ...connect },
      timeoutMs: job.timeoutMs,
      signal: job.signal,
      onLine: job.onLine,
    })
  } catch (error) {
    throw fromFiles(tried, error)
  } finally {
    await removeTree(own)
  }
}

/** An app's volume must be there: an empty one made on the way would hide a mistake. A scratch volume is made when absent. */
async function mountOf(places: { volumes: string; scratch: string }, volume: string, tried: string): Promise<string> {
  const scratch = /^scratch:(.+)$/.exec(volume)?.[1]
  if (scratch !== undefined) {
    const folder = join(places.scratch, plainName(scratch, 'scratch volume'))
    await mkdir(folder, { recursive: true })
    return folder
  }
  const folder = join(places.volumes, plainName(volume, 'volume'))
  await stat(folder).catch((error) => {
    throw isAbsent(error) ? new PortError('not-found', `${tried}: there is no volume ${volume}`) : error
  })
  return folder
}

/** The file and the folder it lies in: a job may be told either. */
async function putSecretFile(root: string, inside: string, bytes: string): Promise<PathPair[]> {
  const here = join(root, inside)
  await mkdir(dirname(here), { recursive: true, mode: 0o700 })
  await writeFile(here, bytes, { mode: 0o600 })
  const folder = posix.dirname(inside)
  return [{ inside, here }, ...(folder === '/' ? [] : [{ inside: folder, here: dirname(here) }])]
}

function plain(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

function mountName(volume: string): string {
  return `CCCI_MOUNT_${volume.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
}
