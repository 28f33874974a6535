import { isDeepStrictEqual } from 'node:util'
import type { RunResults } from '../../src/domain/model/run.ts'
import type { Outcome } from './scenario.ts'

/** What came of a scenario. */
export interface Seen {
  code: number | null
  /** Absent where nothing was run. */
  results?: RunResults
  err: string
}

/** What a run of this outcome says, and does not; empty: all is as expected. */
export function judge(expected: Outcome, seen: Seen): string[] {
  if (!seen.results) return [`there are no results, exit code ${seen.code}: ${seen.err}`]
  const is = outcomeOf(seen.results, seen.code)
  const says = (what: string, text: string, wanted: string | undefined) => (wanted === undefined || fits(wanted, text) ? [] : [`${what}: “${text}”, not “${wanted}”`])
  return [
    ...(['verdict', 'blame', 'level', 'code', 'red'] as const).flatMap((key) => differs(key, is[key], expected[key])),
    ...says('says', is.says, expected.says),
    ...says('why', is.why!, expected.why),
    ...(expected.verdict !== 'pass' && seen.results.summary.next === '' ? ['it does not say what to do'] : []),
    ...mistakesNotIn(seen.results, expected.mistakes ?? []),
    ...differs('needed', is.needed, expected.needed ?? []),
    ...differs('deploys', seen.results.deploys.seen > seen.results.deploys.expected, false),
    ...differs('orphans', is.orphans, expected.orphans ?? []),
    ...Object.entries({ ...is.notApplicable, ...expected.notApplicable }).flatMap(([tier]) => says(`${tier} does not apply`, is.notApplicable?.[tier] ?? 'it applies', expected.notApplicable?.[tier] ?? 'it applies')),
    ...differs('leftovers', is.leftovers, expected.leftovers ?? []),
    ...(/mistake in cc-ci|\.ts:\d+/.test(seen.err) ? [`it says where our code was, not what happened:\n${seen.err}`] : []),
  ]
}

/** The outcome as a scenario states it. */
export function outcomeOf(results: RunResults, code: number | null): Omit<Outcome, 'code'> & { code: number | null } {
  const { verdict, blame, level, summary, tiers } = results
  const stopped = tiers.filter((tier) => (verdict === 'not-applicable' ? tier.verdict === verdict : !['pass', 'not-applicable'].includes(tier.verdict)))
  // Warnings cost a rung and stop nothing, so a tier that stopped comes first.
  const red = stopped.find(({ cause }) => cause !== 'lint') ?? stopped[0]
  const notApplicable = verdict === 'not-applicable' ? [] : tiers.filter((tier) => tier.verdict === 'not-applicable' && tier.name !== 'teardown')
  return {
    verdict,
    blame,
    level,
    code,
    red: red && { tier: red.name, cause: red.cause ?? '' },
    says: summary.what,
    why: summary.why,
    needed: (results.needs ?? []).map(({ recipe }) => recipe),
    orphans: results.upgrade?.orphans ?? [],
    notApplicable: Object.fromEntries(notApplicable.map(({ name, reason }) => [name, reason])),
    leftovers: results.teardown.leftovers.map(({ kind }) => kind).toSorted(),
  }
}

function mistakesNotIn({ lint }: RunResults, wanted: readonly string[]): string[] {
  const found = lint.map(({ file, line, rule, message }) => `${file}:${line} ${rule} ${message}`)
  return wanted.filter((text) => !found.some((mistake) => fits(text, mistake))).map((text) => `no mistake “${text}”; there are:\n${found.join('\n')}`)
}

function differs(what: string, is: unknown, wanted: unknown): string[] {
  return isDeepStrictEqual(is, wanted) ? [] : [`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`]
}

/** `…` stands for anything. */
export function fits(wanted: string, text: string): boolean {
  const [first, ...others] = wanted.split('…')
  const last = others.pop()
  if (last === undefined) return text === wanted
  if (!text.startsWith(first!) || !text.endsWith(last) || text.length < first!.length + last.length) return false
  let rest = text.slice(first!.length, text.length - last.length)
  return others.every((part) => {
    const at = rest.indexOf(part)
    rest = rest.slice(at + part.length)
    return at !== -1
  })
}
