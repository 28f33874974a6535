import { createRequire } from 'node:module'
import type { Alias, Document, Node, Scalar, YAMLMap } from 'yaml'
import { readCommonYaml } from './common-yaml.ts'
import { isDate, LARGEST_TREE, plainValue, sizeOfPlain, type YamlEntry, type YamlPosition, type YamlValue } from './yaml-values.ts'

/** Loaded when it is first needed: most files are read without it, and it costs more than many a command. */
const library = (): typeof import('yaml') => createRequire(import.meta.url)('yaml')

/**
 * Reads YAML written by people, keeps where everything stood, and never throws: what is wrong is listed in `problems`.
 *
 * Values are read the way Docker's client reads them (go-yaml v3): YAML 1.2 words for true, false and null, but octal `0555`, `1_000` and `<<`
 * merge keys as in YAML 1.1. Integers that a JavaScript number cannot hold exactly become a bigint, so that they print as they were written.
 *
 * INVARIANTS
 * - A value that is used through an alias is the same object everywhere: treat the result as read-only.
 * - The whole tree, with every alias written out, has at most {@link LARGEST_TREE} values. A walk over it always ends.
 */
export interface YamlReading {
  /** Null where nothing could be read; what could be read in spite of problems is here. */
  value: YamlValue
  problems: YamlProblem[]
  /** Where the key and the value of an entry stand; for the item of a list both are the item. `container` is an object or array of `value`. */
  entryOf(container: object, key: string | number): YamlEntry | undefined
  /** Where the value at this path stands (its key, where the value is a map or list), or its nearest ancestor that exists. */
  placeOf(path: ReadonlyArray<string | number>): YamlPosition
}

export interface YamlProblem extends YamlPosition {
  kind: 'syntax' | 'duplicate-key' | 'alias' | 'merge' | 'key' | 'tag' | 'too-large' | 'more-documents'
  severity: 'error' | 'warning'
  message: string
  mend: string
}

export interface YamlOptions {
  /** What a plain (unquoted) date such as `2024-01-31` becomes. Default: the text as it stands. */
  date?: (text: string, at: YamlPosition) => string
}

/** Characters of one file; the largest recipe files known have 40,000. A hostile file of this size takes a quarter of a second. */
export const LARGEST_TEXT = 256 * 1024
const DEEPEST = 64
/** Brackets may stand in text, too, so this bound is loose; it only keeps the parser from running out of stack. */
const MOST_OPEN_BRACKETS = 1000
const MOST_PROBLEMS = 100

const START: YamlPosition = { line: 1, column: 1 }

export function parseYaml(text: string, options: YamlOptions = {}): YamlReading {
  if (text.length > LARGEST_TEXT) {
    return nothing({
      ...START,
      kind: 'too-large',
      severity: 'error',
      message: `The file has ${text.length} characters; at most ${LARGEST_TEXT} are read.`,
      mend: 'Move large content into files of its own.',
    })
  }
  const tooDeep = deeperThan(text, MOST_OPEN_BRACKETS)
  if (tooDeep) {
    return nothing({ ...tooDeep, kind: 'too-large', severity: 'error', message: `Values are nested more than ${DEEPEST} deep, or closed as often without being open.`, mend: 'Nest less deeply.' })
  }
  const common = readCommonYaml(text)
  return common ? readingOf(common.value, common.entries, []) : readWithLibrary(text, options)
}

/** What {@link parseYaml} does with a text that is not all common. */
export function readWithLibrary(text: string, options: YamlOptions = {}): YamlReading {
  const yaml = library()
  try {
    const document = yaml.parseDocument(text, {
      schema: 'failsafe',
      logLevel: 'error',
      prettyErrors: false,
      uniqueKeys: false,
    })
    return new Reader(document, { yaml, lineStarts: lineStartsOf(text), options }).read()
  } catch (error) {
    return nothing({ ...START, kind: 'syntax', severity: 'error', message: clip(`This is not YAML: ${sentence(String(error))}`), mend: 'Mend the syntax.' })
  }
}

