import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { RecipeFile, RecipeTree } from '../../../domain/model/recipe.ts'
import { PortError } from '../../../ports/port-error.ts'

/** More than any recipe needs; a repository over that is no recipe, or a trap. */
const MOST_FILES = 5_000
const MOST_BYTES = 64 * 1024 * 1024

/** Every file below a folder, links as links. */
export async function readTree(folder: string): Promise<RecipeTree> {
  const files = new Map<string, RecipeFile>()
  let bytes = 0
  for (const path of await pathsBelow(folder)) {
    const full = join(folder, path)
    const about = await lstat(full)
    if (about.isSymbolicLink()) files.set(path, { kind: 'symlink', target: await readlink(full) })
    else if (about.isFile()) {
      bytes += about.size
      if (bytes > MOST_BYTES) throw new PortError('refused', `The recipe holds more than ${MOST_BYTES / 1024 / 1024} MiB. Recipes are small: keep large files elsewhere.`)
      files.set(path, { kind: 'file', bytes: await readFile(full), executable: (about.mode & 0o111) !== 0 })
    }
    if (files.size > MOST_FILES) throw new PortError('refused', `The recipe holds more than ${MOST_FILES} files. Recipes are small: is this the right repository?`)
  }
  return { files }
}

/** Links below a folder that lead out of it, by their text or through other links (trap 64). */
export async function linksOutside(folder: string): Promise<Array<{ path: string; target: string }>> {
  const root = await realpath(folder)
  const outside: Array<{ path: string; target: string }> = []
  for (const path of await pathsBelow(folder)) {
    const full = join(root, path)
    if (!(await lstat(full)).isSymbolicLink()) continue
    const target = await readlink(full)
    const leads = await realpath(full).catch(() => resolve(dirname(full), target))
    if (leads !== root && !leads.startsWith(root + sep)) outside.push({ path, target })
  }
  return outside
}

async function pathsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')).sort()
}
