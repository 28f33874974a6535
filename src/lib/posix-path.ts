import { posix } from 'node:path'

/** Without `.`, doubled and trailing slashes, and `..` as far as the text alone can tell; the empty path is `.`. No file is looked at. */
export function normalPath(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal
}
