import { goExpression } from '../../lib/go-expression.ts'
import { type Rule, readRule } from '../recipe/router-rule.ts'

/**
 * Whether a router's rule, as Traefik 3 has them, lets a request in. What a probe cannot know of itself (its address, its headers), and a pattern that cannot be
 * read, count as fulfilled, behind a `!` as well: the question is who would answer, and a wrong "nobody" would hide a deadlock.
 */
export function matchesRule(text: string, request: { host: string; path: string }): boolean {
  const reading = readRule(text)
  return 'rule' in reading && letsIn(reading.rule, request, false)
}

/** Whether a rule is one at all: Traefik leaves a router out whose rule it cannot read. */
export function isRule(text: string): boolean {
  return 'rule' in readRule(text)
}

/** Patterns of a rule that cannot be read. */
export function unreadPatterns(text: string): string[] {
  const reading = readRule(text)
  return 'rule' in reading ? [...new Set(patternsIn(reading.rule).filter((pattern) => !goExpression(pattern, 'i')))] : []
}

/** `isTurned`: behind an odd number of `!`. */
function letsIn(rule: Rule, request: { host: string; path: string }, isTurned: boolean): boolean {
  switch (rule.is) {
    case 'either':
      return rule.parts.some((part) => letsIn(part, request, isTurned))
    case 'both':
      return rule.parts.every((part) => letsIn(part, request, isTurned))
    case 'not':
      return !letsIn(rule.part, request, !isTurned)
    case 'matcher':
      return isFulfilled(rule, request) ?? !isTurned
  }
}

/** Undefined: nobody can say. */
function isFulfilled({ name, values }: Extract<Rule, { is: 'matcher' }>, { host, path }: { host: string; path: string }): boolean | undefined {
  switch (name) {
    case 'host':
    case 'hostheader':
    case 'hostsni':
      return values.some((value) => value === '*' || value.toLowerCase() === host)
    case 'path':
      return values.includes(path)
    case 'pathprefix':
      return values.some((value) => path.startsWith(value))
    case 'hostregexp':
    case 'hostsniregexp':
      return fits(values, host)
    case 'pathregexp':
      return fits(values, path)
    default:
      return undefined
  }
}

function fits(patterns: readonly string[], text: string): boolean | undefined {
  const expressions = patterns.map((pattern) => goExpression(pattern, 'i'))
  return expressions.some((expression) => expression?.test(text)) || (expressions.includes(undefined) ? undefined : false)
}

const OF_PATTERNS: readonly string[] = ['hostregexp', 'hostsniregexp', 'pathregexp']

function patternsIn(rule: Rule): string[] {
  if (rule.is === 'matcher') return OF_PATTERNS.includes(rule.name) ? rule.values : []
  return rule.is === 'not' ? patternsIn(rule.part) : rule.parts.flatMap(patternsIn)
}
