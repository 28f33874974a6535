import { createHash } from 'node:crypto'
import { plainText } from './plain-text.ts'

/** A piece of a page that is safe to put into another. Made by {@link html} alone. */
export interface Html {
  readonly markup: string
}

export type Inner = Html | string | number | null | undefined | false | readonly Inner[]

/**
 * Writes HTML: everything put in is text and is escaped, unless it is itself made by `html`. Lists are joined; null, undefined and
 * false are nothing. Put values between tags or into attributes with quotes, nowhere else (not into a script or a style).
 */
export function html(parts: TemplateStringsArray, ...values: Inner[]): Html {
  return { markup: parts.map((part, index) => part + (index < values.length ? markupOf(values[index]) : '')).join('') }
}

function markupOf(value: Inner): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  if (isHtml(value)) return value.markup
  return value.map(markupOf).join('')
}

function isHtml(value: Html | readonly Inner[]): value is Html {
  return !Array.isArray(value)
}

export function escapeHtml(text: string): string {
  return plainText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')
}

/** A style sheet of ours with the words by which a content security policy lets it in, and no other. */
export function styleElement(css: string): { element: Html; policy: string } {
  if (css.includes('</')) throw new Error('a style sheet that would end its own element')
  return { element: { markup: `<style>${css}</style>` }, policy: `'sha256-${createHash('sha256').update(css).digest('base64')}'` }
}
