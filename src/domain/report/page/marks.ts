import { html, type Html } from '../../../lib/html.ts'
import type { TierRecord, Verdict } from '../../model/run.ts'
import { outcomeWord } from '../words.ts'

/** Drawn so that they differ in form, not in colour alone. */
const SHAPES: Record<Verdict | 'warnings', Html> = {
  pass: html`<path d="M2.5 8.5l3.5 3.5 7.5-8" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/>`,
  fail: html`<path d="M3.5 3.5l9 9m0-9l-9 9" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"/>`,
  infra: html`<path d="M8 1.8L15 14H1z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/><path d="M8 6v3.6m0 2v.2" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>`,
  warnings: html`<path d="M8 2.2v7.6m0 3.4v.2" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"/>`,
  blocked: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.8"/><path d="M4 12l8-8" stroke="currentColor" stroke-width="1.8"/>`,
  'not-applicable': html`<path d="M3 8h10" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>`,
  unverified: html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.8" stroke-dasharray="3 2.6"/>`,
}

/** What became of something as a sign and a word. */
export function mark({ verdict, cause }: Pick<TierRecord, 'verdict' | 'cause'>): Html {
  // Lint that only warns costs its rung and breaks nothing.
  const look = cause === 'lint' ? 'warnings' : verdict
  return html`<span class="mark ${look}">${sign(look)}<span class="word">${outcomeWord({ verdict, cause })}</span></span>`
}

/** The sign alone, where the word stands beside it anyway. */
export function sign(look: keyof typeof SHAPES): Html {
  return html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SHAPES[look]}</svg>`
}

/** A sentence of ours, in which backticks mean code. */
export function prose(text: string): Html {
  const parts = text.split('`')
  if (parts.length % 2 === 0) return html`${text}`
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
