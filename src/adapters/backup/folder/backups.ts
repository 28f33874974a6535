import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { liesIn } from '../../../lib/inner-path.ts'
import type { App } from '../../../domain/model/app.ts'
import type { Artefact, BackupEntry, Backups, BackupSource } from '../../../ports/backup.ts'
import type { Clock } from '../../../ports/clock.ts'
import { PortError } from '../../../ports/port-error.ts'
import { idOf, MANIFEST, PACK, verified, type Manifest, type SavedEntry } from './artefact.ts'
import { folderError, stopIfAborted } from './errors.ts'
import { readPath } from './raw-path.ts'
import { removeTree, restoreSource } from './restore.ts'
import { packSource } from './save.ts'
import { outermost, plainSources, throughFolders } from './sources.ts'

/**
 * Backups where volumes are folders of this machine.
 * Not saved: extended attributes and access lists (Node.js has no call for them); times are kept to the microsecond.
 * `folder` says where an app's backups lie, one folder each; half-written ones have names that begin with a dot and are never read. It
 * should be a place that goes when the app is removed: whoever is killed calls no `discard`.
 */
export function folderBackups({ folder, volumeFolder, clock }: { folder: (app: App) => string; volumeFolder: (app: App, volume: string) => string; clock: Clock }): Backups {
  async function save(app: App, asked: BackupSource[], signal: AbortSignal): Promise<Artefact> {
    const plain = plainSources(asked)
    const sources = outermost(plain)
    const tried = `saving ${words(sources)} of ${app.domain}`
    const unfinished = join(folder(app), `.${randomUUID()}`)
    try {
      for (const source of plain) await mustExist(app, source)
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      const entries: SavedEntry[] = []
      let bytes = 0
      const pack = await open(join(unfinished, PACK), 'wx', 0o600)
      try {
        for (const source of sources) {
          stopIfAborted(signal, tried)
          const found = await packSource({ source, volumeFolder: Buffer.from(volumeFolder(app, source.volume)), pack, from: bytes, signal })
          for (const entry of found) if (entry.from !== undefined) bytes += entry.bytes
          entries.push(...found)
        }
        await pack.sync()
      } finally {
        await pack.close()
      }
      const text = JSON.stringify({ form: 1, at: clock.now(), sources, entries } satisfies Manifest)
      const id = idOf(text)
      await writeFile(join(unfinished, MANIFEST), text, { mode: 0o600, flush: true })
      await rename(unfinished, join(folder(app), id))
      return { id, bytes }
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true })
      throw folderError(tried, error)
    }
  }

  async function mustExist(app: App, { volume, path }: BackupSource): Promise<void> {
    const root = volumeFolder(app, volume)
    const missing = async () => {
      throw new PortError('not-found', `saving ${volume}: there is no ${JSON.stringify(path)} in it; a hook that should have made it did not, or the label is wrong`)
    }
    if (!(await isThere(root))) throw new PortError('not-found', `saving ${volume}: ${app.domain} has no such volume`)
    await throughFolders(Buffer.from(root), path, missing)
    if (path !== '.' && !(await isThere(join(root, path)))) await missing()
  }

  async function entries(app: App, { id }: Artefact, signal: AbortSignal): Promise<BackupEntry[]> {
    const manifest = await opened(app, id, signal)
    return manifest.entries.map(({ volume, path, kind, bytes }) => ({ volume, path: readPath(path).toString(), kind, bytes }))
  }

  async function restore(app: App, { id }: Artefact, asked: BackupSource[], signal: AbortSignal): Promise<void> {
    const sources = outermost(plainSources(asked))
    // All of it is read and compared before anything of the app is touched.
    const manifest = await opened(app, id, signal)
    for (const source of sources) {
      if (!manifest.sources.some((saved) => saved.volume === source.volume && liesIn(source.path, saved.path)))
        throw new PortError('not-found', `restoring ${words([source])} of ${app.domain}: backup ${id} does not hold it`)
      if (!manifest.entries.some((entry) => entry.volume === source.volume && readPath(entry.path).toString() === source.path))
        throw new PortError('not-found', `restoring ${words([source])} of ${app.domain}: it was not there when backup ${id} was made`)
    }
    try {
      const pack = await open(join(folder(app), id, PACK))
      try {
        for (const source of sources) {
          const root = Buffer.from(volumeFolder(app, source.volume))
          await mkdir(root, { recursive: true })
          await throughFolders(root, source.path, async (parent) => void (await mkdir(parent)))
          await restoreSource({ source, entries: manifest.entries, volumeFolder: root, pack, signal })
        }
      } finally {
        await pack.close()
      }
    } catch (error) {
      throw folderError(`restoring ${words(sources)} of ${app.domain}`, error)
    }
  }

  async function opened(app: App, id: string, signal: AbortSignal): Promise<Manifest> {
    const artefact = join(folder(app), id)
    if (!/^[0-9a-f]+$/.test(id) || !(await isThere(artefact))) throw new PortError('not-found', `reading backup ${id} of ${app.domain}: there is none of that name`)
    try {
      return await verified(artefact, id, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw new PortError('unexpected', `reading backup ${id} of ${app.domain}: it is damaged: a part of it is missing. It cannot be used; save again.`, { cause: error })
      throw folderError(`reading backup ${id} of ${app.domain}`, error)
    }
  }

  async function discard(app: App): Promise<void> {
    try {
      await removeTree(Buffer.from(folder(app)))
    } catch (error) {
      throw folderError(`removing the backups of ${app.domain}`, error)
    }
  }

  return { says: async () => 'folder copy', save, entries, restore, discard }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
      throw error
    },
  )
}

function words(sources: BackupSource[]): string {
  return sources.map(({ volume, path }) => (path === '.' ? volume : `${volume}/${path}`)).join(', ')
}
