import type { Check, RecipeConfig } from '../model/recipe-config.ts'

/**
 * Checks of the base that the head no longer has, by name: a pull request must not become green by taking away what would fail (trap 63).
 * A check that only got another name is still there: the same program, or the same request.
 */
export function droppedChecks(base: RecipeConfig, head: RecipeConfig): string[] {
  return base.checks.filter((check) => !head.checks.some((other) => other.name === check.name || asksTheSame(check, other))).map((check) => check.name)
}

function asksTheSame(a: Check, b: Check): boolean {
  if (a.kind === 'program' && b.kind === 'program') return a.run === b.run
  if (a.kind === 'http' && b.kind === 'http') return a.request.method === b.request.method && a.request.path === b.request.path
  return false
}
