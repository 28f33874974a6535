import type { Analysis, Finding, Step } from '../../boot/analyse.ts'
import { placeOf } from '../../boot/analyse.ts'
import type { Fix } from '../../boot/fixes.ts'
import type { BootGraph, BootRouter, UnitName } from '../../boot/graph.ts'
import type { Place, Problem } from '../../model/problem.ts'
import { sayDuration } from '../duration.ts'
import { hostsOf } from '../../recipe/routers.ts'
import { isRule } from '../../boot/router-rule.ts'
import { listed } from '../words.ts'
import { type SaidFix, sayFix } from './fix.ts'
import { sayNever, sayWay, type WayLine } from './way.ts'

/** A finding as people and their tools read it. */
export interface SaidFinding extends Problem {
  unit: UnitName
  way: WayLine[]
  fixes: SaidFix[]
}

/** The rules that a boot is held against; for SARIF, and for `--help`. */
export const RULES = {
  'boot/deadlock': 'A gate waits, over whatever way, for a unit that cannot begin before that gate passed.',
  'boot/order-cycle': 'Units are ordered after one another in a round.',
  'boot/unordered': 'A gate leans on a unit that nothing orders before it.',
  'boot/no-router': 'A gate asks a host that no router serves.',
  'boot/later': 'A gate leans on a unit that the boot does not start.',
  'boot/no-such-unit': 'Something is said to come from a unit that is not there.',
  'boot/waits-for-dead': 'A unit waits for one that can never come up.',
  'boot/start-limit': 'The start limit is shorter than deploy, gate and rollback together.',
  'boot/gate-passed-over': 'The supervisor passes over a gate that failed.',
  'boot/nonsense': 'A gate asks what cannot be asked.',
} as const

export function sayFindings(graph: BootGraph, analysis: Analysis, fixes: ReadonlyMap<Finding, Fix[]>): SaidFinding[] {
  const places = new Map(graph.units.map((unit) => [unit.name, unit.gate?.place ?? unit.place]))
  return analysis.findings.map((finding) => sayFinding(finding, { at: places.get(finding.unit), fixes: (fixes.get(finding) ?? []).map(sayFix), unread: unreadRouterOf(graph, finding) }))
}

/** The router that was meant to serve a host that none serves, and whose rule cannot be read. */
function unreadRouterOf({ routers }: BootGraph, finding: Finding): BootRouter | undefined {
  if (finding.finds !== 'never' || finding.never.never !== 'no-router') return undefined
  const { host } = finding.never
  return routers.find(({ rule: { text } }) => hostsOf(text).some((one) => one.toLowerCase() === host) && !isRule(text))
}

function sayFinding(finding: Finding, given: { at: Place | undefined; fixes: SaidFix[]; unread: BootRouter | undefined }): SaidFinding {
  const at = given.at ?? { file: '', line: 1, column: 1 }
  const { unit } = finding
  const said = (rule: keyof typeof RULES, message: string, mend: string, more: { way?: readonly Step[]; place?: Place } = {}): SaidFinding => {
    const { file, line, column } = more.place ?? at
    return { file, line, column, rule, severity: 'error', message, mend: mendWith(mend, given.fixes), unit, way: sayWay(more.way ?? []), fixes: given.fixes }
  }
  switch (finding.finds) {
    case 'deadlock':
      return said('boot/deadlock', finding.knot.length > 1 ? `${unit} can never come up: it waits for what cannot begin before it is up (${listed(finding.knot, 8)} are tied up).` : `${unit} can never come up: what it waits for waits for it.`, 'Break the round where it costs least.', { way: finding.way, place: firstPlace(finding.way) })
    case 'order-cycle':
      if (finding.knot.length === 1) return said('boot/order-cycle', `${finding.unit} is ordered after itself.`, 'Take this order away.', { way: finding.way, place: firstPlace(finding.way) })
      return said('boot/order-cycle', `${listed(finding.knot, 8)} are ordered after one another in a round.`, 'Take one of these orders away.', { way: finding.way, place: firstPlace(finding.way) })
    case 'unordered':
      return said('boot/unordered', `The gate of ${unit} leans on ${finding.needs}, and nothing orders ${finding.needs} before it: it passes only where both happen to start side by side.`, `Order ${unit} after ${finding.needs}, or let it ask its own signal.`, { way: finding.way })
    case 'never':
      if (given.unread) return said(ruleOf(finding), `${unit} can never come up: ${sayNever(finding.never)}: the rule of the router ${given.unread.name} cannot be read.`, `Mend the rule: ${given.unread.rule.text}`, { way: finding.way, place: given.unread.rule.place })
      return said(ruleOf(finding), `${unit} can never come up: ${sayNever(finding.never)}.`, mendOf(finding), { way: finding.way, ...(firstPlace(finding.way) ? { place: firstPlace(finding.way)! } : 'place' in finding.never ? { place: finding.never.place } : {}) })
    case 'waits-for-dead':
      return said('boot/waits-for-dead', `${unit} waits for ${finding.dead}, which can never come up${finding.others.length > 0 ? `, and with it ${listed(finding.others, 8)}` : ''}.`, `Mend ${finding.dead} first.`, { place: finding.place })
    case 'start-limit':
      return said('boot/start-limit', `Deploy, gate and rollback of ${unit} may take ${sayDuration(finding.needs)}, and its start is ended after ${sayDuration(finding.has)}: in the middle of a rollback.`, 'Raise the start limit (TimeoutStartSec=), or give deploy, gate and rollback less.', { place: finding.place })
    case 'passes-over':
      return said('boot/gate-passed-over', `${unit} has a gate, and its failure is passed over: ${finding.told.text}`, 'Take the "-" before the command (or what swallows its exit code) away: a gate that fails has to fail the start.', { place: finding.told.place })
  }
}

function ruleOf({ never }: Extract<Finding, { finds: 'never' }>): keyof typeof RULES {
  switch (never.never) {
    case 'no-router':
      return 'boot/no-router'
    case 'starts-later':
    case 'does-not-start':
    case 'needs-what-never-starts':
      return 'boot/later'
    case 'no-such-unit':
      return 'boot/no-such-unit'
    case 'no-url':
    case 'no-such-middleware':
      return 'boot/nonsense'
  }
}

function mendOf({ never }: Extract<Finding, { finds: 'never' }>): string {
  switch (never.never) {
    case 'no-router':
      return `Write a router for ${never.host}, or, where others serve it elsewhere, name it under external.`
    case 'starts-later':
    case 'does-not-start':
    case 'needs-what-never-starts':
      return 'Enable it for the boot, or ask for nothing of it.'
    case 'no-such-unit':
    case 'no-such-middleware':
      return 'Write its name as it stands elsewhere, or add it.'
    case 'no-url':
      return 'Write a whole URL, such as https://host/path.'
  }
}

function mendWith(mend: string, fixes: readonly SaidFix[]): string {
  if (fixes.length === 0) return mend
  return `${mend} ${fixes.length === 1 ? 'One fix was' : `${fixes.length} fixes were`} tried and do${fixes.length === 1 ? 'es' : ''} it: ${fixes.map((fix, index) => `(${index + 1}) ${fix.do}`).join('; ')}.`
}

function firstPlace(way: readonly Step[]): Place | undefined {
  return way.map(({ because }) => placeOf(because)).find((place) => place !== undefined)
}
