import { rename, rm, writeFile } from 'node:fs/promises'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { removeDeadTemporaries, temporaryName } from '../../../lib/temporary.ts'
import type { Clock } from '../../../ports/clock.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Comparing, Restored, Restoring, Snapshot, SnapshotDocument, SnapshotFolder, SnapshotId, Snapshots, Space, Taking } from '../../../ports/snapshots.ts'
import { dataBytes } from './entry.ts'
import { snapshotError } from './errors.ts'
import { damaged, generationNumber, generationsIn, nameOf, namesIn, openDocuments, openManifest, packFile, syncFolder } from './generation.ts'
import { raise, stopFlag } from './stop-flag.ts'
import type { Job, ThreadData } from './thread.ts'
import { fromThread, threadFile, type ThreadAnswer } from './threads.ts'

const KEPT = 2
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

/**
 * Snapshots as folders of this machine: `<root>/<app>/snapshot/<generation>`. Their form: generation.ts; why it is so: docs/decisions/snapshots-are-tar-packs.md;
 * how an operator gets data out with nothing but tar: docs/operate/snapshots.md.
 *
 * INVARIANTS
 * - A generation appears by one rename, when all of it is on the disk; until then it has a temporary name that nobody lists.
 * - Nothing is touched beside `snapshot/`: what else lies in the app's folder is somebody else's (trap 18).
 * - Files are shared between generations only, as hard links to what is never written again; never with live data (trap 59).
 */
export function folderSnapshots({ root, clock }: { root: string; clock: Clock }): Snapshots {
  function shelfOf(app: string): string {
    assertName(app, 'the app')
    return join(root, app, 'snapshot')
  }

  function generationOf(app: string, id: SnapshotId): string {
    const folder = join(shelfOf(app), id)
    if (generationNumber(id) === undefined || statSync(folder, { throwIfNoEntry: false }) === undefined) throw new PortError('not-found', `snapshot ${id} of ${app}: there is none of that name`)
    return folder
  }

  async function space(app: string, folders: readonly SnapshotFolder[], signal: AbortSignal): Promise<Space> {
    const tried = `looking how much room a snapshot of ${app} needs`
    assertFolders(folders)
    return await wrapped(tried, async () => {
      const shelf = made(shelfOf(app))
      await proveWritable(shelf)
      return await runJob({ job: 'space', shelf, folders: [...folders] }, signal)
    }) as Space
  }

  async function take(app: string, { folders, documents, assertQuiet, keep = [], anew = false, signal }: Taking): Promise<Snapshot> {
    const tried = `taking a snapshot of ${app}`
    assertFolders(folders)
    for (const { name } of documents) assertDocumentName(name)
    if (new Set(documents.map(({ name }) => name)).size !== documents.length) throw new PortError('refused', 'snapshot: a document was named twice')
    const shelf = made(shelfOf(app))
    await wrapped(tried, () => removeDeadTemporaries(shelf))
    await assertQuiet()
    const temporary = join(shelf, temporaryName('.taking'))
    let id: SnapshotId
    try {
      id = await wrapped(tried, () => runJob({ job: 'take', app, shelf, temporary, at: clock.now(), folders: [...folders], documents: [...documents], anew }, signal)) as SnapshotId
      await assertQuiet()
      await wrapped(tried, async () => {
        await rename(temporary, join(shelf, id))
        syncFolder(shelf)
      })
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
      throw error
    }
    const kept = new Set([...keep, ...generationsIn(shelf).slice(0, KEPT)])
    await wrapped(`dropping old snapshots of ${app}`, async () => {
      for (const old of generationsIn(shelf)) if (!kept.has(old)) await discard(shelf, old)
    })
    return described(join(shelf, id))
  }

  async function verify(app: string, id: SnapshotId, signal: AbortSignal): Promise<Snapshot> {
    const generation = generationOf(app, id)
    return await wrapped(`verifying snapshot ${id} of ${app}`, async () => {
      await runJob({ job: 'verify', generation }, signal)
      return described(generation)
    })
  }

  async function list(app: string): Promise<Snapshot[]> {
    const shelf = shelfOf(app)
    return await wrapped(`listing the snapshots of ${app}`, async () =>
      generationsIn(shelf).flatMap((id) => {
        try {
          return [described(join(shelf, id))]
        } catch {
          // Kept, and told to whoever asks for it by name.
          return []
        }
      }),
    )
  }

  async function documents(app: string, id: SnapshotId): Promise<SnapshotDocument[]> {
    const generation = generationOf(app, id)
    return await wrapped(`reading the documents of snapshot ${id} of ${app}`, async () => openDocuments(generation, openManifest(generation)))
  }

  async function restore(app: string, id: SnapshotId, { folders, compare = 'bytes', assertQuiet, signal }: Restoring): Promise<Restored> {
    assertFolders(folders)
    const generation = generationOf(app, id)
    await assertQuiet()
    const restored = await wrapped(`restoring snapshot ${id} of ${app}`, () => runJob({ job: 'restore', app, generation, folders: [...folders], compare }, signal))
    await assertQuiet()
    return restored as Restored
  }

  async function differences(app: string, id: SnapshotId, { folders, compare = 'bytes', signal }: Comparing): Promise<string[]> {
    assertFolders(folders)
    const generation = generationOf(app, id)
    return await wrapped(`comparing ${app} with snapshot ${id}`, () => runJob({ job: 'differences', app, generation, folders: [...folders], compare }, signal)) as string[]
  }

  async function drop(app: string, id?: SnapshotId): Promise<void> {
    const shelf = shelfOf(app)
    await wrapped(`dropping snapshots of ${app}`, async () => {
      for (const one of generationsIn(shelf)) if (id === undefined || one === id) await discard(shelf, one)
      if (id === undefined) await removeDeadTemporaries(shelf)
    })
  }

  async function sweep(): Promise<void> {
    await wrapped('sweeping snapshots', async () => {
      for (const app of namesIn(root)) {
        const shelf = join(root, app, 'snapshot')
        await removeDeadTemporaries(shelf)
        for (const generation of generationsIn(shelf)) await removeDeadTemporaries(join(shelf, generation))
      }
    })
  }

  return { space, take, verify, list, documents, restore, differences, drop, sweep }
}

