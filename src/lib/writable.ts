import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * What stands in the way of a folder at `path`: the nearest path that exists is no folder, or nothing can be made in it (`code`: as the system names it);
 * undefined where nothing does. It is tried out there, because neither modes nor a recursive `mkdir` tell the truth everywhere (Node's loops for ever below
 * /proc). Nothing of the trial stays, or where it is killed, nothing that the next one does not take away.
 */
export function obstacleToFolder(path: string): { at: string; code?: string } | undefined {
  let at = resolve(path)
  while (!existsSync(at)) at = dirname(at)
  try {
    if (!statSync(at).isDirectory()) return { at }
    tryOut(join(at, `.cc-ci-try-${process.getuid?.()}`))
    return undefined
  } catch (error) {
    return { at, code: codeOf(error) }
  }
}

/** Makes the folder and takes it away. Another process may do the same at the same time, and one may stand there because its trial was killed. */
function tryOut(folder: string): void {
  for (let tries = 0; tries < 10; tries++) {
    const made = whether(() => mkdirSync(folder), 'EEXIST')
    whether(() => rmdirSync(folder), 'ENOENT')
    if (made) return
  }
}

/** False where it failed for that reason. */
function whether(does: () => void, not: string): boolean {
  try {
    does()
    return true
  } catch (error) {
    if (codeOf(error) === not) return false
    throw error
  }
}

/** Why no folder can be had at `path`, as the end of a sentence; undefined where one can. */
export function folderTrouble(path: string): string | undefined {
  const obstacle = obstacleToFolder(path)
  return obstacle && (obstacle.code === undefined ? `${obstacle.at} is no folder` : `nothing can be made in ${obstacle.at} (${obstacle.code})`)
}

/** The same for a file. One that is there keeps what it holds; a pipe is not opened, because that would wait for its reader. */
export function fileTrouble(path: string): string | undefined {
  if (path.endsWith('/')) return 'it names a folder'
  if (!existsSync(path)) return folderTrouble(dirname(resolve(path)))
  try {
    const kind = statSync(path)
    if (kind.isDirectory()) return 'it is a folder'
    if (kind.isFile()) closeSync(openSync(path, 'a'))
    else accessSync(path, constants.W_OK)
    return undefined
  } catch (error) {
    return `it cannot be opened (${codeOf(error)})`
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
