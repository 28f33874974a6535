import { accessSync, constants, existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir, readFile, readlink, rename, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { removeTree } from '../../../lib/remove-tree.ts'
import { temporaryName } from '../../../lib/temporary.ts'
import { writeWhole } from '../../../lib/whole-file.ts'
import type { Machine } from '../../../ports/machine.ts'
import type { Processes } from '../../../ports/process.ts'
import { PortError } from '../../../ports/port-error.ts'

/** ms; a service that is asked to stop may take its time. */
const SYSTEMCTL_LIMIT = 120_000

/** A Linux machine with systemd. `root`: where its files are; another folder than `/` in tests. */
export function debianMachine({ processes, root = '/' }: { processes: Processes; root?: string }): Machine {
  const at = (path: string) => join(root, path)
  const { PATH = '' } = processes.baseEnv()
  return {
    isRoot: () => process.getuid?.() === 0,
    hasSystemd: () => existsSync(at('/run/systemd/system')),
    has: (program) => PATH.split(':').some((folder) => isExecutable(join(folder, program))),
    read: (path) => doing(`reading ${path}`, orUndefined(readFile(at(path), 'utf8'))),
    isThere: async (path) => (await doing(`looking for ${path}`, orUndefined(lstat(at(path))))) !== undefined,
    async write(path, text, mode) {
      await doing(`writing ${path}`, mkdir(dirname(at(path)), { recursive: true, mode: 0o755 }))
      await doing(`writing ${path}`, writeWhole(at(path), text, mode))
    },
    async makeFolder(path, mode) {
      await doing(`making ${path}`, mkdir(at(path), { recursive: true }))
      await doing(`making ${path}`, chmod(at(path), mode))
    },
    list: async (folder) => ((await doing(`listing ${folder}`, orUndefined(readdir(at(folder))))) ?? []).sort(),
    linkOf: (path) => doing(`reading the link ${path}`, orUndefined(readlink(at(path)))),
    async link(path, target) {
      const unborn = join(dirname(at(path)), temporaryName('.link'))
      await doing(`linking ${path}`, symlink(target, unborn))
      await doing(`linking ${path}`, rename(unborn, at(path)))
    },
    move: (from, to) => doing(`moving ${from} to ${to}`, rename(at(from), at(to))),
    remove: (path) => doing(`removing ${path}`, removeTree(at(path))),
    async systemctl(...args) {
      const { exitCode, stdout, stderr } = await processes.run({ argv: ['systemctl', ...args], timeoutMs: SYSTEMCTL_LIMIT })
      return { code: exitCode, out: stdout, err: stderr }
    },
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What is not there is an answer. */
async function orUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

async function doing<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    const kind = ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'refused' : code === 'ENOENT' ? 'not-found' : 'unexpected'
    throw new PortError(kind, `${what.charAt(0).toUpperCase()}${what.slice(1)} failed: ${message}.`, { cause: error })
  }
}
