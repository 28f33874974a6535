/** A place in one file of a recipe or of our settings. Lines and columns count from 1. */
export interface Place {
  file: string
  line: number
  column: number
}

/**
 * One mistake, said so that its author can mend it without reading our code.
 * `error` stops a run before anything is created; `warning` is shown and costs the lint rung at most.
 */
export interface Problem extends Place {
  /** abra's number where abra has the rule (`R009`), ours otherwise (`compose/unknown-key`, `reach/host-bind`). */
  rule: string
  severity: 'error' | 'warning'
  /** What is wrong, one sentence, with the offending value in it. */
  message: string
  /** What to write instead, one sentence. */
  mend: string
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error')
}

/** In the order in which a reader meets them: by file, then line, then column. */
export function inReadingOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) => a.file.localeCompare(b.file, 'en') || a.line - b.line || a.column - b.column || a.rule.localeCompare(b.rule, 'en'),
  )
}
