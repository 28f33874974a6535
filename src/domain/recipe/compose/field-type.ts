import { bytesOf } from './byte-size.ts'
import { parseDuration, printDuration } from './duration.ts'
import { asFloat32, printed } from './go-print.ts'
import { type Dict, isDict, type Origin, type Origins } from './origins.ts'
import type { Problems } from './problems.ts'
import { shellWords } from './shell-words.ts'

/**
 * How one kind of value behaves, apart from what may be written (that is language.ts): its long form, what becomes of it when a later file says
 * it again, and when it says nothing. Each kind is one of the Go types of docker/cli's cli/compose/types, because Docker's merge goes by
 * type and by Go's idea of empty: a flag that a later file sets to false changes nothing, a pointer to a number set to 0 does.
 */
export interface FieldType {
  /** The long form of `from[key]`; undefined where it cannot be read (that has been reported then). */
  long(from: Dict, key: string, given: LongForm): unknown
  /** Puts what both files together say into `out[key]`. Called where the base has the key, too, and the later file may not. */
  merge(out: Dict, base: Dict, over: Dict, key: string, origins: Origins): void
  /** Says nothing, and is left out of the result. */
  isZero(value: unknown): boolean
  /** Of a map with keys of the language. */
  fields?: Readonly<Record<string, FieldType>>
}

export interface LongForm {
  origins: Origins
  problems: Problems
  env: Readonly<Record<string, string>>
}

/** Takes the value, with its origin, from one side. */
export function take(out: Dict, from: Dict, key: string, origins: Origins): void {
  if (Object.hasOwn(from, key)) origins.put(out, key, from[key], origins.of(from, key))
}

function asWritten(is: (value: unknown) => boolean) {
  return (from: Dict, key: string): unknown => (is(from[key]) ? from[key] : undefined)
}

/** The later one wins unless it says nothing. */
function laterUnlessZero(isZero: (value: unknown) => boolean): FieldType['merge'] {
  return (out, base, over, key, origins) => take(out, Object.hasOwn(over, key) && !isZero(over[key]) ? over : base, key, origins)
}

