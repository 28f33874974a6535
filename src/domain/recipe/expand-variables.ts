export interface Expansion {
  text: string
  uses: ExpandedUse[]
  /** The text would be longer than was allowed; it is empty. */
  tooLong: boolean
}

export interface ExpandedUse {
  name: string
  /** Where it begins in the text given. */
  index: number
  /** As it stands there, e.g. `${NAME:-x}`. */
  written: string
  /** `:-` or `-` with a default; abra knows neither. */
  operator: boolean
}

/** What Linux gives a program as one setting at most. A name that doubles itself on each line is there after a few of them. */
export const LONGEST_VALUE = 128 * 1024 - 1

const TOKEN = /\\([\s\S])|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(\}|:?-))/g
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

/**
 * `$NAME` and `${NAME}` by their values, unset ones by nothing; `\$` is a dollar sign. With `escapes` (double quotes) a backslash
 * also writes a newline (`\n`) and takes the meaning from any other character; without, it stands for itself.
 */
export function expandVariables(text: string, lookup: (name: string) => string | undefined, { escapes }: { escapes: boolean }): Expansion {
  const uses: ExpandedUse[] = []
  const parts: string[] = []
  let length = 0
  const put = (part: string): void => {
    length += part.length
    if (length <= LONGEST_VALUE) parts.push(part)
  }
  let done = 0
  let brace = 0
  for (const token of text.matchAll(TOKEN)) {
    const [all, escaped, bare, braced, end] = token
    if (token.index < done) continue
    let after = token.index + all.length
    const operator = end === undefined || end === '}' ? undefined : end
    if (operator !== undefined) {
      // Looked for once and not once for each dollar sign.
      if (brace >= 0 && brace < after) brace = text.indexOf('}', after)
      if (brace < 0) continue
      after = brace + 1
    }
    put(text.slice(done, token.index))
    done = after
    if (escaped !== undefined) put(escaped === '$' ? '$' : escapes ? (ESCAPES[escaped] ?? escaped) : all)
    else {
      const name = (bare ?? braced)!
      const fallback = operator === undefined ? '' : text.slice(token.index + all.length, after - 1)
      uses.push({ name, index: token.index, written: text.slice(token.index, after), operator: operator !== undefined })
      const value = lookup(name)
      put(operator === ':-' ? value || fallback : (value ?? fallback))
    }
  }
  put(text.slice(done))
  const tooLong = length > LONGEST_VALUE
  return { text: tooLong ? '' : parts.join(''), uses, tooLong }
}
