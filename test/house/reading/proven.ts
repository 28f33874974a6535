import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { ReadRecipe } from '../../../src/domain/model/read-recipe.ts'
import type { RecipeFile, RecipeTree } from '../../../src/domain/model/recipe.ts'
import { type RecipeToRead, readRecipe } from '../../../src/domain/recipe/read.ts'
import { STATEMENTS } from './statements.ts'

const root = resolve(import.meta.dirname, '../../..')

export const DOMAIN = 'note-123456.ci.example.org'
export const STACK = 'note-123456_ci_example_org'

/** A test whose title is the statement of that id. */
export function proven(id: string, run: () => void | Promise<void>): void {
  const statement = STATEMENTS.find((each) => each.id === id)
  if (!statement) throw new Error(`there is no statement ${id}`)
  test(`${id}: ${statement.says}`, run)
}

/** A recipe of these files. */
export function recipe(files: Record<string, string>): ReadRecipe {
  return readTree({ files: new Map(Object.entries(files).map(([path, text]) => [path, { kind: 'file', bytes: Buffer.from(text), executable: false }])) })
}

export function readTree(tree: RecipeTree, over: Partial<RecipeToRead> = {}): ReadRecipe {
  return readRecipe({ name: 'notes', commit: 'c'.repeat(40), engine: 'swarm', allow: [], proxyNetwork: 'proxy', env: { DOMAIN, STACK_NAME: STACK, LETS_ENCRYPT_ENV: '' }, tree, ...over })
}

/** A folder of fixtures/reading; `over` replaces files. */
export function fixture(name: string, over: Record<string, string> = {}): ReadRecipe {
  const changes = Object.entries(over).map(([path, text]): [string, RecipeFile] => [path, { kind: 'file', bytes: Buffer.from(text), executable: false }])
  return readTree({ files: new Map([...treeOf(name).files, ...changes]) })
}

const trees = new Map<string, RecipeTree>()

/** As it stands on disk, read once. */
export function treeOf(name: string): RecipeTree {
  const folder = join(root, 'fixtures/reading', name)
  const known = trees.get(name)
  if (known) return known
  const files = new Map<string, RecipeFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(full.slice(folder.length + 1), { kind: 'file', bytes: readFileSync(full), executable: (lstatSync(full).mode & 0o100) !== 0 })
  }
  trees.set(name, { files })
  return { files }
}

/** A compose file of one service `app` with these further lines in it. */
export function app(lines: string, rest = ''): Record<string, string> {
  return { 'compose.yml': `services:\n  app:\n    image: app:1.0\n    healthcheck: { test: [CMD, x] }\n${lines.replaceAll(/^(?=.)/gm, '    ')}\n${rest}` }
}

export function rules(given: ReadRecipe): string[] {
  return given.problems.map(({ rule }) => rule)
}

/** The labels of a service under `deploy`. */
export function labelsOf(given: ReadRecipe, service: string): Record<string, string> {
  return given.stack.services[service]?.deploy?.labels ?? {}
}
