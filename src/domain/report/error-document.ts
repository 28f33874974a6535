import type { Problem } from '../model/problem.ts'

/** What `--json` prints in place of a result: what is wrong, where, and the next move; empty where there is nothing to say. */
export interface ErrorDocument {
  error: { what: string; where: string; mend: string }
  /** Where there are several: each with file, line, column and mend. */
  problems?: Problem[]
}

/** Of a message as our errors write them: what we tried and what came back first, then what else there is to know and the next move. */
export function errorDocument(message: string, where: string): ErrorDocument {
  const [, what = message, mend = ''] = /^(.*?[.?!]) +(.+)$/s.exec(message) ?? []
  return { error: { what, where, mend } }
}

/** The first mistake stands for all. */
export function problemsDocument(problems: Problem[]): ErrorDocument {
  const first = problems.find(({ severity }) => severity === 'error') ?? problems[0]!
  return { error: { what: first.message, where: `${first.file}:${first.line}:${first.column}`, mend: first.mend }, problems }
}