/** Where the key at the end of a path stands, rather than what it holds: for a key that should not be there at all. */
export function placeOfKey(yaml: YamlReading, path: ReadonlyArray<string | number>): YamlPosition {
  let container: unknown = yaml.value
  for (const step of path.slice(0, -1)) container = typeof container === 'object' && container !== null ? (container as Record<string | number, unknown>)[step] : undefined
  const entry = typeof container === 'object' && container !== null ? yaml.entryOf(container, path.at(-1)!) : undefined
  return entry?.key ?? yaml.placeOf(path)
}

function readingOf(value: YamlValue, entries: WeakMap<object, Map<string | number, YamlEntry>>, problems: YamlProblem[]): YamlReading {
  return { value, problems, entryOf: (container, key) => entries.get(container)?.get(key), placeOf: (path) => placeIn(value, path, entries) }
}

function nothing(problem: YamlProblem): YamlReading {
  return { value: null, problems: [problem], entryOf: () => undefined, placeOf: () => START }
}

/** The reader of one document: turns nodes into plain values, in the order of the text, so that an alias sees the anchors before it. */
class Reader {
  readonly #yaml: typeof import('yaml')
  readonly #document: Document
  readonly #lineStarts: readonly number[]
  readonly #options: YamlOptions
  readonly #problems: YamlProblem[] = []
  readonly #entries = new WeakMap<object, Map<string | number, YamlEntry>>()
  readonly #anchors = new Map<string, { value: YamlValue } | 'being read'>()
  /** How many values a container holds with everything below it written out. */
  readonly #sizes = new WeakMap<object, number>()
  #depth = 0
  #merged = 0

  constructor(document: Document, { yaml, lineStarts, options }: { yaml: typeof import('yaml'); lineStarts: readonly number[]; options: YamlOptions }) {
    this.#yaml = yaml
    this.#document = document
    this.#lineStarts = lineStarts
    this.#options = options
  }

  read(): YamlReading {
    for (const error of this.#document.errors) {
      const at = this.#position(error.pos[0])
      if (error.code === 'MULTIPLE_DOCS') {
        this.#report(at, 'more-documents', 'Only the first document of the file is read; another one starts here.', 'Remove everything from the line `---` on.', 'warning')
      } else {
        this.#report(at, 'syntax', `This is not YAML: ${sentence(error.message)}`, MENDS[error.code] ?? 'Mend the syntax; indentation and quotes are the usual causes.')
      }
    }
    let value: YamlValue = null
    if (this.#document.contents !== null) value = this.#value(this.#document.contents as Node)
    if (this.#sizeOf(value) > LARGEST_TREE) {
      this.#report(START, 'too-large', `With every alias written out the file holds more than ${LARGEST_TREE} values.`, 'Use fewer aliases of aliases.')
      value = null
    }
    return readingOf(value, this.#entries, this.#problems)
  }

  #value(node: Node | null | undefined): YamlValue {
    if (node === null || node === undefined) return null
    const { isAlias, isMap, isSeq, isScalar } = this.#yaml
    if (isAlias(node)) return this.#alias(node)
    const anchor = (node as { anchor?: string }).anchor
    if (anchor) this.#anchors.set(anchor, 'being read')
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new Error(`values are nested more than ${DEEPEST} deep`)
    let value: YamlValue = null
    if (isMap(node)) value = this.#map(node)
    else if (isSeq(node)) value = this.#list(node.items as Node[], node)
    else if (isScalar(node)) value = this.#scalar(node)
    this.#depth -= 1
    if (anchor) this.#anchors.set(anchor, { value })
    return value
  }

  #alias(node: Alias): YamlValue {
    const found = this.#anchors.get(node.source)
    if (found === undefined) {
      this.#reportNode(node, 'alias', `The alias \`*${node.source}\` has no anchor \`&${node.source}\` before it.`, 'Write the anchor before its first use.')
      return null
    }
    if (found === 'being read') {
      this.#reportNode(node, 'alias', `The alias \`*${node.source}\` stands inside its own anchor.`, 'Move it out of the value that the anchor names.')
      return null
    }
    return found.value
  }

  #list(items: Node[], node: Node): YamlValue[] {
    this.#checkTag(node)
    const list: YamlValue[] = []
    const entries = new Map<string | number, YamlEntry>()
    this.#entries.set(list, entries)
    for (const item of items) {
      const at = this.#positionOf(item)
      entries.set(list.length, { key: at, value: at })
      list.push(this.#value(item))
    }
    this.#sizes.set(list, 1 + list.reduce<number>((sum, item) => sum + this.#sizeOf(item), 0))
    return list
  }

