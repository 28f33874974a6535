/** What a source file imports, and the few names whose use is ruled on. Type-only imports count: they shape the tree as much. */
import { type Token, tokensOf } from './tokens.ts'

export interface Import {
  /** As written; undefined where it is computed and nobody can check it. */
  specifier: string | undefined
  /** What is taken from it by name; `*` for all of it, empty for a side effect. */
  names: string[]
  line: number
}

export interface Use {
  /** `process.env`, `Date.now`, `setTimeout` … */
  name: string
  line: number
}

export interface SourceFile {
  imports: Import[]
  uses: Use[]
}

export function readSource(text: string): SourceFile {
  const tokens = tokensOf(text)
  return { imports: importsIn(tokens), uses: usesIn(tokens) }
}

function importsIn(tokens: Token[]): Import[] {
  const found: Import[] = []
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || isMark(tokens[at - 1], '.') || isMark(tokens[at + 1], ':')) return
    if (token.text === 'import') {
      const next = tokens[at + 1]
      if (isMark(next, '.')) return
      if (isMark(next, '(')) found.push({ specifier: literal(tokens[at + 2]), names: ['*'], line: token.line })
      else if (next?.kind === 'string') found.push({ specifier: next.text, names: [], line: token.line })
      else add(found, token, clauseFrom(tokens, at + 1))
    } else if (token.text === 'export') {
      const next = tokens[at + 1]
      const clause = isWord(next, 'type') ? at + 2 : at + 1
      if (isMark(tokens[clause], '*') || isMark(tokens[clause], '{')) add(found, token, clauseFrom(tokens, clause))
    } else if (token.text === 'require' && isMark(tokens[at + 1], '(') && tokens[at + 2]?.kind === 'string') {
      found.push({ specifier: tokens[at + 2]!.text, names: ['*'], line: token.line })
    }
  })
  return found
}

function add(found: Import[], token: Token, clause: { specifier: string, names: string[] } | undefined): void {
  if (clause) found.push({ ...clause, line: token.line })
}

/** Reads `a, { b as c, type d }, * as e from 'x'`; undefined where there is no `from`: an export of our own. */
function clauseFrom(tokens: Token[], start: number): { specifier: string, names: string[] } | undefined {
  const names: string[] = []
  let depth = 0
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!
    const next = tokens[at + 1]
    if (depth === 0 && isWord(token, 'from') && next?.kind === 'string') return { specifier: next.text, names }
    if (isMark(token, '{')) depth++
    else if (isMark(token, '}')) depth--
    else if (isMark(token, '*')) names.push('*')
    else if (token.kind === 'word') {
      if (!isWord(tokens[at - 1], 'as') && token.text !== 'as' && token.text !== 'type') names.push(token.text)
    } else if (token.kind !== 'string' && !isMark(token, ',')) return undefined
    if (depth === 0 && isMark(token, '}') && !isWord(next, 'from')) return undefined
  }
  return undefined
}

const OF_PROCESS = new Set(['env', 'exit', 'exitCode', 'abort', 'reallyExit'])
const OF_GLOBALS: Record<string, Set<string>> = {
  process: OF_PROCESS,
  Date: new Set(['now']),
  performance: new Set(['now']),
  Math: new Set(['random']),
  crypto: new Set(['randomUUID', 'getRandomValues']),
}
const CALLED = new Set(['setTimeout', 'setInterval', 'setImmediate', 'randomUUID', 'randomBytes', 'randomInt'])

function usesIn(tokens: Token[]): Use[] {
  const found: Use[] = []
  tokens.forEach((token, at) => {
    if (token.kind !== 'word') return
    const line = token.line
    const isMember = isMark(tokens[at - 1], '.') && !isWord(tokens[at - 2], 'globalThis')
    if (isMember) return
    const members = Object.hasOwn(OF_GLOBALS, token.text) ? OF_GLOBALS[token.text] : undefined
    if (members) {
      const member = memberAfter(tokens, at)
      if (member && members.has(member)) found.push({ name: `${token.text}.${member}`, line })
      if (token.text === 'process' && isMark(tokens[at - 1], '=') && isMark(tokens[at - 2], '}')) {
        for (const name of destructured(tokens, at - 2)) if (OF_PROCESS.has(name)) found.push({ name: `process.${name}`, line })
      }
      if (token.text === 'Date' && isWord(tokens[at - 1], 'new') && (!isMark(tokens[at + 1], '(') || isMark(tokens[at + 2], ')'))) found.push({ name: 'new Date()', line })
    }
    if (CALLED.has(token.text) && isMark(tokens[at + 1], '(')) found.push({ name: token.text, line })
  })
  return found
}

/** `.env`, `?.env`, `['env']` after the token at `at`. */
function memberAfter(tokens: Token[], at: number): string | undefined {
  let next = at + 1
  if (isMark(tokens[next], '!')) next++
  if (isMark(tokens[next], '?') && isMark(tokens[next + 1], '.')) next++
  if (isMark(tokens[next], '.')) {
    if (isMark(tokens[next + 1], '[')) next++
    else return tokens[next + 1]?.text
  }
  return isMark(tokens[next], '[') ? literal(tokens[next + 1]) : undefined
}

/** The keys taken by `{ a, b: c } =`; `end` is its closing brace. */
function destructured(tokens: Token[], end: number): string[] {
  const names: string[] = []
  for (let at = end - 1; at >= 0 && !isMark(tokens[at], '{'); at--) {
    if (tokens[at]!.kind === 'word' && !isMark(tokens[at - 1], ':')) names.push(tokens[at]!.text)
  }
  return names
}

function literal(token: Token | undefined): string | undefined {
  if (token?.kind === 'string' || (token?.kind === 'template' && !token.hasHoles)) return token.text
  return undefined
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text
}
