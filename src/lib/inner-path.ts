/**
 * Paths that a recipe names inside a folder of ours: relative, and never out of it.
 */

/** `./a//b/` → `a/b`; `.` for the folder itself; undefined for what is absolute, climbs out, or holds a zero byte. */
export function innerPath(text: string): string | undefined {
  if (text.startsWith('/') || text.includes('\0')) return undefined
  const parts = text.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return undefined
  return parts.join('/') || '.'
}

/** True when `path` is `folder` or lies in it; both as {@link innerPath} gives them. */
export function liesIn(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`)
}
