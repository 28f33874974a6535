import type { RecipeVersion, Release } from '../model/recipe.ts'

/** Why a text is no version of a recipe: one clause, to follow "is no version: ". */
export interface NoVersion {
  why: string
}

const NUMBER = '(0|[1-9][0-9]{0,8})'
const VERSION = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:\\+([0-9A-Za-z][0-9A-Za-z._+~-]*))?$`)

/** `x.y.z+app`: the recipe's own version, then that of its app, which may have any form. A version without `+app` is one, too. */
export function parseVersion(text: string): RecipeVersion | NoVersion {
  const match = VERSION.exec(text)
  if (match) return { text, major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]), app: match[4] ?? '' }
  return { why: whyNot(text) }
}

/** True for what {@link parseVersion} could read. */
export function isVersion(parsed: RecipeVersion | NoVersion): parsed is RecipeVersion {
  return 'text' in parsed
}

function whyNot(text: string): string {
  if (text === '') return 'it is empty'
  if (/\s/.test(text)) return 'it holds a blank'
  if (/^[vV]\d/.test(text)) return 'it begins with a v'
  const [recipe = '', ...rest] = text.split('+')
  const app = rest.join('+')
  if (/^\d+\.\d+\.\d+_/.test(text)) return 'the app\'s version follows a `_`, the form from before 2022; a `+` belongs there'
  if (!/^[0-9.]+$/.test(recipe)) return 'the part before `+` is not made of three numbers'
  const numbers = recipe.split('.')
  if (numbers.length !== 3 || numbers.includes('')) return `the part before \`+\` has ${numbers.filter((number) => number !== '').length} numbers, not three`
  if (numbers.some((number) => /^0\d/.test(number))) return 'a number begins with 0'
  if (numbers.some((number) => number.length > 9)) return 'a number is too long'
  if (text.includes('+') && app === '') return 'nothing follows the `+`'
  return 'the part after `+` holds characters that a version may not have'
}

/**
 * By the part before `+` alone: two versions of one recipe number are the same to it. Negative: `a` comes first.
 * Where the order of equals matters to people, {@link sortReleases} has one.
 */
export function compareVersions(a: RecipeVersion, b: RecipeVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch
}

/** Ascending by the part before `+`; equals by the app's version, so that the same tags always give the same list. */
export function sortReleases(releases: readonly Release[]): Release[] {
  return releases.toSorted((a, b) => compareVersions(a.version, b.version) || byAppVersion(a.version.app, b.version.app))
}

/** Numbers by their size, the rest by characters. */
export function byAppVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0)
}