/** Go's value types: zero is left out, and never wins over something. */
function valueType(is: (value: unknown) => boolean, zero: unknown): FieldType {
  const isZero = (value: unknown) => value === zero
  return { long: asWritten(is), isZero, merge: laterUnlessZero(isZero) }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number' || typeof value === 'bigint'
const never = () => false

export const text = valueType(isText, '')
export const flag = valueType((value) => typeof value === 'boolean', false)

export const whole: FieldType = { ...valueType(isNumber, 0), long: (from, key) => wholeOf(from[key]) }

export const fraction: FieldType = { ...valueType(isNumber, 0), long: (from, key) => (isNumber(from[key]) ? asFloat32(Number(from[key])) : undefined) }

/** A number where 0 means 0 and not "nothing said" (`replicas`). */
export const countedNumber: FieldType = {
  long: (from, key, given) => {
    const value = wholeOf(from[key])
    if (value === undefined || value >= 0) return value
    const at = given.origins.of(from, key)
    if (at) given.problems.error('compose/wrong-value', at.value, `\`${key}\` cannot be ${value}.`, 'Write 0 or more.')
    return undefined
  },
  isZero: never,
  merge: (out, base, over, key, origins) => take(out, Object.hasOwn(over, key) ? over : base, key, origins),
}

/** A flag that is kept when it is false, yet does not win with it. */
export const keptFlag: FieldType = { long: asWritten((value) => typeof value === 'boolean'), isZero: never, merge: laterUnlessZero((value) => value === false) }

/** In Docker's own spelling (`1m30s`); a zero is left out. */
export const duration: FieldType = { long: durationOf, isZero: (value) => value === '0s', merge: laterUnlessZero((value) => value === '0s') }

/** A duration that is kept when it is zero, yet does not win with it. */
export const keptDuration: FieldType = { ...duration, isZero: never }

/** Bytes as decimal text. */
export const byteSize: FieldType = {
  long: (from, key, given) => {
    const value = from[key]
    const bytes = isText(value) ? bytesOf(value) : isNumber(value) ? String(value) : undefined
    const at = given.origins.of(from, key)
    if (bytes === undefined && isText(value) && at) given.problems.error('compose/wrong-value', at.value, `\`${key}\` is no size: \`${value}\`.`, 'Write a number and a unit: 512M, 2G.')
    return bytes
  },
  isZero: (value) => value === '0',
  merge: laterUnlessZero((value) => value === '0'),
}

/** A list that a later file adds to: it cannot take anything out. */
export const addedList: FieldType = {
  long: (from, key, given) => listOf(from[key], given, isText),
  isZero: isEmptyList,
  merge: appendLists,
}

/** One text or a list of them. */
export const textOrList: FieldType = {
  ...addedList,
  long: (from, key, given) => (isText(from[key]) ? oneItem(from, key, from[key], given) : listOf(from[key], given, isText)),
}

/** Texts and numbers, all made text. */
export const printedList: FieldType = {
  ...addedList,
  long: (from, key, given) => mapList(from[key], given, (item) => (typeof item === 'object' ? undefined : printed(item))),
}

/** A list of maps of one kind. */
export function listOfMaps(of: FieldType): FieldType {
  return {
    ...addedList,
    long: (from, key, given) => {
      const list = from[key]
      if (!Array.isArray(list)) return undefined
      const out: unknown[] = []
      for (const index of list.keys()) {
        const item = of.long(list as unknown as Dict, index as unknown as string, given)
        if (item !== undefined) given.origins.push(out, trimmed(item, of), given.origins.of(list, index))
      }
      return out
    },
  }
}

/** A command: text is split into words; a later file replaces it as a whole. */
export const command: FieldType = {
  ...addedList,
  long: (from, key, given) => {
    const value = from[key]
    if (!isText(value)) return listOf(value, given, isText)
    const words = shellWords(value)
    const at = given.origins.of(from, key)
    if (Array.isArray(words)) return sameOrigin(words, at, given.origins)
    if (at) given.problems.error('compose/wrong-value', at.value, `\`${key}\` cannot be split into words: ${words.broken}.`, 'Write a list instead: ["sh", "-c", "…"].')
    return undefined
  },
  merge: (out, base, over, key, origins) => take(out, Array.isArray(over[key]) && over[key].length > 0 ? over : base, key, origins),
}

/** `healthcheck.test`: text is run by a shell. A later file is added to it, as Docker has it. */
export const healthTest: FieldType = {
  ...addedList,
  long: (from, key, given) => (isText(from[key]) ? sameOrigin(['CMD-SHELL', from[key]], given.origins.of(from, key), given.origins) : listOf(from[key], given, isText)),
}

/** A map of texts, from a map or from a list of `key=value`; a later file wins key by key. */
export const textMap: FieldType = {
  long: (from, key, given) => pairs(from, key, given, (value) => printed(value ?? '')),
  isZero: isEmptyMap,
  merge: mergeMaps,
}

/** As {@link textMap}, where a key alone is null: unset, or taken from the environment. */
export const environment: FieldType = {
  long: (from, key, given) => pairs(from, key, given, (value) => (value === null || value === undefined ? null : printed(value))),
  isZero: isEmptyMap,
  merge: (out, base, over, key, origins) =>
    mergeKeys(out, base, over, key, origins, (baseValue, overValue) => (baseValue ? !!overValue : !(overValue === undefined))),
}

/** `host: address` in all its spellings as a list of `host:address`. */
export const hosts: FieldType = {
  ...addedList,
  long: (from, key, given) => {
    const value = from[key]
    if (Array.isArray(value)) return mapList(value, given, (item) => (isText(item) ? hostOf(item, /[=]/.test(item) ? '=' : ':') : undefined))
    if (!isDict(value)) return undefined
    const out: unknown[] = []
    const named = Object.keys(value).filter((name) => value[name] !== null)
    for (const name of named.sort((a, b) => (`${a}:${value[a]}` < `${b}:${value[b]}` ? -1 : 1))) {
      const host = hostOf(`${name}:${printed(value[name])}`, ':')
      if (host) given.origins.push(out, host, given.origins.of(value, name))
    }
    return out
  },
}

/** Keys with a type each; keys that begin with `x-` are copied as they are where `extensions` says so. */
export function struct(fields: Readonly<Record<string, FieldType>>, kept: 'kept when empty' | 'left out when empty', extensions = false): FieldType {
  return {
    fields,
    long: (from, key, given) => {
      const value = from[key]
      if (!isDict(value)) return undefined
      const out: Dict = {}
      for (const [name, field] of Object.entries(fields)) {
        if (!Object.hasOwn(value, name)) continue
        const long = field.long(value, name, given)
        if (long !== undefined) given.origins.put(out, name, long, given.origins.of(value, name))
      }
      if (extensions) for (const name of Object.keys(value).filter(isExtension)) take(out, value, name, given.origins)
      return out
    },
    isZero: (value) => kept === 'left out when empty' && isDict(value) && Object.keys(value).every((name) => fields[name]?.isZero(value[name]) ?? false),
    merge: (out, base, over, key, origins) => {
      const below = base[key]
      const above = over[key]
      if (!isDict(below)) {
        take(out, isDict(above) ? over : base, key, origins)
        return
      }
      const merged: Dict = {}
      const later = isDict(above) ? above : {}
      for (const [name, field] of Object.entries(fields)) {
        if (Object.hasOwn(below, name)) field.merge(merged, below, later, name, origins)
        else take(merged, later, name, origins)
      }
      if (extensions) {
        for (const name of new Set([...Object.keys(below), ...Object.keys(later)].filter(isExtension))) mergeFree(merged, below, later, name, origins)
      }
      origins.put(out, key, merged, origins.of(base, key))
    },
  }
}

/** A map with names that the author chose, each of one type; `same` says what a name in both files becomes. */
export function mapOf(of: FieldType, same: FieldType['merge'], listed = false): FieldType {
  return {
    long: (from, key, given) => {
      const value = from[key]
      const out: Dict = {}
      if (listed && Array.isArray(value)) {
        for (const [index, name] of value.entries()) if (isText(name)) given.origins.put(out, name, null, given.origins.of(value, index))
        return out
      }
      if (!isDict(value)) return undefined
      for (const name of Object.keys(value)) {
        const long = value[name] === null ? null : of.long(value, name, given)
        if (long !== undefined) given.origins.put(out, name, long === null ? null : trimmed(long, of), given.origins.of(value, name))
      }
      return out
    },
    isZero: isEmptyMap,
    merge: (out, base, over, key, origins) => {
      const below = asDict(base[key])
      const above = asDict(over[key])
      const merged: Dict = {}
      for (const name of new Set([...Object.keys(below), ...Object.keys(above)])) {
        if (Object.hasOwn(below, name) && Object.hasOwn(above, name)) same(merged, below, above, name, origins)
        else take(merged, Object.hasOwn(below, name) ? below : above, name, origins)
      }
      origins.put(out, key, merged, origins.of(base, key))
    },
  }
}

/**
 * A list that is unified by one of its keys as soon as two files name the service, even if only one of them has the list: of the items
 * with the same key the last one stays, and the result is sorted by it.
 */
export function unifiedBy(name: string, list: FieldType): FieldType {
  const keyOf = (item: unknown): string | number => ((item as Dict)[name] as string | number | undefined) ?? (name === 'published' ? 0 : '')
  return {
    ...list,
    merge: (out, base, over, key, origins) => {
      const items = new Map<string | number, [item: unknown, origin: Origin | undefined]>()
      for (const side of [base[key], over[key]]) {
        if (Array.isArray(side)) for (const [index, item] of side.entries()) items.set(keyOf(item), [item, origins.of(side, index)])
      }
      const merged: unknown[] = []
      for (const [, [item, origin]] of [...items].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) origins.push(merged, item, origin)
      origins.put(out, key, merged, origins.of(base, key))
    },
  }
}

/** Without the keys that say nothing. */
export function trimmed(value: unknown, type: FieldType): unknown {
  if (!type.fields || !isDict(value)) return value
  for (const [name, field] of Object.entries(type.fields)) {
    if (!Object.hasOwn(value, name)) continue
    trimmed(value[name], field)
    if (field.isZero(value[name])) delete value[name]
  }
  return value
}

/** What stands under `x-` keys: maps are merged, lists added to, everything else replaced. */
function mergeFree(out: Dict, base: Dict, over: Dict, key: string, origins: Origins): void {
  const below = base[key]
  const above = over[key]
  if (!Object.hasOwn(over, key)) take(out, base, key, origins)
  else if (Array.isArray(below) && Array.isArray(above)) appendLists(out, base, over, key, origins)
  else if (isDict(below) && isDict(above)) {
    const merged: Dict = {}
    for (const name of new Set([...Object.keys(below), ...Object.keys(above)])) mergeFree(merged, below, above, name, origins)
    origins.put(out, key, merged, origins.of(base, key))
  } else take(out, over, key, origins)
}

function appendLists(out: Dict, base: Dict, over: Dict, key: string, origins: Origins): void {
  const merged: unknown[] = []
  for (const side of [base[key], over[key]]) {
    if (Array.isArray(side)) for (const [index, item] of side.entries()) origins.push(merged, item, origins.of(side, index))
  }
  origins.put(out, key, merged, origins.of(base, key))
}

export function mergeMaps(out: Dict, base: Dict, over: Dict, key: string, origins: Origins): void {
  mergeKeys(out, base, over, key, origins, (_below, above) => above !== undefined)
}

function mergeKeys(out: Dict, base: Dict, over: Dict, key: string, origins: Origins, laterWins: (below: unknown, above: unknown) => boolean): void {
  const below = asDict(base[key])
  const above = asDict(over[key])
  const merged: Dict = {}
  for (const name of new Set([...Object.keys(below), ...Object.keys(above)])) {
    take(merged, !Object.hasOwn(below, name) || laterWins(below[name], above[name]) ? above : below, name, origins)
  }
  origins.put(out, key, merged, origins.of(base, key))
}

function pairs(from: Dict, key: string, given: LongForm, print: (value: unknown) => string | null): Dict | undefined {
  const value = from[key]
  const out: Dict = {}
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (!isText(item)) continue
      const at = item.indexOf('=')
      given.origins.put(out, at < 0 ? item : item.slice(0, at), print(at < 0 ? undefined : item.slice(at + 1)), given.origins.of(value, index))
    }
    return out
  }
  if (!isDict(value)) return undefined
  for (const name of Object.keys(value)) {
    if (typeof value[name] !== 'object' || value[name] === null) given.origins.put(out, name, print(value[name]), given.origins.of(value, name))
  }
  return out
}

