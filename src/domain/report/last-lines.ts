import { plainLine } from '../../lib/plain-text.ts'

/** Lines of a log that stand under a sentence; all of them are in the evidence. */
const MOST = 8
/** Of those, at most so many above the line that tells most: where it happened, in some languages. */
const ABOVE = 3

/**
 * The line of a log that says most likely what was wrong: the last one that speaks of an error, otherwise the last one that is more than
 * a footer. Undefined where there is none. `isLast`: nothing stands below it.
 */
export function tellingLine(lines: readonly string[]): { line: string; isLast: boolean } | undefined {
  const written = withoutBlank(lines)
  const at = tellingAt(written)
  return at === undefined ? undefined : { line: written[at]!, isLast: at === written.length - 1 }
}

/** What to show of a log under a sentence: its last lines, or those from just above the one that tells most where that stands further up. */
export function linesToShow(lines: readonly string[]): string[] {
  const written = withoutBlank(lines)
  const telling = tellingAt(written) ?? written.length - 1
  const from = Math.max(0, Math.min(written.length - MOST, telling - ABOVE))
  return written.slice(from, from + MOST)
}

function tellingAt(written: readonly string[]): number | undefined {
  const error = written.findLastIndex((line) => SPEAKS_OF_ERROR.test(line) && !SPEAKS_OF_NONE.test(line) && !isFooter(line))
  if (error >= 0) return error
  const other = written.findLastIndex((line) => !isFooter(line))
  return other >= 0 ? other : written.length > 0 ? written.length - 1 : undefined
}

const SPEAKS_OF_ERROR = /error|exception|fatal|panic/i
const SPEAKS_OF_NONE = /\b(no|0|without) (errors?|exceptions?)\b/i

/** A frame of a stack, or what Node writes below each of its crashes; before it the service's name may stand. */
function isFooter(line: string): boolean {
  const own = line.replace(/^\S{1,64}: /, '')
  return (own.startsWith('at ') && /[:(][^\s:(]*\d\)?$/.test(own)) || /^Node\.js v\d[\d.]*$/.test(own)
}

function withoutBlank(lines: readonly string[]): string[] {
  return lines.map(plainLine).filter((line) => line !== '')
}
