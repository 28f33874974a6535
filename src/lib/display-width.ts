/** How text stands in a terminal's columns. Text must be one line without control characters (see `plainLine`). */
const segments = new Intl.Segmenter('en', { granularity: 'grapheme' })

const WIDE = /^(?:\p{Emoji_Presentation}|.*\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u
const NO_WIDTH = /^[\p{Mark}\u200b-\u200f\u2060\ufeff]+$/u

/** Columns that the text takes. */
export function displayWidth(text: string): number {
  // The common case, a hundred times a second.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segments.segment(text)) width += widthOf(segment)
  return width
}

/** At most `columns` wide; what was cut is said by `…`. */
export function cutToWidth(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (displayWidth(text) <= columns) return text
  let out = ''
  let width = 0
  for (const { segment } of segments.segment(text)) {
    width += widthOf(segment)
    if (width > columns - 1) break
    out += segment
  }
  return `${out}…`
}

function widthOf(segment: string): number {
  if (NO_WIDTH.test(segment)) return 0
  return WIDE.test(segment) ? 2 : 1
}
