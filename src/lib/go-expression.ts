const CLASSES: Record<string, string> = { alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7f', blank: '\\t ', digit: '0-9', lower: 'a-z', punct: '!-\\/:-@\\[-`{-~', space: '\\s', upper: 'A-Z', word: '\\w', xdigit: '0-9A-Fa-f' }
/** What Go's syntax and ours do not share; an escaped sign is passed over. */
const OTHERS = /\(\?([ims]+)\)|\(\?P<|\[:(\^?)([a-z]+):\]|\\([\s\S])/g

/**
 * A regular expression as Go writes it (RE2), as one of ours: `(?i)` holds for all of it, wherever it stands. Undefined: it cannot be read.
 */
export function goExpression(text: string, flags = ''): RegExp | undefined {
  const all = new Set(flags)
  let isRead = true
  const source = text.replace(OTHERS, (found, switched?: string, not?: string, kind?: string, escaped?: string) => {
    if (switched !== undefined) {
      for (const flag of switched) all.add(flag)
      return ''
    }
    if (found === '(?P<') return '(?<'
    if (kind !== undefined) {
      isRead &&= not === '' && kind in CLASSES
      return CLASSES[kind] ?? ''
    }
    // Of the escapes that are letters ours would take some for the letter itself.
    if (escaped === 'A') return '^'
    if (escaped === 'z') return '$'
    isRead &&= escaped === undefined || !/[CEQpP]/.test(escaped)
    return found
  })
  try {
    return isRead ? new RegExp(source, [...all].join('')) : undefined
  } catch {
    return undefined
  }
}
