import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryName } from '../../../lib/temporary.ts'
import { PortError } from '../../../ports/port-error.ts'
import type { Finished, Processes } from '../../../ports/process.ts'
import { errorOf, errorOfDisk } from './errors.ts'

/** git as we call it: with a configuration of our own and nobody else's. */
export interface Git {
  /** Runs in the bare repository `repository`; an exit code other than 0 is a `PortError`. Answers standard output. */
  (doing: string, args: string[], given?: GitCall): Promise<string>
  /** The same without judging the exit code, but for that of a git that was given up. */
  ask(args: string[], given?: GitCall): Promise<Finished>
  readonly repository: string
}

export interface GitCall {
  env?: Record<string, string>
  stdin?: string
  signal?: AbortSignal
}

/** Long enough for a large recipe over a slow line, ms. */
const LIMIT = 5 * 60_000

/**
 * A recipe is somebody else's: no hooks, no filters, no submodules, no helper programs, no `ext::` transport, no credentials asked for.
 * The dates that git would take from the clock are given wherever a commit is made.
 */
const CONFIGURATION = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsmonitor = false
	symlinks = true
	attributesFile = /dev/null
	autocrlf = false
[protocol "ext"]
	allow = never
[fetch]
	recurseSubmodules = false
[submodule]
	recurse = false
[core]
	packedRefsTimeout = 10000
[gc]
	auto = 0
[maintenance]
	auto = false
[credential]
	helper =
[user]
	name = cc-ci
	email = cc-ci@localhost
[advice]
	detachedHead = false
`

/** Wins over the attributes in a recipe: a file has the bytes that were committed, no program touches it and none is left out. */
const ATTRIBUTES = '* -text -eol -ident -filter -working-tree-encoding -export-ignore -export-subst\n'

/** The state of a run that was started in the recipe's own folder is no part of the recipe. */
const EXCLUDED = '/.cc-ci/\n'

/** Made beside its place and moved there whole: two runs that begin at once both find a repository (trap 28). */
async function makeRepository(git: Git, repository: string): Promise<void> {
  const unborn = temporaryName(repository)
  const doing = `Making the cache ${repository}`
  try {
    await git(doing, ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', unborn])
    await mkdir(join(unborn, 'info'), { recursive: true })
    await writeFile(join(unborn, 'info', 'attributes'), ATTRIBUTES)
    await writeFile(join(unborn, 'info', 'exclude'), EXCLUDED)
    await rename(unborn, repository)
  } catch (error) {
    await rm(unborn, { recursive: true, force: true })
    if (!existsSync(repository)) throw errorOfDisk(doing, error)
  }
}

/** Whoever reads it meanwhile finds the old text or the new one. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unborn = temporaryName(file)
  try {
    await writeFile(unborn, text)
    await rename(unborn, file)
  } catch (error) {
    await rm(unborn, { force: true })
    throw error
  }
}

/** git on one bare repository in `folder`, which is made when it is not there. */
export async function gitOn(given: { processes: Processes; cacheFolder: string; repository: string; signal?: AbortSignal }): Promise<Git> {
  const { processes, cacheFolder, repository } = given
  const configuration = join(cacheFolder, 'gitconfig')
  try {
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 })
    await writeWhole(configuration, CONFIGURATION)
  } catch (error) {
    throw errorOfDisk(`Writing ${configuration}`, error)
  }

  const base = processes.baseEnv()
  const env = {
    PATH: base.PATH ?? '/usr/bin:/bin',
    HOME: cacheFolder,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: configuration,
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=20',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
  }

  /** What was ended because we were told to end says nothing: neither that git failed, nor that what was asked for is not there. */
  const execute = async (doing: string, args: string[], more: GitCall): Promise<Finished> => {
    const signal = more.signal ?? given.signal
    const finished = await processes.run({
      argv: ['git', ...args],
      cwd: existsSync(repository) ? repository : cacheFolder,
      env: { ...env, ...(existsSync(repository) ? { GIT_DIR: repository } : {}), ...more.env },
      ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
      timeoutMs: LIMIT,
      keepBytes: 32 * 1024 * 1024,
      ...(signal ? { signal } : {}),
    })
    if (finished.exitCode !== 0 && signal?.aborted) throw new PortError('timeout', `${doing}: given up before git was done.`)
    return finished
  }

  const git = (async (doing: string, args: string[], more = {}) => {
    const finished = await execute(doing, args, more)
    if (finished.exitCode === 0) return finished.stdout
    if (finished.timedOut) throw new PortError('timeout', `${doing}: git did not end within ${LIMIT / 60_000} minutes.`)
    throw errorOf(doing, finished)
  }) as Git
  git.ask = (args, more = {}) => execute(`Asking git for ${args[0]}`, args, more)
  Object.defineProperty(git, 'repository', { value: repository })

  if (!existsSync(repository)) await makeRepository(git, repository)
  return git
}
