/** Texts as an accident, an editor or an enemy leaves them. All chance comes from `next`, 0 to below 1. */

const PIECES = [
  '\n', '\r\n', '\t', ' ', '  ', '- ', ': ', ':', '{', '}', '[', ']', '"', "'", '`', '#', ' #', '|', '>', '&a ', '*a', '<<: *a', '<<: ', '!!binary x', '!tag ', '? ', '%YAML 1.1\n', '---\n', '...\n',
  '$', '$$', '${', '${A', '${A}', '${A:-', '${A:?}', '$A', '=', '==', 'export ', '\\', '\\n', '\0', '\uFEFF', '\u2028', '\u0085', '\u00e9', '\u{1F600}', '\uD800',
  'null', '~', 'true', 'no', '0x1F', '0o17', '08', '1e999', '-0', '.nan', '12345678901234567890', '2024-01-01', '2024-13-45 99:99:99', '__proto__', 'constructor', 'toString', 'x-a: ',
  '../', '/etc/passwd', 'compose.yml', 'services:', 'app:', 'image: ', 'environment:\n', 'file: ../../x\n', 'external: true\n', '<!-- metadata -->', '<!-- endmetadata -->', '* **Status**: ',
]
const DEEP = ['[', '{a: ', '- ', '  ', '(', '"', '$(', '${A:-', '&a [*a, ']

type Next = () => number

export function mutated(text: string, others: readonly string[], next: Next): string {
  let result = text
  for (let count = 1 + Math.floor(next() * 3); count > 0; count -= 1) result = once(result, others, next)
  return result
}

function once(text: string, others: readonly string[], next: Next): string {
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!
  const at = below(text.length + 1)
  const put = (piece: string, instead = 0): string => text.slice(0, at) + piece + text.slice(at + instead)
  const lines = text.split('\n')
  const line = below(lines.length)
  switch (below(12)) {
    case 0: case 1: case 2: return put(pick(PIECES), below(4))
    case 3: return put('', 1 + below(40))
    case 4: return text.slice(0, at)
    case 5: return lines.toSpliced(line, 0, ...lines.slice(line, line + 1 + below(3))).join('\n')
    case 6: return lines.toSpliced(line, 1 + below(2)).join('\n')
    case 7: return lines.with(line, `${' '.repeat(below(5))}${lines[line]!.slice(below(3))}`).join('\n')
    case 8: return lines.with(line, pick(pick(others).split('\n'))).join('\n')
    case 9: return put(String.fromCharCode(below(0x10000)))
    case 10: return below(3) === 0 ? lines.join('\r\n') : put(pick(DEEP).repeat(1 + below(600)))
    default: { const other = pick(others); return put(other.slice(below(other.length), below(other.length) + 80)) }
  }
}

/** Bytes of no meaning, some of them letters that files are made of. */
export function randomBytes(next: Next): Uint8Array {
  const letters = ':-=#{}[]\'"$`\n \t&*!|>%@?,abcDEF019_./'
  return Uint8Array.from({ length: Math.floor(next() * 400) }, () => (next() < 0.6 ? letters.charCodeAt(Math.floor(next() * letters.length)) : Math.floor(next() * 256)))
}
