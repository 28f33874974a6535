import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'

/**
 * Turns what lies in `fixtures/` into recipes that a run can be pointed at: variants that are broken on purpose as folders of
 * version folders, and bare repositories with annotated tags.
 */

const fixtures = resolve(import.meta.dirname, '../../fixtures')
const recipes = join(fixtures, 'recipes')

export interface Variant {
  name: string
  says: string
  recipe: string
  /** The version it starts from, and the one that has the mistake: folders of `fixtures/recipes/<recipe>`. */
  base: string
  head: string
  engines: Array<'local' | 'swarm'>
  /** The first tier that an honest run finds not green (null: all green), and the kinds of `Reason` that name the mistake. */
  expect: { tier: string | null; reasons: string[]; orphans?: string[] }
  edits?: Partial<Record<'base' | 'head', Edit[]>>
}

interface Edit {
  file: string
  find: string
  replace: string
}

export async function variantNames(): Promise<string[]> {
  const entries = await readdir(join(fixtures, 'broken'), { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
}

export async function readVariant(name: string): Promise<Variant> {
  return { name, ...parse(await readFile(join(fixtures, 'broken', name, 'variant.yml'), 'utf8')) }
}

/** Writes `<into>/<recipe>/{<base>,<head>}` and returns that folder: a recipe of version folders, its newest version the broken one. */
export async function makeVariant(name: string, into: string): Promise<{ folder: string; variant: Variant }> {
  const variant = await readVariant(name)
  const folder = join(into, variant.recipe)
  for (const which of ['base', 'head'] as const) {
    const target = join(folder, variant[which])
    await copyFolder(join(recipes, variant.recipe, variant[which]), target)
    await copyFolder(join(fixtures, 'broken', name, which), target).catch(ignoreMissing)
    for (const edit of variant.edits?.[which] ?? []) await replaceOnce(target, edit, name)
  }
  return { folder, variant }
}

/** A text that is not there, or twice, is the variant's own mistake: it would no longer break what it says. */
async function replaceOnce(folder: string, { file, find, replace }: Edit, variant: string): Promise<void> {
  const path = join(folder, file)
  const parts = (await readFile(path, 'utf8')).split(find)
  if (parts.length !== 2) throw new Error(`variant ${variant}: ${file} holds ${JSON.stringify(find)} ${parts.length - 1} times, not once: mend its variant.yml`)
  await writeFile(path, parts.join(replace))
}

export interface Repository {
  /** `file://…` of the bare repository; its last part without `.git` is the recipe's name. */
  url: string
  /** Version → its tagged commit. */
  tags: Record<string, string>
  /** The branch `main`. Carries no tag when `untagged` was given. */
  head: string
}

/**
 * Makes `<into>/<name>.git` from a folder of version folders: one commit and one annotated tag per version, oldest first. The versions
 * in `untagged` become commits without a tag, as a pull request's head is. The same input gives the same commits.
 */
export async function makeRepository(given: { versions: string; into: string; name: string; untagged?: string[] }): Promise<Repository> {
  const bare = join(given.into, `${given.name}.git`)
  const work = join(given.into, `${given.name}.work`)
  await mkdir(given.into, { recursive: true })
  await git(given.into, 'init', '--quiet', '--bare', '--initial-branch=main', bare)
  const tags: Record<string, string> = {}
  for (const version of (await readdir(given.versions)).sort(byNumbers)) {
    await copyFolder(join(given.versions, version), work)
    const inWork = (...args: string[]) => git(work, `--git-dir=${bare}`, `--work-tree=${work}`, ...args)
    await inWork('add', '--all', '--force')
    const released = !given.untagged?.includes(version)
    await inWork('commit', '--quiet', '--allow-empty', `--message=${released ? `chore: publish ${version} release` : 'docs: what comes next'}`)
    if (released) {
      await inWork('tag', '--annotate', `--message=chore: publish ${version} release`, version)
      tags[version] = await inWork('rev-parse', 'HEAD')
    }
    await rm(work, { recursive: true })
  }
  return { url: `file://${bare}`, tags, head: await git(bare, 'rev-parse', 'main') }
}

/** Version folders in the order of the part before `+`. */
function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** Nothing of the machine's own git settings, names or clock gets into a fixture. */
async function git(cwd: string, ...args: string[]): Promise<string> {
  const date = '2026-01-01T00:00:00Z'
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'fixtures',
    GIT_AUTHOR_EMAIL: 'fixtures@localhost',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'fixtures',
    GIT_COMMITTER_EMAIL: 'fixtures@localhost',
    GIT_COMMITTER_DATE: date,
  }
  const { stdout } = await promisify(execFile)('git', args, { cwd, env })
  return stdout.trim()
}

async function copyFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, errorOnExist: false })
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

export interface FixtureImage {
  image: string
  /** Absolute; holds the Dockerfile. */
  context: string
}

/** The images of the fixtures' own apps, to be built and pushed by the rig: `fixtures/images.json`. */
export async function fixtureImages(): Promise<FixtureImage[]> {
  const images: FixtureImage[] = JSON.parse(await readFile(join(fixtures, 'images.json'), 'utf8'))
  return images.map(({ image, context }) => ({ image, context: resolve(fixtures, '..', context) }))
}
