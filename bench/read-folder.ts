import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { ReadRecipe } from '../src/domain/model/read-recipe.ts'
import type { RecipeFile } from '../src/domain/model/recipe.ts'
import { readRecipe } from '../src/domain/recipe/read.ts'

/** The recipe that lies in a folder, read for an app on Swarm. */
export function readFolder(folder: string): ReadRecipe {
  const files = new Map<string, RecipeFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path)
    if (entry.isSymbolicLink()) files.set(name, { kind: 'symlink', target: readlinkSync(path) })
    else if (entry.isFile()) files.set(name, { kind: 'file', bytes: readFileSync(path), executable: (lstatSync(path).mode & 0o100) !== 0 })
  }
  const name = `bench-${basename(folder)}`
  const domain = `${name}.ci.test`
  return readRecipe({ name, commit: '0'.repeat(40), engine: 'swarm', env: { DOMAIN: domain, STACK_NAME: domain.replaceAll('.', '_'), LETS_ENCRYPT_ENV: '' }, allow: [], proxyNetwork: 'proxy', tree: { files } })
}
