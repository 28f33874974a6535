import { posix } from 'node:path'
import type { Job } from '../../../ports/engine.ts'
import type { writeTar } from '../../../lib/tar.ts'
import { putEntries, readFromContainer } from './archive.ts'
import { folderEntries } from './folder-entries.ts'
import type { Parts } from './parts.ts'

type Entry = Parameters<typeof writeTar>[0][number]

/**
 * The folders that we write into before a job starts. Each becomes a nameless volume, which goes with the container: under a read-only
 * root there is nowhere else that the engine lets us write, and a tmpfs does not exist yet before the start.
 */
export function ownFolders(job: Job): string[] {
  const folders = [...(job.copyIn ? [job.copyIn.target] : []), ...Object.keys(job.secretFiles ?? {}).map((path) => posix.dirname(path))]
  const outermostFirst = [...new Set(folders.map((folder) => posix.resolve('/', folder)))].sort((a, b) => a.length - b.length)
  const own: string[] = []
  for (const folder of outermostFirst) if (baseOf(folder, [...job.mounts.map(({ target }) => target), ...own]) === undefined) own.push(folder)
  return own
}

/** Writes what the job is given, readable by the user that it starts as and, for secrets, by nobody else. */
export async function putFiles(parts: Parts, container: string, job: Job): Promise<void> {
  if (!job.copyIn && !job.secretFiles) return
  const owner = await ownerIn(parts, container, job.image)
  const places = [...job.mounts.map(({ target }) => target), ...ownFolders(job)]
  const put = (folder: string, entries: Entry[]) => putBelow(parts, container, places, posix.resolve('/', folder), entries, owner)
  if (job.copyIn) await put(job.copyIn.target, await folderEntries(job.copyIn.from, owner))
  for (const [path, content] of Object.entries(job.secretFiles ?? {})) {
    await put(posix.dirname(path), [{ kind: 'file', path: posix.basename(path), bytes: Buffer.from(content), mode: 0o600, ...owner }])
  }
}

/** The archive goes to the mount that holds `folder`; the folders between are made on the way. */
async function putBelow(parts: Parts, container: string, places: string[], folder: string, entries: Entry[], owner: { uid: number; gid: number }): Promise<void> {
  const base = baseOf(folder, places) ?? '/'
  const between = posix.relative(base, folder)
  const folders = between === '' ? ['.'] : between.split('/').map((_, i, steps) => steps.slice(0, i + 1).join('/'))
  await putEntries(parts, container, base, [
    ...folders.map((path) => ({ kind: 'folder' as const, path, mode: 0o755, ...owner })),
    ...entries.map((entry) => ({ ...entry, path: posix.join(between, entry.path) })),
  ])
}

/** The innermost of `places` that `folder` is or lies in. */
function baseOf(folder: string, places: string[]): string | undefined {
  const holding = places.filter((place) => folder === place || folder.startsWith(`${place}/`))
  return holding.sort((a, b) => b.length - a.length)[0]
}

/** The user that the image starts as, as numbers. */
async function ownerIn(parts: Parts, container: string, image: string): Promise<{ uid: number; gid: number }> {
  const [user = '', group] = ((await parts.images.inspect(image))?.Config?.User ?? '').split(':')
  if (user === '') return { uid: 0, gid: 0 }
  if (/^\d+$/.test(user)) return { uid: Number(user), gid: group !== undefined && /^\d+$/.test(group) ? Number(group) : 0 }
  const passwd = Buffer.from(await readFromContainer(parts, container, '/etc/passwd')).toString('utf8')
  const [, , uid, gid] = passwd.split('\n').map((line) => line.split(':')).find(([name]) => name === user) ?? []
  return { uid: Number(uid ?? 0), gid: Number(gid ?? 0) }
}
