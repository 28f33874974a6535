/** One line of an env file, taken apart; nothing in it has been expanded. Columns count from 1. */
export type EnvLine =
  | { is: 'blank' }
  /** `mentions`: the name in a commented-out assignment (`#NAME=…`), with the comment behind it. */
  | { is: 'comment'; mentions?: { name: string; comment: string | undefined } }
  | EnvAssignmentLine
  /** Not `KEY=value`. */
  | { is: 'wrong'; column: number; says: string; mend: string }

export interface EnvAssignmentLine {
  is: 'assignment'
  name: string
  column: number
  /** `export NAME=…`: what shells write. */
  exported: boolean
  /** A blank before or after the `=`. */
  blanks: boolean
  quote: "'" | '"' | ''
  /** Between the quotes, or the bare value without the comment and outer blanks. */
  raw: string
  rawColumn: number
  /** The opening quote is never closed. */
  open: boolean
  /** What stands between a closing quote and the comment and belongs to neither. */
  stray: string
  /** Behind `#`, trimmed; undefined where there is none. */
  comment: string | undefined
  /** Where the value with its quotes begins and ends: indexes into the line. */
  start: number
  end: number
}

const ASSIGNMENT = /^([ \t]*)(export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)([ \t]*)=([ \t]*)/

/**
 * The grammar: `KEY=value`, bare or in single or double quotes, with a comment after it. A `#` begins a comment at
 * the start of the line, after a blank, and after a closing quote; backticks and blanks are plain characters of a value.
 */
export function readEnvLine(line: string): EnvLine {
  const trimmed = line.trim()
  if (trimmed === '') return { is: 'blank' }
  if (trimmed.startsWith('#')) {
    const inner = trimmed.replace(/^#+/, '')
    const mentioned = ASSIGNMENT.test(inner) ? readEnvLine(inner) : undefined
    return mentioned?.is === 'assignment' && !mentioned.blanks ? { is: 'comment', mentions: { name: mentioned.name, comment: mentioned.comment } } : { is: 'comment' }
  }
  const match = ASSIGNMENT.exec(line)
  if (!match) return wrongLine(line)
  const [head, indent = '', exported = '', name = '', before = '', after = ''] = match
  const base = { is: 'assignment' as const, name, column: indent.length + exported.length + 1, exported: exported !== '', start: head.length }
  const quote = line[head.length]
  if (quote === "'" || quote === '"') return { ...base, blanks: before !== '' || after !== '', ...quoted(line, head.length, quote) }
  const bare = bareValue(line, head.length, after !== '')
  return { ...base, blanks: before !== '' || (after !== '' && bare.raw !== ''), ...bare }
}

type ValuePart = Pick<EnvAssignmentLine, 'quote' | 'raw' | 'rawColumn' | 'open' | 'stray' | 'comment' | 'end'>

function quoted(line: string, start: number, quote: "'" | '"'): ValuePart {
  let at = start + 1
  while (at < line.length && line[at] !== quote) at += quote === '"' && line[at] === '\\' ? 2 : 1
  const open = at >= line.length
  const raw = line.slice(start + 1, open ? line.length : at)
  const end = open ? line.length : at + 1
  const rest = line.slice(end)
  const hash = rest.search(/(?:^|[ \t])#/)
  const stray = (hash < 0 ? rest : rest.slice(0, hash)).trim()
  const comment = hash < 0 ? undefined : rest.slice(rest.indexOf('#', hash) + 1).trim()
  return { quote, raw, rawColumn: start + 2, open, stray, comment, end }
}

function bareValue(line: string, start: number, afterBlank: boolean): ValuePart {
  const rest = line.slice(start)
  const found = afterBlank && rest.startsWith('#') ? 0 : rest.search(/[ \t]#/)
  const value = (found < 0 ? rest : rest.slice(0, found)).trimEnd()
  const comment = found < 0 ? undefined : rest.slice(rest.indexOf('#', found) + 1).trim()
  return { quote: '', raw: value, rawColumn: start + 1, open: false, stray: '', comment, end: start + value.length }
}

function wrongLine(line: string): EnvLine {
  const column = line.length - line.trimStart().length + 1
  const text = line.trim()
  const shown = text.length > 60 ? `${text.slice(0, 59)}…` : text
  const equals = text.indexOf('=')
  if (equals < 0) {
    const yaml = /^([A-Za-z_][A-Za-z0-9_]*):[ \t]*(.*)$/.exec(text)
    if (yaml) return { is: 'wrong', column, says: `\`${shown}\` has a colon where the \`=\` belongs.`, mend: `Write \`${yaml[1]}=${yaml[2]}\`.` }
    return { is: 'wrong', column, says: `\`${shown}\` has no \`=\`.`, mend: 'Write `NAME=value`, or begin the line with `#`.' }
  }
  const name = text.slice(0, equals).trim()
  if (name === '') return { is: 'wrong', column, says: `There is no name before the \`=\` in \`${shown}\`.`, mend: 'Write `NAME=value`.' }
  return { is: 'wrong', column, says: `\`${name.slice(0, 60)}\` is no name for a variable.`, mend: 'Use letters, digits and `_`, and begin with a letter.' }
}
