import { normalPath } from '../../../lib/posix-path.ts'

/** A path as compose files write it, made one from the recipe's folder: without `.`, `..` and a trailing slash where that is possible. */
export function fromRecipe(path: string): string {
  return normalPath(path)
}

/** Whether a path stays in the recipe's folder, links aside (those are for `reach` to follow). */
export function staysInside(path: string): boolean {
  const normal = fromRecipe(path)
  return !normal.startsWith('/') && normal !== '..' && !normal.startsWith('../')
}

/** {@link fromRecipe}, with `prefix` before a path that stays inside. */
export function insideOrAsWritten(path: string, prefix: string): string {
  const normal = fromRecipe(path)
  return staysInside(path) ? `${prefix}${normal === '.' ? '' : normal}` : normal
}
