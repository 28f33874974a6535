import { constants } from 'node:fs'
import { chmod, lchown, link, lstat, lutimes, mkdir, open, readlink, rmdir, symlink, unlink, utimes, type FileHandle } from 'node:fs/promises'
import type { BackupSource } from '../../../ports/backup.ts'
import { liesIn } from '../../../lib/inner-path.ts'
import { slice, type SavedEntry } from './artefact.ts'
import { stopIfAborted } from './errors.ts'
import { below, lastName, readPath, under, type RawPath, type WrittenPath } from './raw-path.ts'
import { writeAll } from './save.ts'
import { kindOf, namesIn } from './walk.ts'

/**
 * Makes one saved path what it was: what came later is gone (trap 17), and what changed its kind is made anew. Files that are still
 * there are written in place, because the app runs and may hold them open; only a file with several names is made anew,
 * so that no other name changes with it. Links are never followed.
 * Sockets, pipes and devices are left where they were and not brought back: they hold no data.
 */
export async function restoreSource(given: { source: BackupSource; entries: SavedEntry[]; volumeFolder: RawPath; pack: FileHandle; signal: AbortSignal }): Promise<void> {
  const { source, volumeFolder, pack, signal } = given
  const isAsked = (path: WrittenPath) => liesIn(readPath(path).toString(), source.path)
  const saved = given.entries.filter((entry) => entry.volume === source.volume)
  const tree = treeOf(saved.filter((entry) => isAsked(entry.path)))
  /** A further name whose first name is not restored has its bytes there. */
  const bytesOf = (entry: SavedEntry) =>
    entry.sameAs === undefined ? entry : saved.find((first) => first.sameAs === undefined && readPath(first.path).equals(readPath(entry.sameAs!)))!

  const restoreEntry = async (entry: SavedEntry): Promise<void> => {
    stopIfAborted(signal, `restoring ${source.volume}`)
    const path = readPath(entry.path)
    const full = below(volumeFolder, path)
    if (entry.kind === 'folder') {
      await makeFolder(full)
      const children = tree.get(key(path)) ?? []
      const wanted = new Set(children.map((child) => key(lastName(readPath(child.path)))))
      for (const name of await namesIn(full)) if (!wanted.has(key(name))) await removeTree(under(full, name))
      for (const child of children) await restoreEntry(child)
      await setOwnerAndMode(full, entry)
      await utimes(full, entry.mtime, entry.mtime)
    } else if (entry.kind === 'link') {
      await removeUnless(full, async () => (await readlink(full, { encoding: 'buffer' })).equals(readPath(entry.target!)), 'link')
      if (!(await statOf(full))) await symlink(readPath(entry.target!), full)
      await setOwner(full, entry)
      await lutimes(full, entry.mtime, entry.mtime)
    } else if (entry.kind === 'other') {
      await removeUnless(full, async () => true, 'other')
    } else if (entry.sameAs !== undefined && isAsked(entry.sameAs)) {
      await removeTree(full)
      await link(below(volumeFolder, readPath(entry.sameAs)), full)
    } else {
      await removeUnless(full, async () => (await lstat(full)).nlink === 1, 'file')
      await writeFile(full, bytesOf(entry), pack, signal)
      await setOwnerAndMode(full, entry)
      await utimes(full, entry.mtime, entry.mtime)
    }
  }

  await restoreEntry(saved.find((entry) => readPath(entry.path).toString() === source.path)!)
}

/** Folder → its entries, in the order of the manifest: a file's first name comes before its further ones. */
function treeOf(entries: SavedEntry[]): Map<string, SavedEntry[]> {
  const tree = new Map<string, SavedEntry[]>()
  for (const entry of entries) {
    const path = readPath(entry.path)
    if (path.toString() === '.') continue
    const parent = key(path.subarray(0, Math.max(path.lastIndexOf(0x2f), 0)))
    const found = tree.get(parent || '.')
    if (found) found.push(entry)
    else tree.set(parent || '.', [entry])
  }
  return tree
}

/** Loses no byte. */
function key(path: RawPath): string {
  return path.toString('latin1')
}

async function statOf(full: RawPath) {
  return lstat(full).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

async function makeFolder(full: RawPath): Promise<void> {
  await removeUnless(full, async () => true, 'folder')
  const stat = await statOf(full)
  if (!stat) await mkdir(full, 0o700)
  // Whoever is not root must be let in first; the saved mode comes last.
  else if ((stat.mode & 0o700) !== 0o700) await chmod(full, 0o700)
}

async function removeUnless(full: RawPath, fits: () => Promise<boolean>, kind: SavedEntry['kind']): Promise<void> {
  const stat = await statOf(full)
  if (!stat || (kindOf(stat) === kind && (await fits()))) return
  await removeTree(full)
}


/** Like `rm -rf`, for any names, also through folders that forbid writing. */
export async function removeTree(full: RawPath): Promise<void> {
  const stat = await statOf(full)
  if (!stat) return
  if (!stat.isDirectory()) return unlink(full)
  if ((stat.mode & 0o700) !== 0o700) await chmod(full, 0o700)
  for (const name of await namesIn(full)) await removeTree(under(full, name))
  await rmdir(full)
}

async function writeFile(full: RawPath, entry: SavedEntry, pack: FileHandle, signal: AbortSignal): Promise<void> {
  const stat = await statOf(full)
  if (stat && (stat.mode & 0o200) === 0) await chmod(full, 0o600)
  const file = await open(full, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  try {
    let at = 0
    for await (const chunk of slice(pack, entry.from!, entry.bytes)) {
      stopIfAborted(signal, 'restoring')
      await writeAll(file, chunk, at)
      at += chunk.length
    }
    await file.truncate(at)
  } finally {
    await file.close()
  }
}

/** The owner first: changing it clears the bits that lend a program its owner's rights. */
async function setOwnerAndMode(full: RawPath, entry: SavedEntry): Promise<void> {
  await setOwner(full, entry)
  await chmod(full, entry.mode)
}

async function setOwner(full: RawPath, entry: SavedEntry): Promise<void> {
  const stat = await lstat(full)
  if (stat.uid !== entry.uid || stat.gid !== entry.gid) await lchown(full, entry.uid, entry.gid)
}
