import { LARGEST_TEXT } from '../../lib/yaml.ts'
import type { Place, Problem } from '../model/problem.ts'
import { Problems } from './compose/problems.ts'
import { type EnvAssignmentLine, readEnvLine } from './env-line.ts'
import { expandVariables, LONGEST_VALUE } from './expand-variables.ts'
import { readSecretModifiers, type SecretModifiers } from './secret-modifiers.ts'

/** An env file read from top to bottom, as abra does for the copy of `.env.sample` that an operator keeps. */
export interface EnvSample {
  /** The last value of each name, evaluated. */
  values: Record<string, string>
  /** In the order of the file. */
  assignments: EnvAssignment[]
  /** Names that only stand in commented-out assignments: known to the recipe, and optional. With what the comment behind them says. */
  mentioned: ReadonlyMap<string, SecretModifiers>
  /** Names with which lines begin that could not be read. */
  unread: ReadonlySet<string>
  problems: Problem[]
}

export interface EnvAssignment {
  name: string
  value: string
  place: Place
  modifiers: SecretModifiers
}

/**
 * Never throws; what is wrong stands in `problems`, and a line that cannot be read counts as absent.
 * `given`: values that win over the file's own. They count where later lines refer to them, too.
 */
export function readEnvSample({ file, text, given = {} }: { file: string; text: string; given?: Readonly<Record<string, string>> }): EnvSample {
  const problems = new Problems()
  const values = new Map<string, string>()
  const assignments: EnvAssignment[] = []
  const mentioned = new Map<string, SecretModifiers>()
  const unread = new Set<string>()
  const latest = new Map<string, EnvAssignment>()
  let length = 0
  const lookup = (name: string) => (Object.hasOwn(given, name) ? given[name] : values.get(name))

  if (text.length > LARGEST_TEXT) problems.error('env-sample/too-large', { file, line: 1, column: 1 }, `The file has ${text.length} characters; at most ${LARGEST_TEXT} are read.`, 'Put large texts into files of the recipe.')
  for (const [index, content] of linesOf(text.slice(0, LARGEST_TEXT)).entries()) {
    const line = readEnvLine(content)
    const at = (column: number): Place => ({ file, line: index + 1, column })
    if (line.is === 'comment' && line.mentions) mentioned.set(line.mentions.name, readSecretModifiers(line.mentions.name, line.mentions.comment).modifiers)
    if (line.is === 'wrong') unread.add(/^\s*(?:export\s+)?(\w*)/.exec(content)?.[1] ?? '')
    if (line.is === 'wrong') problems.error('env-sample/line', at(line.column), line.says, line.mend)
    if (line.is !== 'assignment') continue
    const refersTo = new Set<string>()
    const value = evaluated(line, { lookup, problems, at, refersTo })
    reportOddities(line, problems, at)
    const earlier = latest.get(line.name)
    if (earlier && !refersTo.has(line.name) && earlier.value !== '' && earlier.value !== value && !Object.hasOwn(given, line.name)) {
      const mend = line.name === 'COMPOSE_FILE' ? 'Write `COMPOSE_FILE="$COMPOSE_FILE:…"` to add to the list.' : 'Keep one of the two lines.'
      problems.warning('env-sample/assigned-twice', at(line.column), `\`${line.name}\` is set again here; what line ${earlier.place.line} says is lost.`, mend)
    }
    const { modifiers, mistakes } = readSecretModifiers(line.name, line.comment)
    for (const { message, mend } of mistakes) problems.warning('env-sample/modifier', at(line.column), message, mend)
    const final = Object.hasOwn(given, line.name) ? given[line.name]! : value
    length += final.length
    if (length > LARGEST_ENVIRONMENT) {
      problems.error('env-sample/too-large', at(line.column), `Up to here the values have more than ${LARGEST_ENVIRONMENT} characters: no program can be given them all.`, 'Put large texts into files of the recipe.')
      break
    }
    values.set(line.name, final)
    const assignment = { name: line.name, value: final, place: at(line.column), modifiers }
    latest.set(line.name, assignment)
    assignments.push(assignment)
  }
  for (const name of values.keys()) mentioned.delete(name)
  return { values: Object.fromEntries(values), assignments, mentioned, unread, problems: problems.list }
}

/** Linux gives a program no more than two million, with its arguments. */
const LARGEST_ENVIRONMENT = 1_000_000

/** Without a byte order mark and line ends; the last line counts whether or not a newline follows it. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split('\n').map((line) => line.replace(/\r$/, ''))
}

interface Reading {
  lookup(name: string): string | undefined
  problems: Problems
  at(column: number): Place
  refersTo: Set<string>
}

function evaluated(line: EnvAssignmentLine, { lookup, problems, at, refersTo }: Reading): string {
  const plain = { text: line.raw.slice(0, LONGEST_VALUE), uses: [], tooLong: line.raw.length > LONGEST_VALUE }
  const { text, uses, tooLong } = line.quote === "'" ? plain : expandVariables(line.raw, lookup, { escapes: line.quote === '"' })
  if (tooLong) problems.error('env-sample/too-large', at(line.rawColumn), `The value of \`${line.name}\` has more than ${LONGEST_VALUE} characters: no program can be given it.`, 'Put a large text into a file of the recipe.')
  for (const use of uses) {
    refersTo.add(use.name)
    const place = at(line.rawColumn + use.index)
    if (use.operator) {
      problems.warning('env-sample/default', place, `abra expands no default: \`${use.written}\` does not become what it says.`, `Set \`${use.name}\` on a line before this one and write \`$${use.name}\`.`)
    } else if (lookup(use.name) === undefined) {
      problems.warning('env-sample/unset-variable', place, `\`${use.written}\` is empty: nothing before this line sets \`${use.name}\`.`, `Set \`${use.name}\` above, or put the value in single quotes if the dollar sign is meant.`)
    }
  }
  return text
}

function reportOddities(line: EnvAssignmentLine, problems: Problems, at: (column: number) => Place): void {
  if (line.open) problems.error('env-sample/open-quote', at(line.start + 1), `The quote \`${line.quote}\` that begins the value of \`${line.name}\` is not closed on this line.`, `Close it with \`${line.quote}\`.`)
  if (line.stray !== '') problems.error('env-sample/after-quote', at(line.end + 1), `\`${line.stray}\` stands behind the closing quote of \`${line.name}\` and belongs to nothing.`, 'Put the whole value into one pair of quotes; write a blank and `#` before a comment.')
  if (line.exported) problems.warning('env-sample/export', at(line.column), `\`export\` has no meaning in an env file.`, `Write \`${line.name}=…\` alone.`)
  if (line.blanks) problems.warning('env-sample/blanks', at(line.column), `There are blanks around the \`=\` of \`${line.name}\`; some readers make them part of the name or value.`, `Write \`${line.name}=…\` without blanks.`)
  const hash = line.quote === '' ? line.raw.indexOf('#') : -1
  if (hash >= 0) problems.warning('env-sample/hash', at(line.rawColumn + hash), `The \`#\` in the value of \`${line.name}\` begins a comment for some readers and not for others.`, 'Put the value in quotes, or a blank before the `#` of a comment.')
}
