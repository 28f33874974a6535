import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/**
 * Turns what lies in `fixtures/` into what a run can be pointed at: bare repositories with annotated tags, and images.
 */

const fixtures = resolve(import.meta.dirname, '../../fixtures')

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

/** Has a bare repository hold just these versions from now on. `from`: the folder of version folders; `repository`: `…/<name>.git`, beside which it is made. */
export async function publish({ from, versions, repository }: { from: string; versions: readonly string[]; repository: string }): Promise<void> {
  const making = `${repository}.making`
  const name = basename(repository, '.git')
  for (const version of versions) await cp(join(from, version), join(making, 'versions', version), { recursive: true })
  await makeRepository({ versions: join(making, 'versions'), into: making, name })
  await rm(repository, { recursive: true, force: true })
  await rename(join(making, `${name}.git`), repository)
  await rm(making, { recursive: true })
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
