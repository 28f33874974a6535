import { cp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { makeRepository } from '../fixtures.ts'
import { folderKey } from '../images/recipe.ts'
import type { Part } from '../part.ts'
import type { Places } from '../places.ts'

/** Bare git repositories of the fixture recipes, with annotated tags, and on top of the last one a commit that carries no tag. */

const recipes = resolve(import.meta.dirname, '../../../fixtures/recipes')
/** Part of the key: raise it when the way of making them changes. */
const way = 2

/** The version folder of the untagged commit: sorts after every release, and is left out of the tags. */
const untagged = '9999.0.0+untagged'

export const repositories: Part = {
  name: 'repositories',
  is: 'git repositories of the fixture recipes',
  needs: ['packages'],
  byDefault: true,

  async up({ places, says }) {
    for (const name of await recipeNames()) {
      const key = await keyOf(name)
      const existing = await readRecord(places, name)
      if (existing?.key !== key) await make(places, name, key)
      const { url, head } = (await readRecord(places, name))!
      says(`${url}  untagged commit ${head.slice(0, 10)}`)
    }
  },

  async state({ places }) {
    const names = await recipeNames()
    const stale: string[] = []
    for (const name of names) if ((await readRecord(places, name))?.key !== (await keyOf(name))) stale.push(name)
    return stale.length === 0 ? { up: true, version: names.join(' '), where: `file://${places.repositories}/NAME.git` } : { up: false, note: `not made or older: ${stale.join(' ')}` }
  },
}

export interface RepositoryRecord {
  key: string
  url: string
  tags: Record<string, string>
  /** `main`: the last version's tree with one line more in its README, not tagged. */
  head: string
}

export async function readRecord(places: Places, name: string): Promise<RepositoryRecord | undefined> {
  const text = await readFile(join(places.repositories, `${name}.json`), 'utf8').catch(() => undefined)
  return text ? JSON.parse(text) : undefined
}

async function make(places: Places, name: string, key: string): Promise<void> {
  const scratch = join(places.repositories, `.making-${name}`)
  await rm(scratch, { recursive: true, force: true })
  const versions = join(scratch, 'versions')
  await cp(join(recipes, name), versions, { recursive: true })
  const last = (await readdir(versions)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!
  await cp(join(versions, last), join(versions, untagged), { recursive: true })
  const readme = join(versions, untagged, 'README.md')
  await writeFile(readme, `${await readFile(readme, 'utf8').catch(() => `# ${name}\n`)}\nNot released yet.\n`)
  const made = await makeRepository({ versions, into: join(scratch, 'made'), name, untagged: [untagged] })
  const bare = join(places.repositories, `${name}.git`)
  await rm(bare, { recursive: true, force: true })
  await rename(join(scratch, 'made', `${name}.git`), bare)
  const record: RepositoryRecord = { key, url: `file://${bare}`, tags: made.tags, head: made.head }
  await writeFile(join(places.repositories, `${name}.json`), JSON.stringify(record, null, 2))
  await rm(scratch, { recursive: true })
}

async function recipeNames(): Promise<string[]> {
  const entries = await readdir(recipes, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort()
}

async function keyOf(name: string): Promise<string> {
  return createHash('sha256').update(`${way}`).update(await folderKey(join(recipes, name))).digest('hex').slice(0, 16)
}
