export type YamlValue = string | number | bigint | boolean | null | YamlValue[] | { [key: string]: YamlValue }

/** Lines and columns count from 1. */
export interface YamlPosition {
  line: number
  column: number
}

export interface YamlEntry {
  key: YamlPosition
  value: YamlPosition
}

/** So many values a file may hold, with every alias written out. */
export const LARGEST_TREE = 50_000
/** A text counts as one value for each of so many characters. */
const LONG_TEXT = 128

/** What a value that holds no others counts for. */
export function sizeOfPlain(value: YamlValue): number {
  return typeof value === 'string' ? 1 + Math.floor(value.length / LONG_TEXT) : 1
}

const WORDS: Record<string, boolean | null | number> = {
  true: true, True: true, TRUE: true,
  false: false, False: false, FALSE: false,
  '': null, '~': null, null: null, Null: null, NULL: null,
  '.nan': Number.NaN, '.NaN': Number.NaN, '.NAN': Number.NaN,
  '.inf': Number.POSITIVE_INFINITY, '.Inf': Number.POSITIVE_INFINITY, '.INF': Number.POSITIVE_INFINITY,
  '+.inf': Number.POSITIVE_INFINITY, '+.Inf': Number.POSITIVE_INFINITY, '+.INF': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY, '-.Inf': Number.NEGATIVE_INFINITY, '-.INF': Number.NEGATIVE_INFINITY,
}

/** A plain scalar as go-yaml v3 resolves it (its resolve.go). */
export function plainValue(text: string): string | number | bigint | boolean | null {
  if (Object.hasOwn(WORDS, text)) return WORDS[text]!
  const first = text.charCodeAt(0)
  const isDigitOrSign = (first >= 48 && first <= 57) || first === 43 || first === 45
  if (first === 46) return /^\.[0-9][0-9_]*([eE][-+]?[0-9]+)?$/.test(text) && !text.includes('_') ? Number(text) : text
  if (!isDigitOrSign) return text
  const digits = text.replaceAll('_', '')
  const integer = integerOf(digits)
  if (integer !== undefined) return integer
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits)) {
    const value = Number(digits)
    return Number.isFinite(value) ? value : text
  }
  return text
}

/** Go's ParseInt with base 0, within 64 bits: `0x`, `0b`, `0o` and a leading 0 for octal. */
function integerOf(digits: string): number | bigint | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/.exec(digits)
  if (!match) return undefined
  const [, sign, body] = match as unknown as [string, string, string]
  const value = BigInt(/^0[0-7]+$/.test(body) ? `0o${body.slice(1)}` : body)
  const signed = sign === '-' ? -value : value
  if (signed < -(2n ** 63n) || signed >= 2n ** 64n || (sign === '+' && signed >= 2n ** 63n)) return undefined
  return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed
}

/** The spellings that go-yaml v3 takes for a time. */
export function isDate(text: string): boolean {
  return /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?)?$/.test(text)
}
