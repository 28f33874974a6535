import type { Place, Problem } from '../model/problem.ts'
import { Problems } from './compose/problems.ts'
import { linesOf } from './env-sample.ts'

export interface AbraSh {
  exports: Record<string, string>
  places: Record<string, Place>
  problems: Problem[]
}

const EXPORT = /^export[ \t]+(.*)$/
const WORD = /^([A-Za-z_][A-Za-z0-9_]*)(=)?/

/**
 * The `export NAME=value` lines of an `abra.sh`. It is read, never executed: functions, and exports inside them (which are indented), are
 * passed over; a value that only a shell could work out is left out, and said.
 */
export function readAbraSh({ file, text }: { file: string; text: string }): AbraSh {
  const problems = new Problems()
  const exports = new Map<string, string>()
  const places = new Map<string, Place>()
  for (const [index, line] of linesOf(text).entries()) {
    const match = EXPORT.exec(line)
    if (!match) continue
    let column = line.length - match[1]!.length + 1
    for (let rest = match[1]!; ; ) {
      const word = WORD.exec(rest)
      if (!word) break
      const name = word[1]!
      const place = { file, line: index + 1, column }
      const value = word[2] ? readShellWord(rest.slice(word[0].length)) : undefined
      if (value === undefined) {
        problems.warning('abra-sh/no-value', place, `\`export ${name}\` gives no value.`, `Write \`export ${name}=v1\`.`)
      } else if ('unreadable' in value) {
        problems.warning('abra-sh/not-literal', place, `The value of \`${name}\` is ${value.unreadable}; abra.sh is read, not executed, so it has no value.`, `Write it out: \`export ${name}=v1\`.`)
      } else {
        if (exports.has(name) && exports.get(name) !== value.text) problems.warning('abra-sh/exported-twice', place, `\`${name}\` is exported again; what line ${places.get(name)!.line} says is lost.`, 'Keep one of the two lines.')
        exports.set(name, value.text)
        places.set(name, place)
      }
      const used = word[0].length + (value && 'length' in value ? value.length : rest.length)
      const next = rest.slice(used).trimStart()
      column += rest.length - next.length
      rest = next
      if (rest === '' || rest.startsWith('#')) break
    }
  }
  return { exports: Object.fromEntries(exports), places: Object.fromEntries(places), problems: problems.list }
}

/** A word of the shell that needs no shell: bare, in single or double quotes, or several of them in a row. */
function readShellWord(text: string): { text: string; length: number } | { unreadable: string } {
  let value = ''
  let at = 0
  while (at < text.length && !/[\s;#&|]/.test(text[at]!)) {
    const quote = text[at]
    if (quote === "'" || quote === '"') {
      const end = text.indexOf(quote, at + 1)
      if (end < 0) return { unreadable: 'in a quote that is not closed on its line' }
      const inner = text.slice(at + 1, end)
      if (quote === '"' && /[$`\\]/.test(inner)) return { unreadable: 'something that a shell has to work out' }
      value += inner
      at = end + 1
    } else if (/[$`\\(){}<>*?]/.test(quote!)) {
      return { unreadable: 'something that a shell has to work out' }
    } else {
      value += quote
      at += 1
    }
  }
  return { text: value, length: at }
}
