export interface Expansion {
  text: string
  uses: ExpandedUse[]
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

const TOKEN = /\\([\s\S])|\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\})/g
const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' }

/**
 * `$NAME` and `${NAME}` by their values, unset ones by nothing; `\$` is a dollar sign. With `escapes` (double quotes) a backslash
 * also writes a newline (`\n`) and takes the meaning from any other character; without, it stands for itself.
 */
export function expandVariables(text: string, lookup: (name: string) => string | undefined, { escapes }: { escapes: boolean }): Expansion {
  const uses: ExpandedUse[] = []
  const expanded = text.replace(TOKEN, (written: string, escaped: string | undefined, bare: string | undefined, braced: string | undefined, operator: string | undefined, fallback: string | undefined, index: number) => {
    if (escaped !== undefined) {
      if (escaped === '$') return '$'
      return escapes ? (ESCAPES[escaped] ?? escaped) : written
    }
    const name = (bare ?? braced)!
    uses.push({ name, index, written, operator: operator !== undefined })
    const value = lookup(name)
    if (operator === ':-') return value || fallback!
    return value ?? fallback ?? ''
  })
  return { text: expanded, uses }
}