function listOf(value: unknown, given: LongForm, is: (item: unknown) => boolean): unknown[] | undefined {
  return mapList(value, given, (item) => (is(item) ? item : undefined))
}

function mapList(value: unknown, given: LongForm, change: (item: unknown) => unknown): unknown[] | undefined {
  if (!Array.isArray(value)) return undefined
  const out: unknown[] = []
  for (const [index, item] of value.entries()) {
    const changed = change(item)
    if (changed !== undefined) given.origins.push(out, changed, given.origins.of(value, index))
  }
  return out
}

function oneItem(from: Dict, key: string, value: unknown, given: LongForm): unknown[] {
  return sameOrigin([value], given.origins.of(from, key), given.origins)
}

/** Items that were written as one text: each stands where the text stands. */
function sameOrigin(items: readonly unknown[], origin: Origin | undefined, origins: Origins): unknown[] {
  const out: unknown[] = []
  for (const item of items) origins.push(out, item, origin && { key: origin.value, value: origin.value })
  return out
}

function hostOf(item: string, separator: string): string | undefined {
  const at = item.indexOf(separator)
  if (at < 0) return undefined
  return `${item.slice(0, at)}:${item.slice(at + 1).replace(/^\[(.+)\]$/s, '$1')}`
}

function durationOf(from: Dict, key: string): string | undefined {
  const value = from[key]
  const nanoseconds = isText(value) ? parseDuration(value) : undefined
  return nanoseconds === undefined ? undefined : printDuration(nanoseconds)
}

function wholeOf(value: unknown): number | undefined {
  return isNumber(value) ? Math.trunc(Number(value)) : undefined
}

function isExtension(name: string): boolean {
  return name.startsWith('x-')
}

function asDict(value: unknown): Dict {
  return isDict(value) ? value : {}
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function isEmptyMap(value: unknown): boolean {
  return isDict(value) && Object.keys(value).length === 0
}
