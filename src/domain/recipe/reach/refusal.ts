import type { Place, Problem } from '../../model/problem.ts'

/** One thing by which a stack reaches beyond itself. */
export interface Reach {
  /** What comes after `reach/` in the rule. */
  kind: string
  place: Place
  message: string
  /** What the author can do instead. */
  instead: string
  /** What the operator can allow, exactly this: `host-bind:/srv/media`. Undefined: nobody can. */
  allow?: string
}

/** The reaches that the operator has not allowed, as errors. An entry lifts the one thing that it names and nothing beside it. */
export function refusals(reaches: readonly Reach[], allow: readonly string[]): Problem[] {
  const allowed = new Set(allow.map((entry) => entry.trim()))
  return reaches
    .filter((reach) => reach.allow === undefined || !allowed.has(reach.allow))
    .map(({ kind, place, message, instead, allow: entry }) => ({
      file: place.file,
      line: place.line,
      column: place.column,
      rule: `reach/${kind}`,
      severity: 'error',
      message,
      mend: entry === undefined ? instead : `${instead} Or have the operator allow \`${entry}\` for this recipe.`,
    }))
}
