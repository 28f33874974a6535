import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { isVersion, parseVersion, sortReleases } from '../../../domain/recipe/version.ts'
import type { Commit } from '../../../domain/model/recipe.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import type { Clock } from '../../../ports/clock.ts'
import { isPortError, PortError } from '../../../ports/port-error.ts'
import type { Processes } from '../../../ports/process.ts'
import type { Source, Sources } from '../../../ports/source.ts'
import { errorOfDisk } from './errors.ts'
import { importFolder } from './folder.ts'
import { gitOn, type Git } from './git.ts'
import { REMOTE, type Remote, remoteOf } from './remote.ts'
import { linksOutside, readTree, refuseLarge } from './tree.ts'

/**
 * Recipes by git. Everything that is opened is fetched into a bare cache of ours, one per place it comes from, below refs of this opening's own
 * (`refs/opened/<random>/…`): several runs fetch into it at once and none sees what another fetched later (trap 28, trap 44).
 * Nothing of the recipe's own repository is written to, and nothing in it is executed.
 */
export function gitSources(given: { processes: Processes; cacheFolder: string; clock: Clock }): Sources {
  return {
    async open(where, signal) {
      const place = await placeOf(where)
      const at = place.kind === 'url' ? place.url : place.folder
      const key = createHash('sha256').update(at).digest('hex').slice(0, 16)
      const name = recipeName(at)
      const remote = place.kind === 'url' ? remoteOf(place.url) : undefined
      const git = await gitOn({ processes: given.processes, cacheFolder: given.cacheFolder, repository: join(given.cacheFolder, `${name}-${key}.git`), ...(signal ? { signal } : {}) })
      const opened = `refs/opened/${given.clock.now().toString(36)}${randomBytes(4).toString('hex')}`
      await sayUsed(git, given.clock.now())
      await forgetOldOpenings(git, given.clock.now())
      const head = remote ? await fetchAll(git, remote, opened) : await importFolder(git, at, opened, (folder) => fetchAll(git, remoteOf(folder), opened))
      if (head === undefined) throw new PortError('not-found', `${remote?.shown ?? at} has no commit yet.`)
      return openedSource({ git, opened, head, name, where: remote?.shown ?? at, remote, cacheFolder: given.cacheFolder })
    },
  }
}

interface Head {
  /** Undefined: the repository has branches and says of none that it is the main one. */
  commit: Commit | undefined
  dirty: boolean
}

