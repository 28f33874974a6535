import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** The text of a file that people named, or why there is none. What is no regular file is refused: nothing may ever come out of a pipe. */
export function readRegularFile(path: string): { text: string } | { trouble: string } {
  let file: number | undefined
  try {
    // Otherwise to open a pipe already waits for somebody who writes.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(file)
    if (!stat.isFile() && !stat.isDirectory()) return { trouble: 'it is no regular file' }
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    return { trouble: whyUnreadable(error) }
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** A file system's error in words; what we have no words for, in its own. */
export function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return ({ ENOENT: 'there is no such file', ENOTDIR: 'there is no such file', EACCES: 'this user may not', EISDIR: 'it is a folder', ENXIO: 'it is no regular file' } as Record<string, string>)[code ?? ''] ?? message
}
