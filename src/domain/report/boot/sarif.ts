import type { Place } from '../../model/problem.ts'
import type { BootReport } from './check.ts'
import { RULES, type SaidFinding } from './findings.ts'

/** The report as SARIF 2.1.0, which the code views of forges show at the line; the way to a deadlock is its code flow. */
export function bootSarif(report: BootReport, version: string): unknown {
  const problems = report.problems.map((problem): SaidFinding => ({ ...problem, unit: '', way: [], fixes: [] }))
  const others = [...new Set(problems.map(({ rule }) => rule))].filter((rule) => !(rule in RULES))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'cc-ci boot check', version, rules: [...Object.entries(RULES).map(([id, text]) => ({ id, shortDescription: { text } })), ...others.map((id) => ({ id }))] } },
        results: [...problems, ...report.findings].map((finding) => ({
          ruleId: finding.rule,
          level: finding.severity,
          message: { text: `${finding.message} ${finding.mend}` },
          locations: [locationOf(finding)],
          ...(finding.way.length > 0 && { codeFlows: [{ threadFlows: [{ locations: finding.way.map(({ says, place }) => ({ location: { ...locationOf(place ?? finding), message: { text: says } } })) }] }] }),
        })),
      },
    ],
  }
}

function locationOf({ file, line, column }: Place) {
  return { physicalLocation: { artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') }, region: { startLine: line, startColumn: column } } }
}
