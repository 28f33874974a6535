import { plainLine } from '../../lib/plain-text.ts'
import type { Problem } from '../model/problem.ts'

/**
 * Every problem as `file:line:column severity rule message`, its mend on the line below, and the count at the end. What a recipe
 * wrote is shown without control characters.
 */
export function renderProblems(problems: readonly Problem[]): string {
  const lines = problems.flatMap((problem) => [`${placeText(problem)} ${problem.severity} ${problem.rule} ${plainLine(problem.message)}`, `    ${plainLine(problem.mend)}`])
  return [...lines, countProblems(problems)].join('\n')
}

/** `no problems`, `1 error, 2 warnings`. */
export function countProblems(problems: readonly Problem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const warnings = problems.length - errors
  if (problems.length === 0) return 'no problems'
  return [counted(errors, 'error'), counted(warnings, 'warning')].filter((part) => part !== '').join(', ')
}

function counted(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`
}

function placeText({ file, line, column }: Problem): string {
  return plainLine(`${file}:${line}:${column}`)
}
