/**
 * Whether a router's rule, as Traefik 3 has them, lets a request in. What a probe cannot know of itself (its address, its headers) counts as fulfilled: the
 * question is who would answer, and a wrong "nobody" would hide a deadlock.
 */
export function matchesRule(rule: string, request: { host: string; path: string }): boolean {
  const reader = new RuleReader(rule, request)
  return reader.either() && reader.isAtEnd()
}

/** Signs and brackets within one another; more is nonsense, so that a hostile rule ends no process. */
const DEEPEST = 100

/** `||` below `&&` below `!`, with brackets. Nonsense anywhere spoils the whole rule, as it does for Traefik. */
class RuleReader {
  readonly #text: string
  readonly #request: { host: string; path: string }
  #at = 0
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
    if (this.#takes('!')) return this.#deeper(() => !this.#one())
    if (this.#takes('(')) {
      const holds = this.#deeper(() => this.either())
      return this.#takes(')') ? holds : this.#nonsense()
    }
    const name = this.#take(/[A-Za-z]+/y)
    if (name === undefined || !this.#takes('(')) return this.#nonsense()
    const values: string[] = []
    for (let value = this.#value(); value !== undefined; value = this.#takes(',') ? this.#value() : undefined) values.push(value)
    return this.#takes(')') ? fulfils(name.toLowerCase(), values, this.#request) : this.#nonsense()
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

function fulfils(matcher: string, values: readonly string[], { host, path }: { host: string; path: string }): boolean {
  switch (matcher) {
    case 'host':
    case 'hostheader':
    case 'hostsni':
      return values.some((value) => value === '*' || value.toLowerCase() === host)
    case 'hostregexp':
    case 'hostsniregexp':
      return values.some((value) => fits(value, host))
    case 'path':
      return values.includes(path)
    case 'pathprefix':
      return values.some((value) => path.startsWith(value))
    case 'pathregexp':
      return values.some((value) => fits(value, path))
    default:
      return true
  }
}

function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'i').test(text)
  } catch {
    return false
  }
}