/** Whole or not at all, also for whoever looks meanwhile: under its name it is always complete. */
async function discard(shelf: string, id: SnapshotId): Promise<void> {
  const temporary = join(shelf, temporaryName('.dropped'))
  await rename(join(shelf, id), temporary)
  await rm(temporary, { recursive: true, force: true })
}

function described(generation: string): Snapshot {
  const manifest = openManifest(generation)
  const id = nameOf(generation)
  for (const { name } of manifest.packs) if (statSync(packFile(generation, name), { throwIfNoEntry: false }) === undefined) throw damaged(id, `${name}.tar is missing`)
  return {
    id,
    app: manifest.app,
    at: manifest.at,
    folders: manifest.folders,
    documents: manifest.documents.map(({ name }) => name),
    entries: manifest.entries.length,
    bytes: manifest.entries.reduce((sum, entry) => sum + (entry.sameAs === undefined ? dataBytes(entry) : 0), 0),
    storedBytes: manifest.packs.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** In a thread of its own, which is gone when this returns. */
async function runJob(job: Job, signal: AbortSignal): Promise<unknown> {
  const stop = stopFlag()
  if (signal.aborted) raise(stop)
  const onAbort = () => raise(stop)
  signal.addEventListener('abort', onAbort)
  const worker = new Worker(threadFile(), { workerData: { role: 'job', job, stop: stop.memory } satisfies ThreadData })
  try {
    const answer = await new Promise<ThreadAnswer>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    if ('failed' in answer) throw fromThread(answer.failed)
    return answer.done
  } finally {
    signal.removeEventListener('abort', onAbort)
    await worker.terminate()
  }
}

async function wrapped<T>(tried: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw snapshotError(tried, error)
  }
}

/** What a take does there first and last: makes a folder, with something in it, and gives it another name. */
async function proveWritable(shelf: string): Promise<void> {
  const [tried, renamed] = [join(shelf, temporaryName('.tried')), join(shelf, temporaryName('.tried'))]
  try {
    mkdirSync(tried, { mode: 0o700 })
    await writeFile(join(tried, 'file'), 'x')
    await rename(tried, renamed)
  } finally {
    for (const path of [tried, renamed]) await rm(path, { recursive: true, force: true })
  }
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

function assertName(name: string, what: string): void {
  if (!NAME.test(name)) throw new PortError('refused', `snapshot: ${JSON.stringify(name)} cannot name ${what}: letters, digits and _.- only, none of .- first`)
}

/** `.env` is a good one. */
function assertDocumentName(name: string): void {
  assertName(name.replace(/^\.(?=[^.])/, ''), 'a document')
}

function assertFolders(folders: readonly SnapshotFolder[]): void {
  for (const { name } of folders) assertName(name, 'a folder')
  if (new Set(folders.map(({ name }) => name)).size !== folders.length) throw new PortError('refused', 'snapshot: a folder was named twice')
}
