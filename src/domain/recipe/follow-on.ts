import type { Place, Problem } from '../model/problem.ts'

/**
 * The problems without those that only follow from another one:
 *
 * - what a syntax error of YAML makes: the parser guesses what was meant, and what it makes of the lines from the error on is judged by nobody,
 *   but for further syntax errors on lines of their own;
 * - a value that is wrong because a variable in it has none: at the `empty` places, and wherever that has been said as an error.
 *
 * What a mistake takes away elsewhere is passed over where it is looked for: `isUnread` of a compose reading.
 */
export function withoutFollowOns(problems: readonly Problem[], empty: readonly Place[]): Problem[] {
  const readUntil = new Map<string, number>()
  const made = new Set(empty.map(keyOf))
  for (const problem of problems) {
    const { file, line, rule, severity } = problem
    if (rule === 'yaml/syntax') readUntil.set(file, Math.min(line, readUntil.get(file) ?? line))
    if (severity === 'error' && (rule === 'env/unset-variable' || rule === 'compose/variable')) made.add(keyOf(problem))
  }
  const torn = new Set<string>()
  return problems.filter((problem) => {
    const { file, line, rule } = problem
    if (line >= (readUntil.get(file) ?? Number.POSITIVE_INFINITY)) {
      const isFirst = !torn.has(`${file}:${line}`)
      if (rule === 'yaml/syntax') torn.add(`${file}:${line}`)
      return rule === 'yaml/syntax' && isFirst
    }
    return !(made.has(keyOf(problem)) && /^(?:deploy|compose)\/wrong-/.test(rule))
  })
}

function keyOf({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`
}
