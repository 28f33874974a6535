import { accessSync, closeSync, constants, existsSync, mkdtempSync, openSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * Why no folder can be had at `path`, as the end of a sentence; undefined where one can. Tries it out in the nearest folder that exists, because modes
 * do not tell the truth everywhere. Nothing of the trial stays.
 */
export function folderTrouble(path: string): string | undefined {
  let nearest = resolve(path)
  while (!existsSync(nearest)) nearest = dirname(nearest)
  try {
    if (!statSync(nearest).isDirectory()) return `${nearest} is no folder`
    rmdirSync(mkdtempSync(join(nearest, '.cc-ci-try-')))
    return undefined
  } catch (error) {
    return `nothing can be made in ${nearest} (${codeOf(error)})`
  }
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
