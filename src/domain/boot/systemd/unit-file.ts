import type { Place } from '../../model/problem.ts'

/**
 * Reads the syntax of systemd's files (systemd.syntax(7)): comments begin with `#` or `;`, a backslash at the end of a line continues it, also across
 * comments. What is no assignment is passed over, as systemd does. Each one is handed to `visit` as it is met: of the lines of 100,000 files few are kept.
 */
export function readAssignments(text: string, visit: (section: string, key: string, value: string, line: number) => void): void {
  let section = ''
  let continued: string | undefined
  let began = 0
  let line = 0
  for (let from = 0; from <= text.length; ) {
    const newline = text.indexOf('\n', from)
    const end = newline < 0 ? text.length : newline
    let raw = text.slice(from, end).trim()
    from = end + 1
    line += 1
    if (raw.startsWith('#') || raw.startsWith(';')) continue
    if (continued === undefined) began = line
    else raw = `${continued} ${raw}`
    continued = undefined
    if (raw.endsWith('\\')) {
      raw = raw.slice(0, -1).trimEnd()
      if (from <= text.length) {
        continued = raw
        continue
      }
    }
    if (raw.startsWith('[') && raw.endsWith(']')) {
      section = raw.slice(1, -1)
      continue
    }
    const equals = raw.indexOf('=')
    if (equals > 0) visit(section, raw.slice(0, equals).trimEnd(), raw.slice(equals + 1).trimStart(), began)
  }
}

export interface Assignment {
  section: string
  key: string
  value: string
  line: number
}

/** All of a file's assignments, for those who need every one. */
export function parseUnitFile(text: string): Assignment[] {
  const found: Assignment[] = []
  readAssignments(text, (section, key, value, line) => void found.push({ section, key, value, line }))
  return found
}

/** A setting's assignments from several files, the last ones last; an empty one forgets those before it. */
export function inForce<T extends { key: string; value: string }>(assignments: readonly T[], key: string): T[] {
  const found: T[] = []
  for (const one of assignments) {
    if (one.key !== key) continue
    if (one.value === '') found.length = 0
    else found.push(one)
  }
  return found
}

/** Words as systemd splits them: blanks part them, quotes hold them together. */
export function wordsOf(value: string): string[] {
  const words: string[] = []
  if (!/["'\\]|[^\S ]/.test(value)) {
    for (let from = 0; from < value.length; ) {
      const blank = value.indexOf(' ', from)
      const end = blank < 0 ? value.length : blank
      if (end > from) words.push(value.slice(from, end))
      from = end + 1
    }
    return words
  }
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g
  for (const [found] of value.matchAll(word)) words.push(found.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g, (_, escaped?: string, double?: string, single?: string) => escaped ?? (double ?? single ?? '').replace(/\\(.)/g, '$1')))
  return words
}

export function placeIn(file: string, line: number): Place {
  return { file, line, column: 1 }
}
