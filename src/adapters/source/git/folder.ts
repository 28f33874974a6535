import { existsSync } from 'node:fs'
import { readdir, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { byAppVersion, compareVersions, isVersion, parseVersion } from '../../../domain/recipe/version.ts'
import type { RecipeVersion } from '../../../domain/model/recipe.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Git } from './git.ts'
import { refuseLargeFolder } from './tree.ts'

interface Head {
  /** Undefined: no branch is the main one. */
  commit: string | undefined
  dirty: boolean
}

/** One instant for everything that we commit: the same files give the same commit. */
const FIXED = { GIT_AUTHOR_DATE: '2000-01-01T00:00:00Z', GIT_COMMITTER_DATE: '2000-01-01T00:00:00Z', GIT_AUTHOR_NAME: 'cc-ci', GIT_AUTHOR_EMAIL: 'cc-ci@localhost', GIT_COMMITTER_NAME: 'cc-ci', GIT_COMMITTER_EMAIL: 'cc-ci@localhost' }

/** Turns a folder into commits below `opened`: a git checkout with what it has not committed, version folders, or plain files. */
export async function importFolder(git: Git, folder: string, opened: string, fetch: (folder: string) => Promise<Head | undefined>): Promise<Head> {
  if (existsSync(join(folder, '.git'))) return importCheckout(git, folder, fetch)
  const versions = await versionFolders(folder)
  if (versions.length > 0) return importVersions(git, versions, opened)
  const entries = await readdir(folder)
  if (entries.length === 0) throw new PortError('not-found', `The folder ${folder} is empty: there is no recipe in it.`)
  await refuseLargeFolder(folder)
  return { commit: await commitFolder(git, folder, { message: AS_IT_LIES, everything: false }), dirty: true }
}

const AS_IT_LIES = 'the folder as it lies there'

/** The checkout's own commits, and its work tree as one more commit where that differs. Its index and refs are only read. */
async function importCheckout(git: Git, folder: string, fetch: (folder: string) => Promise<Head | undefined>): Promise<Head> {
  const head = await fetch(await realpath(folder))
  if (head?.commit === undefined) return { commit: await commitFolder(git, folder, { message: AS_IT_LIES, everything: false }), dirty: true }
  const parentTree = (await git(`Reading ${folder}`, ['rev-parse', `${head.commit}^{tree}`])).trim()
  const tree = await writeTree(git, folder, { from: head.commit, everything: false })
  if (tree === parentTree) return head
  return { commit: await commit(git, tree, { message: 'the checkout with its changes', parents: [head.commit] }), dirty: true }
}

async function importVersions(git: Git, versions: Array<{ version: RecipeVersion; folder: string }>, opened: string): Promise<Head> {
  let parent: string | undefined
  for (const { version, folder } of versions) {
    await refuseLargeFolder(folder)
    const made = await commitFolder(git, folder, { message: `publish ${version.text}`, everything: true, ...(parent ? { parent } : {}) })
    const tag = (
      await git(`Tagging ${version.text}`, ['mktag'], { stdin: `object ${made}\ntype commit\ntag ${version.text}\ntagger cc-ci <cc-ci@localhost> 946684800 +0000\n\npublish ${version.text}\n` })
    ).trim()
    await git(`Tagging ${version.text}`, ['update-ref', `${opened}/tags/${version.text}`, tag])
    parent = made
  }
  await git('Naming the newest version', ['update-ref', `${opened}/heads/main`, parent!])
  return { commit: parent!, dirty: false }
}

async function versionFolders(folder: string): Promise<Array<{ version: RecipeVersion; folder: string }>> {
  const found = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const version = entry.isDirectory() ? parseVersion(entry.name) : undefined
    if (version && isVersion(version)) found.push({ version, folder: join(folder, entry.name) })
  }
  return found.sort((a, b) => compareVersions(a.version, b.version) || byAppVersion(a.version.app, b.version.app))
}

async function commitFolder(git: Git, folder: string, given: { message: string; everything: boolean; parent?: string }): Promise<string> {
  const tree = await writeTree(git, folder, { everything: given.everything })
  return commit(git, tree, { message: given.message, parents: given.parent ? [given.parent] : [] })
}

/** The folder's files as a tree in our own repository. `everything`: also what its .gitignore names. */
async function writeTree(git: Git, folder: string, given: { from?: string; everything: boolean }): Promise<string> {
  const index = join(git.repository, temporaryName('index'))
  const env = { GIT_INDEX_FILE: index, GIT_WORK_TREE: await realpath(folder) }
  try {
    if (given.from) await git(`Reading ${folder}`, ['read-tree', given.from], { env })
    await git(`Reading ${folder}`, ['-C', env.GIT_WORK_TREE, 'add', '--all', ...(given.everything ? ['--force'] : []), '--', '.'], { env })
    return (await git(`Reading ${folder}`, ['write-tree'], { env })).trim()
  } finally {
    await rm(index, { force: true })
  }
}

async function commit(git: Git, tree: string, given: { message: string; parents: string[] }): Promise<string> {
  return (await git('Making a commit of our own', ['commit-tree', tree, ...given.parents.flatMap((parent) => ['-p', parent]), '-m', given.message], { env: FIXED })).trim()
}
