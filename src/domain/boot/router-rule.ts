import { goExpression } from '../../lib/go-expression.ts'

/**
 * Whether a router's rule, as Traefik 3 has them, lets a request in. What a probe cannot know of itself (its address, its headers), and a pattern that cannot be
 * read, count as fulfilled, behind a `!` as well: the question is who would answer, and a wrong "nobody" would hide a deadlock.
 */
export function matchesRule(rule: string, request: { host: string; path: string }): boolean {
  const reader = new RuleReader(rule, request)
  return reader.either() && reader.isAtEnd()
}

/** Whether a rule is one at all: Traefik leaves a router out whose rule it cannot read. */
export function isRule(text: string): boolean {
  const reader = new RuleReader(text, { host: '', path: '' })
  reader.either()
  return reader.isAtEnd()
}

/** Patterns of a rule that cannot be read. */
export function unreadPatterns(rule: string): string[] {
  const reader = new RuleReader(rule, { host: '', path: '' })
  reader.either()
  return [...reader.unread]
}

/** Signs and brackets within one another; more is nonsense, so that a hostile rule ends no process. */
const DEEPEST = 100

/** `||` below `&&` below `!`, with brackets. Nonsense anywhere spoils the whole rule, as it does for Traefik. */
class RuleReader {
  readonly #text: string
  readonly #request: { host: string; path: string }
  readonly unread = new Set<string>()
  #at = 0
  /** Behind an odd number of `!`. */
  #isTurned = false
  #depth = 0

  constructor(text: string, request: { host: string; path: string }) {
    this.#text = text
    this.#request = request
  }

  either(): boolean {
    let holds = this.#both()
    while (this.#takes('||')) holds = this.#both() || holds
    return holds
  }

  isAtEnd(): boolean {
    this.#takes('')
    return this.#at === this.#text.length
  }

  #both(): boolean {
    let holds = this.#one()
    while (this.#takes('&&')) holds = this.#one() && holds
    return holds
  }

  #one(): boolean {
    if (this.#takes('!')) return this.#deeper(() => this.#turned())
    if (this.#takes('(')) {
      const holds = this.#deeper(() => this.either())
      return this.#takes(')') ? holds : this.#nonsense()
    }
    const name = this.#take(/[A-Za-z]+/y)
    if (name === undefined || !this.#takes('(')) return this.#nonsense()
    const values: string[] = []
    for (let value = this.#value(); value !== undefined; value = this.#takes(',') ? this.#value() : undefined) values.push(value)
    return this.#takes(')') ? (this.#fulfils(name.toLowerCase(), values) ?? !this.#isTurned) : this.#nonsense()
  }

  #turned(): boolean {
    this.#isTurned = !this.#isTurned
    const holds = this.#one()
    this.#isTurned = !this.#isTurned
    return !holds
  }

  /** Undefined: nobody can say. */
  #fulfils(matcher: string, values: readonly string[]): boolean | undefined {
    const { host, path } = this.#request
    switch (matcher) {
      case 'host':
      case 'hostheader':
      case 'hostsni':
        return values.some((value) => value === '*' || value.toLowerCase() === host)
      case 'hostregexp':
      case 'hostsniregexp':
        return this.#fits(values, host)
      case 'path':
        return values.includes(path)
      case 'pathprefix':
        return values.some((value) => path.startsWith(value))
      case 'pathregexp':
        return this.#fits(values, path)
      default:
        return undefined
    }
  }

  #fits(patterns: readonly string[], text: string): boolean | undefined {
    const expressions = patterns.map((pattern) => goExpression(pattern, 'i'))
    for (const [index, expression] of expressions.entries()) if (!expression) this.unread.add(patterns[index]!)
    return expressions.some((expression) => expression?.test(text)) || (expressions.includes(undefined) ? undefined : false)
  }

  #deeper(read: () => boolean): boolean {
    this.#depth += 1
    const holds = this.#depth > DEEPEST ? this.#nonsense() : read()
    this.#depth -= 1
    return holds
  }

  #value(): string | undefined {
    const quoted = this.#take(/`[^`]*`|"[^"]*"|'[^']*'/y)
    return quoted?.slice(1, -1)
  }

  #takes(sign: string): boolean {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t' || this.#text[this.#at] === '\n') this.#at += 1
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #take(pattern: RegExp): string | undefined {
    this.#takes('')
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #nonsense(): false {
    this.#at = Number.POSITIVE_INFINITY
    return false
  }
}
