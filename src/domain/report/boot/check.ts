import { plainLine } from '../../../lib/plain-text.ts'
import type { Place, Problem } from '../../model/problem.ts'
import { countProblems } from '../problems.ts'
import { counted } from '../words.ts'
import type { SaidFinding } from './findings.ts'

/** What `boot check` found, for `--json`. */
export interface BootReport {
  verdict: 'sound' | 'refused'
  /** Where the boot was read from. */
  from: string
  units: number
  gates: number
  findings: SaidFinding[]
  /** Mistakes in the files themselves. */
  problems: Problem[]
}

/** As text: every finding with its whole way, a line for each wait, and the fixes that were tried. */
export function renderBootReport(report: BootReport): string {
  const lines = report.problems.flatMap((problem) => [`${at(problem)} ${problem.severity} ${problem.rule} ${plainLine(problem.message)}`, `    ${plainLine(problem.mend)}`])
  for (const finding of report.findings) {
    lines.push(`${at(finding)} ${finding.severity} ${finding.rule} ${plainLine(finding.message)}`)
    const width = Math.max(0, ...finding.way.map(({ says }) => plainLine(says).length))
    for (const [index, { says, place }] of finding.way.entries()) lines.push(`    ${index === 0 ? '' : '↳ '}${plainLine(says).padEnd(width + (index === 0 ? 2 : 0))}  ${place ? at(place) : ''}`.trimEnd())
    if (finding.rule === 'boot/deadlock' || finding.rule === 'boot/order-cycle') lines.push('    ↺ and so it begins again')
    if (finding.fixes.length === 0) lines.push(`    mend: ${plainLine(finding.mend)}`)
    for (const [index, fix] of finding.fixes.entries()) lines.push(`    fix ${index + 1} (tried): ${plainLine(fix.do)}`, `        gives up: ${plainLine(fix.givesUp)}`)
  }
  const all = [...report.problems, ...report.findings]
  const isWhole = !all.some(({ rule }) => rule === 'boot/ungated')
  lines.push(`${counted(report.units, 'unit')}, ${counted(report.gates, 'gate')}: ${report.verdict === 'refused' ? 'refused' : isWhole ? 'every one can come up, whatever the order of chance' : 'nothing was found that stands still, but for what is warned of'}${all.length === 0 ? '' : `, ${countProblems(all)}`}`)
  return lines.join('\n')
}

function at({ file, line, column }: Place): string {
  return plainLine(`${file}:${line}:${column}`)
}
