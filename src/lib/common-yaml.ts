import { isDate, LARGEST_TREE, plainValue, sizeOfPlain, type YamlEntry, type YamlPosition, type YamlValue } from './yaml-values.ts'

interface CommonYaml {
  value: YamlValue
  entries: WeakMap<object, Map<string | number, YamlEntry>>
}

/** Deeper ones are for the library, which has the last word on what is too deep. */
const DEEPEST = 32
const LONGEST_KEY = 500

/**
 * Reads the YAML that most files are made of, many times faster than the library does: maps and lists by indentation, flow maps and lists on one line, text
 * without escapes. It reads a text exactly as {@link import('./yaml.ts').parseYaml} would with the library, positions included, or answers undefined and leaves
 * it to the library: so also whatever is wrong. `test/yaml` holds the two against each other on drawn texts.
 */
export function readCommonYaml(text: string): CommonYaml | undefined {
  if (/[^\n\x20-\x7e]/.test(text)) return undefined
  try {
    return new CommonReader(text).read()
  } catch (error) {
    if (error instanceof NotCommon) return undefined
    throw error
  }
}

class NotCommon extends Error {}

const KEY = /(?:"([^"\\\n]*)"|'([^'\n]*)'|([A-Za-z_./$][\w./$@-]*)):(?=[ \n]|$)/y
const PLAIN = /(?:[\w./$~+(<=]|-(?=\w))(?:[^\n#:]+|(?<! )#|:(?![ \n]|$))*/y
/** In a flow a bracket or a comma ends a plain text; elsewhere they belong to it. */
const PLAIN_IN_FLOW = /(?:[\w./$~+(<=]|-(?=\w))(?:[^\n#:,[\]{}]+|(?<! )#|:(?![ \n,[\]{}]|$))*/y
const QUOTED = /"([^"\\\n]*)"|'([^'\n]*)'(?!')/y
const REST_OF_LINE = /(?: *| +#[^\n]*)(?:\n|$)/y

class CommonReader {
  readonly #text: string
  readonly #entries: CommonYaml['entries'] = new WeakMap()
  #size = 0
  #depth = 0
  #at = 0
  #line = 1
  #lineStart = 0
  /** Of the line that we read. Between values: of the next line that says something, -1 where there is none. */
  #indent = 0

  constructor(text: string) {
    this.#text = text
  }

  read(): CommonYaml {
    if (this.#toContent() !== 0) throw new NotCommon()
    const value = this.#isItem() ? this.#list(0) : this.#map(0)
    if (this.#indent !== -1 || this.#size > LARGEST_TREE) throw new NotCommon()
    return { value, entries: this.#entries }
  }

  /** Past blank lines and comments; the new indentation. */
  #toContent(): number {
    const text = this.#text
    for (;;) {
      this.#blanks()
      const code = text.charCodeAt(this.#at)
      if (code !== 0x0a && code !== 0x23 && this.#at < text.length) {
        this.#indent = this.#at - this.#lineStart
        return this.#indent
      }
      const newline = text.indexOf('\n', this.#at)
      if (newline < 0) {
        this.#at = text.length
        this.#indent = -1
        return this.#indent
      }
      this.#at = newline + 1
      this.#beginLine()
    }
  }

  #beginLine(): void {
    this.#line += 1
    this.#lineStart = this.#at
  }

  /** Whether nothing but a comment follows on this line; then we stand at the next one that says something. */
  #endsLine(): boolean {
    if (this.#take(REST_OF_LINE) === undefined) return false
    this.#beginLine()
    this.#toContent()
    return true
  }

  #map(indent: number): YamlValue {
    const map: { [key: string]: YamlValue } = {}
    const entries = this.#open(map)
    do {
      const at = this.#here()
      const key = this.#key(entries)
      if (this.#endsLine()) {
        // Where a key has no value, comments and blank lines decide where the library sees that nothing.
        if (this.#indent < indent || (this.#indent === indent && !this.#isItem())) throw new NotCommon()
        const value = this.#here()
        map[key] = this.#isItem() ? this.#list(this.#indent) : this.#map(this.#indent)
        entries.set(key, { key: at, value })
      } else {
        this.#blanks()
        const value = this.#here()
        map[key] = this.#inline(indent)
        entries.set(key, { key: at, value })
      }
    } while (this.#indent === indent)
    return this.#close(map, indent)
  }

  #list(indent: number): YamlValue {
    const list: YamlValue[] = []
    const entries = this.#open(list)
    do {
      this.#at += 1
      this.#blanks()
      const at = this.#here()
      entries.set(list.length, { key: at, value: at })
      list.push(this.#isKey() ? this.#map(this.#at - this.#lineStart) : this.#inline(indent))
    } while (this.#indent === indent && this.#isItem())
    return this.#close(list, indent)
  }

  /** A value on one line, the last on it; the next line must not continue it. */
  #inline(indent: number): YamlValue {
    const value = this.#part(PLAIN)
    if (!this.#endsLine() || this.#indent > indent) throw new NotCommon()
    return value
  }

  #part(plain: RegExp): YamlValue {
    switch (this.#text.charCodeAt(this.#at)) {
      case 0x7b:
        return this.#flowMap()
      case 0x5b:
        return this.#flowList()
      case 0x22:
      case 0x27:
        return this.#quoted()
      default:
        return this.#plain(plain)
    }
  }

  #flowMap(): YamlValue {
    const map: { [key: string]: YamlValue } = {}
    const entries = this.#open(map)
    while (this.#hasMore(0x7d, entries.size === 0)) {
      const at = this.#here()
      const key = this.#key(entries)
      this.#blanks()
      const value = this.#here()
      map[key] = this.#part(PLAIN_IN_FLOW)
      entries.set(key, { key: at, value })
    }
    return this.#close(map)
  }

  #flowList(): YamlValue {
    const list: YamlValue[] = []
    const entries = this.#open(list)
    while (this.#hasMore(0x5d, list.length === 0)) {
      if (this.#isKey()) throw new NotCommon()
      const at = this.#here()
      entries.set(list.length, { key: at, value: at })
      list.push(this.#part(PLAIN_IN_FLOW))
    }
    return this.#close(list)
  }

  /** Steps over the bracket or comma before the next part of a flow, or over the bracket that ends it. */
  #hasMore(end: number, isFirst: boolean): boolean {
    if (isFirst) this.#at += 1
    this.#blanks()
    const code = this.#text.charCodeAt(this.#at)
    if (code === end || (!isFirst && code === 0x2c)) this.#at += 1
    else if (!isFirst) throw new NotCommon()
    this.#blanks()
    return code !== end
  }

  #isItem(): boolean {
    return this.#text.startsWith('- ', this.#at)
  }

  #isKey(): boolean {
    KEY.lastIndex = this.#at
    return KEY.test(this.#text)
  }

  #key(before: ReadonlyMap<string | number, YamlEntry>): string {
    const found = this.#take(KEY)
    const key = found && (found[1] ?? found[2] ?? plainValue(found[3]!))
    if (typeof key !== 'string' || key === '__proto__' || key.length > LONGEST_KEY || before.has(key)) throw new NotCommon()
    return key
  }

  #quoted(): string {
    const found = this.#take(QUOTED)
    if (!found) throw new NotCommon()
    return this.#counted(found[1] ?? found[2]!)
  }

  #plain(pattern: RegExp): YamlValue {
    const text = this.#take(pattern)?.[0].trimEnd()
    // What becomes of a date is for its caller to say.
    if (text === undefined || isDate(text)) throw new NotCommon()
    return this.#counted(plainValue(text))
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    this.#at = pattern.lastIndex
    return found
  }

  #blanks(): void {
    while (this.#text.charCodeAt(this.#at) === 0x20) this.#at += 1
  }

  #here(): YamlPosition {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 }
  }

  #open(container: object): Map<string | number, YamlEntry> {
    const entries = new Map<string | number, YamlEntry>()
    this.#entries.set(container, entries)
    this.#size += 1
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new NotCommon()
    return entries
  }

  /** A line that is indented deeper than a block that has ended belongs to nobody. */
  #close<T>(container: T, indent = Number.POSITIVE_INFINITY): T {
    this.#depth -= 1
    if (this.#indent > indent) throw new NotCommon()
    return container
  }

  #counted<T extends YamlValue>(value: T): T {
    this.#size += sizeOfPlain(value)
    return value
  }
}
