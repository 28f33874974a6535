import type { Place } from '../../model/problem.ts'

/** One `Key=value` of a unit file or drop-in. */
export interface Assignment {
  section: string
  key: string
  /** Continued lines are joined by a blank; `''` is an empty assignment. */
  value: string
  line: number
}

/**
 * Reads the syntax of systemd's files (systemd.syntax(7)): comments begin with `#` or `;`, a backslash at the end of a line continues it, also across
 * comments. What is no assignment is passed over, as systemd does.
 */
export function parseUnitFile(text: string): Assignment[] {
  const found: Assignment[] = []
  let section = ''
  let continued: { text: string; line: number } | undefined
  let line = 0
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from)
    const raw = text.slice(from, end < 0 ? text.length : end).trim()
    from = end < 0 ? text.length + 1 : end + 1
    line += 1
    if (raw.startsWith('#') || raw.startsWith(';')) continue
    const whole: { text: string; line: number } = continued ? { text: `${continued.text} ${raw}`, line: continued.line } : { text: raw, line }
    continued = undefined
    if (whole.text.endsWith('\\')) {
      continued = { text: whole.text.slice(0, -1).trimEnd(), line: whole.line }
      if (from <= text.length) continue
      whole.text = continued.text
    }
    if (whole.text === '') continue
    if (whole.text.startsWith('[') && whole.text.endsWith(']')) {
      section = whole.text.slice(1, -1)
      continue
    }
    const equals = whole.text.indexOf('=')
    if (equals > 0) found.push({ section, key: whole.text.slice(0, equals).trimEnd(), value: whole.text.slice(equals + 1).trimStart(), line: whole.line })
  }
  return found
}

/** A setting's assignments from several files, the last ones last; an empty one forgets those before it. */
export function inForce<T extends { value: string }>(assignments: readonly T[]): T[] {
  const emptied = assignments.findLastIndex(({ value }) => value === '')
  return assignments.slice(emptied + 1)
}

/** Words as systemd splits them: blanks part them, quotes hold them together. */
export function wordsOf(value: string): string[] {
  if (!/["'\\]/.test(value)) return value.split(/\s+/).filter((word) => word !== '')
  const words: string[] = []
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g
  for (const [found] of value.matchAll(word)) words.push(found.replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g, (_, escaped?: string, double?: string, single?: string) => escaped ?? (double ?? single ?? '').replace(/\\(.)/g, '$1')))
  return words
}

export function placeIn(file: string, line: number): Place {
  return { file, line, column: 1 }
}
