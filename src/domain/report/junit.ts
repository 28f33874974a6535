import { plainText } from '../../lib/plain-text.ts'
import type { RunResults, StepRecord, TierRecord, Verdict } from '../model/run.ts'
import { headline, verdictWord } from './words.ts'

interface TestCase {
  className: string
  name: string
  ms: number
  verdict: Verdict
  says: string
  /** Stand below what it says. */
  lines?: string[]
}

/**
 * The run as JUnit XML for other servers: one test suite, a test case per step, and one for a tier that has no step, or whose
 * verdict none of its steps carries.
 *
 * `fail` is a failure, `infra` and `unverified` are errors (a run that did nothing must not turn green there either),
 * `blocked` and `not-applicable` are skipped, and so is a lint that only warns: it costs its rung, never the verdict. A run that is not green holds at least one failure or error.
 */
export function junitOf(results: RunResults): string {
  const cases = results.tiers.flatMap((tier) => casesOf(tier, results.recipe))
  if (results.verdict !== 'pass' && !cases.some(({ verdict }) => isBad(verdict))) {
    cases.push({ className: results.recipe, name: 'run', ms: 0, verdict: 'unverified', says: results.summary.what || `the run is ${results.verdict}` })
  }
  const count = (wanted: (verdict: Verdict) => boolean) => cases.filter(({ verdict }) => wanted(verdict)).length
  const failures = count((verdict) => verdict === 'fail')
  const errors = count((verdict) => verdict === 'infra' || verdict === 'unverified')
  const skipped = count((verdict) => verdict === 'blocked' || verdict === 'not-applicable')
  const totals = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds(results.endedAt - results.startedAt)}"`
  const properties = {
    id: results.id,
    commit: results.commit,
    base: results.base?.version ?? '',
    engine: results.engine,
    verdict: results.verdict,
    blame: results.blame,
    level: results.level ?? '',
    reproduce: results.reproduce,
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cc-ci" ${totals}>`,
    `  <testsuite name="${attribute(results.recipe)}" timestamp="${timestamp(results.startedAt)}" ${totals}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property name="cc-ci.${name}" value="${attribute(String(value))}"/>`),
    '    </properties>',
    ...cases.map(written),
    `    <system-out>${text(headline(results))}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function casesOf(tier: TierRecord, recipe: string): TestCase[] {
  const steps = tier.steps.map((step) => ofStep(step, tier, recipe))
  const carried = tier.verdict === 'pass' || tier.steps.some((step) => step.verdict === tier.verdict)
  if (steps.length > 0 && carried) return steps
  const ms = steps.length > 0 ? 0 : tier.ms
  return [...steps, { className: recipe, name: tier.name, ms, verdict: tier.cause === 'lint' ? 'not-applicable' : tier.verdict, says: tier.reason }]
}

function ofStep(step: StepRecord, tier: TierRecord, recipe: string): TestCase {
  return { className: `${recipe}.${tier.name}`, name: step.name, ms: step.ms, verdict: step.verdict, says: step.reason || tier.reason, ...(step.lastLines && { lines: step.lastLines }) }
}

function isBad(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'infra' || verdict === 'unverified'
}

function written({ className, name, ms, verdict, says, lines = [] }: TestCase): string {
  const head = `    <testcase classname="${attribute(className)}" name="${attribute(name)}" time="${seconds(ms)}"`
  const message = `message="${attribute(says || verdictWord(verdict))}"`
  const body = text([says, ...lines].join('\n'))
  if (verdict === 'pass') return `${head}/>`
  if (verdict === 'fail') return `${head}>\n      <failure type="${verdict}" ${message}>${body}</failure>\n    </testcase>`
  if (isBad(verdict)) return `${head}>\n      <error type="${verdict}" ${message}>${body}</error>\n    </testcase>`
  return `${head}>\n      <skipped ${message}/>\n    </testcase>`
}

function seconds(ms: number): string {
  return (Math.max(0, ms || 0) / 1000).toFixed(3)
}

function timestamp(at: number): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? '1970-01-01T00:00:00' : date.toISOString().slice(0, 19)
}

function text(value: string): string {
  return plainText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')
}
