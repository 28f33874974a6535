import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import type { ReadRecipe } from '../../../src/domain/model/read-recipe.ts'
import type { RecipeFile } from '../../../src/domain/model/recipe.ts'
import { type RecipeToRead, readRecipe } from '../../../src/domain/recipe/read.ts'
import { STATEMENTS } from './statements.ts'

export const root = resolve(import.meta.dirname, '../../..')

export const DOMAIN = 'note-123456.ci.example.org'
export const STACK = 'note-123456_ci_example_org'

/** A test whose title is the statement of that id. */
export function proven(id: string, run: () => void | Promise<void>): void {
  const statement = STATEMENTS.find((each) => each.id === id)
  if (!statement) throw new Error(`there is no statement ${id}`)
  test(`${id}: ${statement.says}`, run)
}

/** A recipe of these files. */
export function recipe(files: Record<string, string>, over: Partial<RecipeToRead> = {}): ReadRecipe {
  const tree = new Map(Object.entries(files).map(([path, text]): [string, RecipeFile] => [path, { kind: 'file', bytes: Buffer.from(text), executable: false }]))
  return readRecipe({ name: 'notes', commit: 'c'.repeat(40), engine: 'swarm', allow: [], proxyNetwork: 'proxy', env: { DOMAIN, STACK_NAME: STACK, LETS_ENCRYPT_ENV: '' }, tree: { files: tree }, ...over })
}

/** A folder of fixtures/reading; `over` replaces files, and leaves them out where it says undefined. */
export function fixture(name: string, over: Record<string, string | undefined> = {}): ReadRecipe {
  const files = { ...(texts.get(name) ?? textsOf(name)) }
  for (const [path, text] of Object.entries(over)) {
    if (text === undefined) delete files[path]
    else files[path] = text
  }
  return recipe(files)
}

const texts = new Map<string, Record<string, string>>()

function textsOf(name: string): Record<string, string> {
  const folder = join(root, 'fixtures/reading', name)
  const files: Record<string, string> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name)
    if (lstatSync(full).isFile()) files[full.slice(folder.length + 1)] = readFileSync(full, 'utf8')
  }
  texts.set(name, files)
  return files
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