function openedSource(given: { git: Git; opened: string; head: Head; name: string; where: string; remote: Remote | undefined; cacheFolder: string }): Source {
  const { git, opened, head, name, where } = given
  return {
    name,
    where,
    async resolve(ref) {
      if (ref === undefined) {
        if (head.commit === undefined) throw new PortError('not-found', `${where} names no default branch that is there. Say which one with --ref.`)
        return { commit: head.commit, dirty: head.dirty }
      }
      if (ref.startsWith('-')) throw new PortError('not-found', `There is no commit, tag or branch "${ref}" in ${where}.`)
      const full = /^[0-9a-f]{40}$/.test(ref)
      for (const candidate of full ? [ref] : [`${opened}/tags/${ref}`, `${opened}/heads/${ref}`, ...(/^[0-9a-f]{7,39}$/.test(ref) ? [ref] : [])]) {
        const found = await git.ask(['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`])
        if (found.exitCode === 0) return { commit: found.stdout.trim(), dirty: false }
      }
      // A pull request's head is on no branch: ask for exactly that.
      if (given.remote !== undefined) {
        const asked = `${opened}/asked/${randomBytes(4).toString('hex')}`
        try {
          await git(`Fetching ${ref} of ${where}`, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--', REMOTE, `+${ref}:${asked}`], { env: given.remote.env })
          return { commit: (await git(`Resolving ${ref}`, ['rev-parse', '--verify', `${asked}^{commit}`])).trim(), dirty: false }
        } catch (error) {
          if (!isPortError(error, 'not-found') && !isPortError(error, 'unexpected')) throw error
        }
      }
      throw new PortError('not-found', `There is no commit, tag or branch "${ref}" in ${where}.`)
    },

    async releases() {
      const listed = await git(`Listing the tags of ${where}`, ['for-each-ref', '--format=%(objecttype) %(taggerdate:unix) %(*objecttype) %(*objectname) %(refname)', `${opened}/tags`])
      const releases = []
      const ignored: Array<{ tag: string; why: string }> = []
      for (const line of listed.split('\n').filter(Boolean)) {
        const [type, made, peeledType, peeled] = line.split(' ')
        const tag = line.slice(line.indexOf(`${opened}/tags/`) + `${opened}/tags/`.length)
        if (type !== 'tag') {
          ignored.push({ tag, why: 'it is a lightweight tag: releases are annotated ones' })
          continue
        }
        const version = parseVersion(tag)
        if (!isVersion(version)) ignored.push({ tag, why: `it is no version: ${version.why}` })
        else if (peeledType !== 'commit' || peeled === undefined) ignored.push({ tag, why: 'it names no commit' })
        else releases.push({ version, commit: peeled, ...(made ? { at: Number(made) * 1_000 } : {}) })
      }
      return { releases: sortReleases(releases), ignored }
    },

    tree: (commit) => inTemporary(given.cacheFolder, async (folder) => readTree(await writeOut(git, commit, join(folder, 'tree'), where))),

    async checkout(commit, folder) {
      const there = await readdir(folder).catch(() => [])
      if (there.length > 0) throw new PortError('conflict', `Checking out ${name}: the folder ${folder} is not empty. Name another, or empty it.`)
      await writeOut(git, commit, folder, where)
      const outside = await linksOutside(folder)
      if (outside.length > 0) {
        await rm(folder, { recursive: true, force: true })
        throw new PortError('refused', `Checking out ${name} at ${commit.slice(0, 8)}: ${outside[0]!.path} is a link to ${outside[0]!.target}, which leaves the recipe's folder. Put the file itself there.`)
      }
    },
  }
}

/**
 * Fetches branches, tags and the head below `opened`, in one go: the head is what it was at that moment (trap 44). Undefined: there is no
 * commit at all.
 */
async function fetchAll(git: Git, remote: Remote, opened: string): Promise<Head | undefined> {
  const fetch = (refs: string[]) => git(`Fetching ${remote.shown}`, ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow', '--', REMOTE, ...refs, `+refs/heads/*:${opened}/heads/*`, `+refs/tags/*:${opened}/tags/*`], { env: remote.env })
  const commitOf = async (ref: string) => (await git(`Reading the head of ${remote.shown}`, ['rev-parse', '--verify', `${ref}^{commit}`])).trim()
  try {
    await fetch([`+HEAD:${opened}/head`])
    return { commit: await commitOf(`${opened}/head`), dirty: false }
  } catch (error) {
    // Its HEAD may lead to a branch that is not there.
    if (!isPortError(error, 'not-found')) throw error
    await fetch([])
  }
  const branches = (await git(`Listing the branches of ${remote.shown}`, ['for-each-ref', '--format=%(refname)', `${opened}/heads`])).split('\n').filter(Boolean)
  if (branches.length === 0) return undefined
  return { commit: branches.length === 1 ? await commitOf(branches[0]!) : undefined, dirty: false }
}

/** Files of a commit, as git would check them out, into `folder`. */
async function writeOut(git: Git, commit: Commit, folder: string, where: string): Promise<string> {
  const doing = `Checking out ${commit.slice(0, 8)} of ${where}`
  refuseLarge(await git(doing, ['ls-tree', '-r', '-z', '--long', '--full-tree', '--end-of-options', commit]))
  await mkdir(folder, { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw errorOfDisk(doing, error)
  })
  const index = `${folder}.index`
  try {
    await git(doing, ['read-tree', '--end-of-options', commit], { env: { GIT_INDEX_FILE: index } })
    await git(doing, ['--work-tree', folder, 'checkout-index', '--all', '--force', `--prefix=${folder}/`], { env: { GIT_INDEX_FILE: index } })
  } finally {
    await rm(index, { force: true })
  }
  return folder
}

/** Its refs come at the end of a fetch, which may take long. */
async function sayUsed({ repository }: Git, now: number): Promise<void> {
  await utimes(repository, now / 1000, now / 1000).catch((error: unknown) => {
    throw errorOfDisk(`Opening the cache ${repository}`, error)
  })
}

const DAY = 24 * 60 * 60_000

/** `refs/opened/<ms UTC, to the base 36><random>/…` */
function openedAt(ref: string): number {
  return Number.parseInt(ref.split('/')[2]!.slice(0, -8), 36)
}

/** Openings pile up as refs; those of the last day may still be in use, however many came after them. */
async function forgetOldOpenings(git: Git, now: number): Promise<void> {
  const listed = (await git.ask(['for-each-ref', '--format=%(refname)', 'refs/opened'])).stdout.split('\n').filter(Boolean)
  const gone = listed.filter((ref) => openedAt(ref) < now - DAY)
  if (gone.length > 0) await git.ask(['update-ref', '--stdin'], { stdin: gone.map((ref) => `delete ${ref}\n`).join('') })
}

type Place = { kind: 'url'; url: string } | { kind: 'folder'; folder: string }

async function placeOf(where: string): Promise<Place> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(where)) return { kind: 'url', url: where }
  const folder = resolve(where)
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects')) ? { kind: 'url', url: folder } : { kind: 'folder', folder }
  if (/^[\w.-]+@[\w.-]+:/.test(where)) return { kind: 'url', url: where }
  throw new PortError('not-found', `There is no recipe at ${where}: it is neither a folder here nor a git URL.`)
}

/** The last part of a place; of a folder that holds one version of a recipe, the part before it. */
function recipeName(where: string): string {
  const path = where.replace(/\/+$/, '')
  const last = isVersion(parseVersion(basename(path))) ? basename(dirname(path)) : basename(path)
  const name = last.replace(/\.git$/, '').replace(/^.*:/, '')
  return name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\w.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'recipe'
}

async function inTemporary<T>(cacheFolder: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(cacheFolder, temporaryName('reading'))
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    throw errorOfDisk('Reading the recipe', error)
  })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
