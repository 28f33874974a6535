/**
 * TypeScript source as a flat list of tokens: just enough to find imports and a few names for certain, whatever stands in
 * comments, strings, templates and regular expressions. Not a parser: it never fails, and what it cannot read it skips.
 */

export interface Token {
  kind: 'word' | 'string' | 'template' | 'regex' | 'number' | 'mark'
  /** As written; for strings and templates without holes the value between the quotes. */
  text: string
  /** From 1. */
  line: number
  /** A template with `${…}` in it: its value cannot be known here. */
  hasHoles?: boolean
}

/** After one of these words a `/` begins a regular expression; after any other word it divides. */
const BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'instanceof', 'await', 'yield'])
/** `if (x) /re/.test(y)`: the parenthesis that such a word opens closes a head, not a value. */
const OPENS_HEAD = new Set(['if', 'while', 'for', 'with'])

const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /\.?\d[\w.]*/y

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  const headParens: boolean[] = []
  let at = source.startsWith('#!') ? endOfLine(source, 0) : 0
  let line = 1
  /** Braces open inside each `${` we are in; empty: not inside a template. */
  const holes: number[] = []
  let closedHead = false

  const push = (kind: Token['kind'], text: string, end: number, hasHoles?: boolean): void => {
    tokens.push({ kind, text, line, ...(hasHoles ? { hasHoles } : {}) })
    line += newlinesIn(source, at, end)
    at = end
  }
  const skip = (end: number): void => {
    line += newlinesIn(source, at, end)
    at = end
  }
  /** Reads template text from `from` (just after the backtick or the `}` of a hole) to the backtick or the next hole. */
  const readTemplate = (from: number): void => {
    const { end, hole } = endOfTemplateText(source, from)
    const whole = !hole && source[from - 1] === '`'
    push('template', source.slice(from, whole ? end - 1 : end), end, !whole)
    if (hole) holes.push(0)
  }

  while (at < source.length) {
    const char = source[at]!
    if (/\s/.test(char)) { skip(at + 1); continue }
    if (source.startsWith('//', at)) { skip(endOfLine(source, at)); continue }
    if (source.startsWith('/*', at)) { skip(indexAfter(source, '*/', at + 2)); continue }
    if (char === "'" || char === '"') {
      const end = endOfQuoted(source, at, char)
      push('string', source.slice(at + 1, end - 1), end)
      continue
    }
    if (char === '`') { readTemplate(at + 1); continue }
    if (char === '}' && holes.length > 0 && holes.at(-1) === 0) { holes.pop(); readTemplate(at + 1); continue }
    const word = matchAt(WORD, source, at)
    if (word) { push('word', word, at + word.length); continue }
    const number = matchAt(NUMBER, source, at)
    if (number) { push('number', number, at + number.length); continue }
    if (char === '/' && regexMayStart(tokens.at(-1), closedHead, line)) {
      const end = endOfRegex(source, at)
      if (end) { push('regex', source.slice(at, end), end); continue }
    }
    if (char === '(') headParens.push(tokens.at(-1)?.kind === 'word' && OPENS_HEAD.has(tokens.at(-1)!.text))
    closedHead = char === ')' ? headParens.pop() ?? false : false
    if (holes.length > 0 && char === '{') holes[holes.length - 1]!++
    if (holes.length > 0 && char === '}') holes[holes.length - 1]!--
    push('mark', char, at + 1)
  }
  return tokens
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

function regexMayStart(previous: Token | undefined, closedHead: boolean, line: number): boolean {
  if (!previous) return true
  if (previous.kind === 'word') return BEFORE_REGEX.has(previous.text)
  if (previous.kind !== 'mark') return previous.kind === 'template' && previous.hasHoles === true && previous.text.endsWith('${')
  if (previous.text === ')') return closedHead
  if (previous.text === ']') return false
  // A block ends a statement on its own line; an object literal is hardly ever divided.
  if (previous.text === '}') return previous.line < line
  return true
}

/** The index after the closing `/` and the flags; undefined where the line ends first: then it was a division. */
function endOfRegex(source: string, start: number): number | undefined {
  let inClass = false
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at]!
    if (char === '\n') return undefined
    if (char === '\\') at++
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) {
      let end = at + 1
      while (/[a-z]/.test(source[end] ?? '')) end++
      return end
    }
  }
  return undefined
}

function endOfTemplateText(source: string, start: number): { end: number, hole: boolean } {
  for (let at = start; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === '`') return { end: at + 1, hole: false }
    else if (source.startsWith('${', at)) return { end: at + 2, hole: true }
  }
  return { end: source.length, hole: false }
}

function endOfQuoted(source: string, start: number, quote: string): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++
    else if (source[at] === quote) return at + 1
    else if (source[at] === '\n') return at + 1
  }
  return source.length
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from)
  return end < 0 ? source.length : end
}

function indexAfter(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from)
  return found < 0 ? source.length : found + mark.length
}

function newlinesIn(source: string, from: number, to: number): number {
  let count = 0
  for (let at = source.indexOf('\n', from); at >= 0 && at < to; at = source.indexOf('\n', at + 1)) count++
  return count
}
