import { relative } from 'node:path'
import { sayDuration } from '../../domain/report/duration.ts'
import { countProblems } from '../../domain/report/problems.ts'
import { linesOfWhatBroke, outcomeWord, runWord } from '../../domain/report/words.ts'
import type { RunResults } from '../../domain/model/run.ts'
import { sayUnprobed } from '../../domain/report/coverage.ts'

/** The end of a run for people: the verdict, time per tier, what is not known, where the report is. */
export function summaryLines(results: RunResults, reportPath: string, colour: boolean): string[] {
  const bold = (text: string) => (colour ? `\u001b[1m${text}\u001b[22m` : text)
  const lines = ['', bold(`${results.recipe} ${results.head.version ?? results.commit.slice(0, 8)} on ${results.engine}: ${runWord(results)}${results.level === null ? '' : `, level ${results.level} of 5`}`)]
  if (results.levelReason) lines.push(`  ${results.levelReason}`)
  for (const tier of results.tiers) {
    lines.push(`  ${tier.name.padEnd(9)} ${(tier.cause === 'lint' ? countProblems(results.lint) : outcomeWord(tier)).padEnd(14)} ${tier.ms > 0 ? sayDuration(tier.ms).padStart(8) : '        '}${tier.reason ? `  ${tier.reason}` : ''}`.trimEnd())
  }
  if (results.verdict !== 'pass') {
    const { what, why, whose, next } = results.summary
    lines.push('', ...[what, why, whose, next].filter(Boolean).map((line) => `  ${line}`), ...linesOfWhatBroke(results).map((line) => `  | ${line}`), '', `  the same again: ${results.reproduce}`)
  }
  lines.push(...sayUnprobed(results).map((line) => `  ${line}`))
  lines.push('', `report: ${shorter(reportPath)}`)
  return lines
}

function shorter(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
