import { plainLine } from '../../lib/plain-text.ts'
import type { IgnoredTag } from '../model/recipe.ts'

const MOST_NAMED = 3

/**
 * The tags that look as if they were meant as versions and are none, in one clause; empty where there are none. Others (`nightly`) are nobody's mistake.
 */
export function sayNearVersions(ignored: readonly IgnoredTag[]): string {
  const near = ignored.filter(({ tag }) => /^[vV]?\d+\.\d/.test(tag))
  if (near.length === 0) return ''
  const named = near.slice(0, MOST_NAMED).map(({ tag, why }) => `${plainLine(tag)} (${why})`)
  const more = near.length > MOST_NAMED ? ` and ${near.length - MOST_NAMED} more` : ''
  return `tags that were passed over: ${named.join(', ')}${more}; versions are annotated tags \`x.y.z+app\` or \`x.y.z\``
}
