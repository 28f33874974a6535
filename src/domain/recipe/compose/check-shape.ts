import { nearest } from '../../../lib/nearest.ts'
import { portSpecMistake } from './port-spec.ts'
import { parseDuration } from './duration.ts'
import { OTHER_COMPOSE_KEYS } from './language.ts'
import { type Dict, isDict, type Origin, type Origins } from './origins.ts'
import type { Problems } from './problems.ts'
import type { MapShape, Shape } from './shape.ts'

export interface ShapeCheck {
  /** The `13` of 3.13. */
  minor: number
  origins: Origins
  problems: Problems
  /** Whether Docker's client took the plain text at this origin for a time. */
  isDate(origin: Origin): boolean
  /** Grows with each path (`services.web.image`) that is written, and that nobody after us finds: misspelt, or of a wrong type. */
  unread: Set<string>
  /** The values still hold their variables. A port with one is let through by every client. */
  beforeVariables?: true
}

/** Reports everything in `container[key]` that does not have the shape. Says all there is to say; nothing is changed. */
export function checkShape(container: object, key: string | number, shape: Shape, path: string, given: ShapeCheck): void {
  const value = (container as Dict)[key]
  const origin = given.origins.of(container, key)
  if (!hasType(value, shape, given.minor)) wrongType(value, shape, path, origin, given)
  else if (Array.isArray(value) && shape.list) {
    for (const index of value.keys()) checkShape(value, index, shape.list.of, `${path}.${index}`, given)
    if (shape.list.unique) checkUnique(value, path, given)
  } else if (isDict(value) && shape.map) checkMap(value, shape.map, path, origin, given)
  else if (typeof value === 'string' && shape.text) {
    if (origin && given.isDate(origin)) checkDate(value, shape, path, origin, given)
    else checkText(value, shape.text, path, origin, given)
  } else if ((typeof value === 'number' || typeof value === 'bigint') && shape.number) {
    if (shape.number.least !== undefined && value < shape.number.least) {
      problem(given, origin, 'compose/wrong-value', `\`${path}\` must be at least ${shape.number.least}; it is ${value}.`, `Write ${shape.number.least} or more.`)
    }
    if (shape.number.format === 'port') checkText(String(value), { format: 'port' }, path, origin, given)
  }
}

function hasType(value: unknown, shape: Shape, minor: number): boolean {
  if (value === null || value === undefined) return shape.nothing === true
  if (Array.isArray(value)) return shape.list !== undefined
  if (typeof value === 'string') return shape.text !== undefined
  if (typeof value === 'boolean') return shape.flag === true
  if (typeof value === 'number') return shape.number !== undefined && (!shape.number.whole || Number.isInteger(value))
  if (typeof value === 'bigint') return shape.number !== undefined
  return shape.map !== undefined && (shape.map.since ?? 0) <= minor
}

function checkMap(value: Dict, shape: MapShape, path: string, origin: Origin | undefined, given: ShapeCheck): void {
  const keys = shape.keys ?? {}
  for (const required of shape.required ?? []) {
    if (!Object.hasOwn(value, required)) problem(given, origin, 'compose/missing-key', `\`${path}\` needs the key \`${required}\`.`, `Add ${required}.`, 'key')
  }
  for (const key of Object.keys(value)) {
    const child = path === '' ? key : `${path}.${key}`
    const at = given.origins.of(value, key)
    const known = Object.hasOwn(keys, key) ? keys[key] : undefined
    if (known && (known.since ?? 0) <= given.minor) checkShape(value, key, known, child, given)
    else if (known) {
      problem(given, at, 'compose/too-new-key', `\`${child}\` needs version 3.${known.since}; the file says 3.${given.minor}.`, `Write version: "3.${Math.max(8, known.since ?? 0)}" or higher, or leave \`version\` out.`, 'key')
    } else if (shape.of && shape.names?.test(key)) checkShape(value, key, shape.of, child, given)
    else if (shape.of) {
      problem(given, at, 'compose/bad-name', `\`${key}\` is no name: letters, digits, dots, dashes and underscores only.`, 'Choose another name.', 'key')
    } else if (key.startsWith('x-') && (shape.extensionsSince ?? 99) <= given.minor) {
      // Free for everybody's own use.
    } else if (shape.others === 'ignored' && (shape.othersSince ?? 0) <= given.minor) {
      problem(given, at, 'compose/ignored-key', `Docker ignores the key \`${child}\`.`, unknownMend(key, Object.keys(keys)), 'key', 'warning')
    } else {
      problem(given, at, 'compose/unknown-key', `Docker knows no key \`${child}\`.`, unknownMend(key, Object.keys(keys)), 'key')
      const meant = closeKey(key, Object.keys(keys))
      if (meant !== undefined && !Object.hasOwn(value, meant)) given.unread.add(path === '' ? meant : `${path}.${meant}`)
    }
  }
}