  #map(node: YAMLMap): { [key: string]: YamlValue } {
    this.#checkTag(node)
    const map: { [key: string]: YamlValue } = {}
    const entries = new Map<string | number, YamlEntry>()
    this.#entries.set(map, entries)
    const merges: Array<{ from: YamlValue; at: YamlPosition }> = []
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null
      const at = keyNode ? this.#positionOf(keyNode) : this.#positionOf(node)
      const value = this.#value(pair.value as Node | null)
      if (this.#isMergeKey(keyNode)) {
        merges.push({ from: value, at })
        continue
      }
      const key = this.#key(keyNode, at)
      if (key === undefined) continue
      const earlier = entries.get(key)
      if (earlier) {
        this.#report(at, 'duplicate-key', `The key \`${key}\` stands twice; the first is on line ${earlier.key.line}.`, 'Keep one of the two.')
        continue
      }
      map[key] = value
      entries.set(key, { key: at, value: pair.value ? this.#positionOf(pair.value as Node) : at })
    }
    for (const { from, at } of merges) this.#merge(map, entries, from, at)
    this.#sizes.set(map, 1 + Object.values(map).reduce<number>((sum, item) => sum + this.#sizeOf(item), 0))
    return map
  }

  /** `<<`: own keys win whatever the order; of several maps the first that has a key wins. */
  #merge(map: { [key: string]: YamlValue }, entries: Map<string | number, YamlEntry>, from: YamlValue, at: YamlPosition): void {
    const sources = Array.isArray(from) ? from : [from]
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.#report(at, 'merge', 'The merge key `<<` takes a map or a list of maps.', 'Write `<<: *name`, where `&name` stands before a map.')
        continue
      }
      for (const [key, value] of Object.entries(source)) {
        if (Object.hasOwn(map, key)) continue
        this.#merged += 1
        if (this.#merged > LARGEST_TREE) throw new Error(`merge keys bring in more than ${LARGEST_TREE} values`)
        map[key] = value
        const entry = this.#entries.get(source)?.get(key)
        if (entry) entries.set(key, entry)
      }
    }
  }

  #isMergeKey(node: Node | null): boolean {
    return this.#yaml.isScalar(node) && node.value === '<<' && node.type === 'PLAIN' && (node.tag === undefined || node.tag === 'tag:yaml.org,2002:merge')
  }

  #key(node: Node | null, at: YamlPosition): string | undefined {
    const value = node === null ? null : this.#value(node)
    if (value === '__proto__') {
      this.#report(at, 'key', 'The key `__proto__` is not taken: programs give it a meaning of their own.', 'Write another name.')
      return undefined
    }
    if (typeof value === 'string') return value
    const shown = typeof value === 'object' && value !== null ? 'a map or list' : `\`${String(value)}\``
    this.#report(at, 'key', `A key must be text; this one is ${shown}.`, typeof value === 'object' ? 'Write a plain word as the key.' : `Put the key in quotes: "${String(value)}".`)
    return undefined
  }

  #scalar(node: Scalar): YamlValue {
    const text = node.source ?? (typeof node.value === 'string' ? node.value : '')
    const tag = node.tag
    if (node.type !== 'PLAIN' && tag === undefined) return text
    if (tag === undefined) {
      if (isDate(text)) return this.#options.date?.(text, this.#positionOf(node)) ?? text
      return plainValue(text)
    }
    switch (tag) {
      case '!':
      case 'tag:yaml.org,2002:str':
        return text
      case 'tag:yaml.org,2002:binary':
        return Buffer.from(text, 'base64').toString('utf8')
      case 'tag:yaml.org,2002:int':
      case 'tag:yaml.org,2002:float':
      case 'tag:yaml.org,2002:bool':
      case 'tag:yaml.org,2002:null': {
        const value = plainValue(text)
        if (kindOf(value) === tag.slice('tag:yaml.org,2002:'.length)) return value
        if (tag.endsWith(':float') && (typeof value === 'number' || typeof value === 'bigint')) return Number(value)
        this.#reportNode(node, 'tag', `\`${text}\` is no ${tag.slice('tag:yaml.org,2002:'.length)}.`, 'Remove the tag.')
        return value
      }
      default:
        this.#checkTag(node)
        return text
    }
  }

  /** Docker's client reads past tags that it does not know (`!reset` and `!override` of newer composes among them). */
  #checkTag(node: Node): void {
    const tag = (node as { tag?: string }).tag
    if (tag === undefined || tag === '!' || tag.startsWith('tag:yaml.org,2002:')) return
    this.#reportNode(node, 'tag', `The tag \`${tag}\` means nothing here: the value is read as if the tag were not there.`, 'Remove the tag.', 'warning')
  }

  #sizeOf(value: YamlValue): number {
    return (typeof value === 'object' && value !== null ? this.#sizes.get(value) : undefined) ?? sizeOfPlain(value)
  }

  #position(offset: number): YamlPosition {
    let first = 0
    let after = this.#lineStarts.length
    while (after - first > 1) {
      const middle = (first + after) >> 1
      if (this.#lineStarts[middle]! <= offset) first = middle
      else after = middle
    }
    return { line: first + 1, column: offset - this.#lineStarts[first]! + 1 }
  }

  #positionOf(node: Node): YamlPosition {
    return this.#position(node.range?.[0] ?? 0)
  }

  #reportNode(node: Node, kind: YamlProblem['kind'], message: string, mend: string, severity: YamlProblem['severity'] = 'error'): void {
    this.#report(this.#positionOf(node), kind, message, mend, severity)
  }

  #report(at: YamlPosition, kind: YamlProblem['kind'], message: string, mend: string, severity: YamlProblem['severity'] = 'error'): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ ...at, kind, severity, message: clip(message), mend: clip(mend) })
  }
}

