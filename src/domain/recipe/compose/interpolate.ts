import type { Place } from '../../model/problem.ts'
import { applyCast, castAt } from './casts.ts'
import { type Dict, isDict, type Origins } from './origins.ts'
import type { Problems } from './problems.ts'
import { writtenDate } from './go-print.ts'
import { substitute } from './substitute.ts'

export interface UsedVariable {
  name: string
  place: Place
  hasDefault: boolean
}

/** Of one file. The largest recipes known have 40,000 characters in all. */
export const MOST_BROUGHT_IN = 2_000_000

export interface Interpolation {
  env: Readonly<Record<string, string>>
  origins: Origins
  problems: Problems
  /** Whether Docker's client took the plain text at this place for a time. */
  isDate(place: Place): boolean
  /** Grows with each use. */
  used: UsedVariable[]
  /** Characters that variables may still bring in. */
  room: number
}

/** A copy of one file's document with the variables of all values replaced; keys are left as they are, as Docker leaves them. */
export function interpolateDocument(document: Dict, given: Interpolation): Dict {
  return copyOf(document, [], given) as Dict
}

function copyOf(value: unknown, path: string[], given: Interpolation): unknown {
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const key of value.keys()) given.origins.push(list, entryOf(value, key, [...path, '[]'], given), given.origins.of(value, key))
    return list
  }
  if (!isDict(value)) return value
  const map: Dict = {}
  for (const key of Object.keys(value)) {
    const origin = given.origins.of(value, key)
    if (origin && /\$[{A-Z_a-z]/.test(key)) {
      given.problems.warning('compose/variable-in-key', origin.key, `The key \`${key}\` holds a variable; Docker replaces variables in values only.`, `Write it as an item of a list instead: - "${key}=…".`)
    }
    const entry = entryOf(value, key, [...path, key], given)
    if (entry !== undefined) given.origins.put(map, key, entry, origin)
  }
  return map
}

/** Undefined where the text cannot be cast: that has been said then, and nobody after us needs to stumble over it. */
function entryOf(container: object, key: string | number, path: string[], given: Interpolation): unknown {
  const value = (container as Dict)[key]
  if (typeof value !== 'string') return typeof value === 'object' && value !== null ? copyOf(value, path, given) : value
  const at = given.origins.of(container, key)?.value
  // An extension goes through as it is; everywhere else a time is printed.
  if (at && isExtension(path) && given.isDate(at)) return writtenDate(value)
  if (!value.includes('$')) return value
  const { text, uses, error, forgotten, tooLong } = substitute(value, given.env, given.room)
  given.room -= text.length
  if (at) {
    for (const use of uses) {
      given.used.push({ name: use.name, place: at, hasDefault: use.hasDefault })
      if (use.surprise) given.problems.warning('compose/surprising-variable', at, `In \`${value}\` ${use.surprise}.`, 'Write `${NAME}` or `${NAME:-default}` with neither dash nor brace in the default.')
    }
    if (tooLong) given.problems.error('compose/too-large', at, `Variables bring in more than ${MOST_BROUGHT_IN} characters.`, 'Put large texts into files of the recipe.')
    if (error) given.problems.error('compose/variable', at, error.message, error.mend)
    if (forgotten) given.problems.warning('compose/variable', at, `${forgotten.message} Docker forgets this because of the variable after it.`, forgotten.mend)
  }
  const cast = text === value ? undefined : castAt(path)
  if (!cast) return text
  const result = applyCast(cast, text)
  if (result === undefined && at && !error) given.problems.error('compose/wrong-type', at, `\`${value}\` gives \`${text}\`, and a ${cast} belongs here.`, `Give the variable a ${cast} as its default: \`\${NAME:-…}\`.`)
  return result
}

/** Below a `x-` key of the file, or of one of its services, networks, volumes, secrets or configs. */
function isExtension([top, , own]: readonly string[]): boolean {
  return (top?.startsWith('x-') ?? false) || (own?.startsWith('x-') ?? false)
}
