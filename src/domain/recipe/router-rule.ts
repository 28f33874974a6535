/** A router's rule, taken apart. */
export type Rule = { is: 'either' | 'both'; parts: Rule[] } | { is: 'not'; part: Rule } | { is: 'matcher'; name: string; values: string[] }

/** `at`: how many letters of the rule were understood. */
export type RuleReading = { rule: Rule } | { wrong: string; at: number }

/** What Traefik 2 and 3 know, in small letters. */
const MATCHERS = new Set([
  'host', 'hostheader', 'hostregexp', 'hostsni', 'hostsniregexp', 'path', 'pathprefix', 'pathregexp', 'method', 'header', 'headerregexp', 'headers', 'headersregexp',
  'query', 'queryregexp', 'clientip', 'alpn',
])

/** Signs and brackets within one another. */
const DEEPEST = 100

/**
 * Reads a rule by the part of its grammar that recipes need: matchers with texts, `!` above `&&` above `||`, and brackets. Traefik hands rules to the
 * parser of Go, which knows much more: comments, escapes in `"…"`, sums of texts. None of it is read here, so that a rule has one meaning for both.
 */
export function readRule(text: string): RuleReading {
  const reader = new RuleReader(text)
  const rule = reader.either()
  if (rule && reader.isAtEnd()) return { rule }
  return { wrong: reader.wrong ?? 'only `&&`, `||` or the end may stand here', at: reader.at }
}

class RuleReader {
  readonly #text: string
  at = 0
  wrong: string | undefined
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  either(): Rule | undefined {
    return this.#joined('||', () => this.#joined('&&', () => this.#one()))
  }

  isAtEnd(): boolean {
    this.#takes('')
    return this.wrong === undefined && this.at === this.#text.length
  }

  #joined(sign: '||' | '&&', read: () => Rule | undefined): Rule | undefined {
    const parts: Rule[] = []
    do {
      const part = read()
      if (!part) return undefined
      parts.push(part)
    } while (this.#takes(sign))
    return parts.length === 1 ? parts[0] : { is: sign === '||' ? 'either' : 'both', parts }
  }

  #one(): Rule | undefined {
    if (this.#depth === DEEPEST) return this.#fails(`more than ${DEEPEST} signs and brackets stand within one another`)
    this.#depth += 1
    const rule = this.#takes('!') ? this.#not() : this.#takes('(') ? this.#bracket() : this.#matcher()
    this.#depth -= 1
    return rule
  }

  #not(): Rule | undefined {
    const part = this.#one()
    return part && { is: 'not', part }
  }

  #bracket(): Rule | undefined {
    const rule = this.either()
    if (!rule || this.#takes(')')) return rule
    return this.#fails('a `)` should stand here')
  }

  #matcher(): Rule | undefined {
    this.#takes('')
    const name = this.#take(/[A-Za-z]+/y)?.toLowerCase()
    if (name === undefined || !MATCHERS.has(name)) return this.#fails('a matcher such as Host(…) should stand here')
    if (!this.#takes('(')) return this.#fails('a `(` should stand here')
    const values: string[] = []
    while (!this.#takes(')')) {
      // Single quotes hold no text in Go; what it would read behind a backslash is another text than what stands there.
      const value = this.#take(/`[^`\p{Cc}]*`|"[^"\\\p{Cc}]*"/uy)
      if (value === undefined) return this.#fails('a text in `…`, or in "…" without a backslash, should stand here')
      values.push(value.slice(1, -1))
      if (this.#takes(',')) continue
      if (!this.#takes(')')) return this.#fails('a `,` or `)` should stand here')
      break
    }
    return { is: 'matcher', name, values }
  }

  #takes(sign: string): boolean {
    while (this.at < this.#text.length && ' \t\r\n'.includes(this.#text[this.at]!)) this.at += 1
    if (!this.#text.startsWith(sign, this.at)) return false
    this.at += sign.length
    return true
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  #fails(wrong: string): undefined {
    this.wrong ??= wrong
  }
}
