import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { RecipeFile, RecipeTree } from '../../../domain/model/recipe.ts'
import { followPath } from '../../../domain/recipe/reach/tree-path.ts'
import { PortError } from '../../../ports/port-error.ts'

/** More than any recipe needs; a repository over that is no recipe, or a trap. */
const MOST_FILES = 5_000
const MOST_BYTES = 64 * 1024 * 1024

/** Every file below a folder that {@link refuseLarge} let pass, links as links. */
export async function readTree(folder: string): Promise<RecipeTree> {
  const files = new Map<string, RecipeFile>()
  for (const path of await pathsBelow(folder)) {
    const full = join(folder, path)
    const about = await lstat(full)
    if (about.isSymbolicLink()) files.set(path, { kind: 'symlink', target: await readlink(full) })
    else if (about.isFile()) files.set(path, { kind: 'file', bytes: await readFile(full), executable: (about.mode & 0o111) !== 0 })
  }
  return { files }
}

/** Judges a commit by git's own list of it (`ls-tree -r -z --long`), before a byte of it is written. */
export function refuseLarge(listed: string): void {
  const entries = listed.split('\0').filter(Boolean)
  count(entries.length, entries.reduce((sum, entry) => sum + (Number(/^\S+ \S+ \S+ +(\d+)\t/.exec(entry)?.[1]) || 0), 0))
}

/** Judges a folder before git takes it in; stops as soon as it is too large. */
export async function refuseLargeFolder(folder: string): Promise<void> {
  let files = 0
  let bytes = 0
  const waiting = [folder]
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const full = join(here, entry.name)
      if (entry.isDirectory()) {
        if (entry.name !== '.git' && entry.name !== '.cc-ci') waiting.push(full)
        continue
      }
      files += 1
      if (entry.isFile()) bytes += (await lstat(full)).size
      count(files, bytes)
    }
  }
}

function count(files: number, bytes: number): void {
  if (files > MOST_FILES) throw new PortError('refused', `The recipe holds more than ${MOST_FILES} files. Recipes are small: is this the right place?`)
  if (bytes > MOST_BYTES) throw new PortError('refused', `The recipe holds more than ${MOST_BYTES / 1024 / 1024} MiB. Recipes are small: keep large files elsewhere.`)
}

/** Links below a folder that lead out of it, by their text or through other links, to something that is there or not (trap 64). */
export async function linksOutside(folder: string): Promise<Array<{ path: string; target: string }>> {
  const files = new Map<string, RecipeFile>()
  for (const path of await pathsBelow(folder)) {
    const full = join(folder, path)
    const isLink = (await lstat(full)).isSymbolicLink()
    files.set(path, isLink ? { kind: 'symlink', target: await readlink(full) } : { kind: 'file', bytes: new Uint8Array(), executable: false })
  }
  return [...files].flatMap(([path, file]) => (file.kind === 'symlink' && followPath({ files }, path).leads === 'outside' ? [{ path, target: file.target }] : []))
}

async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}