/** The parser's own counter loses lines where it recovers from an error. */
function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function placeIn(root: YamlValue, path: ReadonlyArray<string | number>, entries: WeakMap<object, Map<string | number, YamlEntry>>): YamlPosition {
  let place = START
  let here: YamlValue | undefined = root
  for (const step of path) {
    if (typeof here !== 'object' || here === null) break
    const entry = entries.get(here)?.get(step)
    if (!entry) break
    here = (here as { [key: string]: YamlValue })[step]
    place = typeof here === 'object' ? entry.key : entry.value
  }
  return place
}

function kindOf(value: YamlValue): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint' || Number.isInteger(value)) return 'int'
  return typeof value === 'number' ? 'float' : 'str'
}

/** Where more brackets are open than `limit`, or closed that were never open, not minding whether they stand in text. */
function deeperThan(text: string, limit: number): YamlPosition | undefined {
  let depth = 0
  let line = 1
  let lineStart = 0
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code === 10) {
      line += 1
      lineStart = i + 1
    } else if (code === 91 || code === 123) {
      depth += 1
      if (depth > limit) return { line, column: i - lineStart + 1 }
    } else if (code === 93 || code === 125) {
      depth -= 1
      if (depth < -limit) return { line, column: i - lineStart + 1 }
    }
  }
  return undefined
}

const MENDS: Record<string, string> = {
  BAD_INDENT: 'Indent with spaces, the same number for all keys of one map.',
  TAB_AS_INDENT: 'Indent with spaces; YAML takes no tabs there.',
  MISSING_CHAR: 'Add the quote or bracket that is missing.',
  MULTILINE_IMPLICIT_KEY: 'Put the value in quotes, or on one line with its key.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a value that holds `: ` in quotes.',
  BAD_ALIAS: 'Put a value that begins with `*` or `&` in quotes.',
  BAD_SCALAR_START: 'Put a value that begins with `@`, a backtick or `%` in quotes.',
  BAD_DQ_ESCAPE: 'Write `\\\\` for a backslash in double quotes, or use single quotes.',
}

/** Hostile input must not become a message of its own size. */
function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 200)} … ${text.slice(-60)}`
}

function sentence(text: string): string {
  const line = (text.split('\n')[0] ?? text).replace(/^\w*Error: /, '').trim()
  return line.endsWith('.') ? line : `${line}.`
}