function unknownMend(key: string, known: string[]): string {
  const other = Object.hasOwn(OTHER_COMPOSE_KEYS, key) ? OTHER_COMPOSE_KEYS[key] : undefined
  const near = closeKey(key, known)
  return other ?? (near ? `Did you mean \`${near}\`?` : 'Remove it, or begin its name with `x-` where it is meant for other programs.')
}

function closeKey(key: string, known: string[]): string | undefined {
  return key.length <= 64 ? nearest(key, known) : undefined
}

function checkText(value: string, shape: NonNullable<Shape['text']>, path: string, origin: Origin | undefined, given: ShapeCheck): void {
  if (shape.words && !shape.words.includes(value)) {
    const near = value.length <= 64 ? nearest(value, shape.words) : undefined
    problem(given, origin, 'compose/wrong-value', `\`${path}\` cannot be \`${value}\`.`, near ? `Did you mean \`${near}\`?` : `Write ${shape.words.join(' or ')}.`)
  }
  if (shape.format === 'duration' && parseDuration(value) === undefined) {
    problem(given, origin, 'compose/wrong-value', `\`${path}\` is no duration: \`${value}\`.`, 'Write a number and a unit: 30s, 1m30s, 500ms.')
  }
  if (shape.format === 'port' && !given.beforeVariables) {
    const wrong = portSpecMistake(value)
    if (wrong) problem(given, origin, 'compose/wrong-value', `\`${path}\` is no port: \`${value}\` (${wrong}).`, 'Write "8080:80", "8080:80/udp" or "80".')
  }
}

/** Where numbers are printed, so are times; where only text may stand, Docker's client gives up. */
function checkDate(value: string, shape: Shape, path: string, origin: Origin, given: ShapeCheck): void {
  if (shape.number) problem(given, origin, 'compose/date', `Docker reads \`${path}\` as a time and makes it \`${value}\`.`, 'Put the date in quotes.', 'value', 'warning')
  else problem(given, origin, 'compose/wrong-type', `\`${path}\` must be ${expected(shape, given.minor)}; it is a date.`, 'Put the date in quotes.')
}

function checkUnique(list: readonly unknown[], path: string, given: ShapeCheck): void {
  const seen = new Map<string, number>()
  for (const [index, item] of list.entries()) {
    const text = JSON.stringify(item, sortedKeys)
    const first = seen.get(text)
    if (first === undefined) seen.set(text, index)
    else problem(given, given.origins.of(list, index), 'compose/twice', `\`${path}\` holds ${text} twice.`, 'Remove one of the two.')
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return isDict(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value
}

function wrongType(value: unknown, shape: Shape, path: string, origin: Origin | undefined, given: ShapeCheck): void {
  const what = describe(value)
  given.unread.add(path)
  problem(given, origin, 'compose/wrong-type', `\`${path}\` must be ${expected(shape, given.minor)}; it is ${what}.`, shape.mend ?? mendFor(value, shape), typeof value === 'object' ? 'key' : 'value')
}

function mendFor(value: unknown, shape: Shape): string {
  if (value === null) return 'Give it a value or remove the key.'
  if (shape.text && typeof value !== 'object') return 'Put the value in quotes.'
  if (shape.flag) return 'Write true or false, without quotes.'
  if (shape.number && typeof value === 'string') return 'Write the number without quotes.'
  if (shape.list) return 'Write one item per line, each behind a dash.'
  return shape.map ? 'Write one `key: value` per line, indented.' : 'Write a single value.'
}

function expected(shape: Shape, minor: number): string {
  const forms: string[] = []
  if (shape.text) forms.push('text')
  if (shape.number) forms.push(shape.number.whole ? 'a whole number' : 'a number')
  if (shape.flag) forms.push('true or false')
  if (shape.list) forms.push('a list')
  if (shape.map && (shape.map.since ?? 0) <= minor) forms.push('a map')
  if (shape.nothing) forms.push('empty')
  const last = forms.pop() ?? 'absent'
  return forms.length === 0 ? last : `${forms.join(', ')} or ${last}`
}

function describe(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return `the text \`${value.length <= 60 ? value : `${value.slice(0, 57)}…`}\``
  return typeof value === 'boolean' ? `\`${value}\`` : `the number ${value}`
}

function problem(given: ShapeCheck, origin: Origin | undefined, rule: string, message: string, mend: string, part: 'key' | 'value' = 'value', severity: 'error' | 'warning' = 'error'): void {
  if (origin) given.problems[severity](rule, origin[part], message, mend)
}
