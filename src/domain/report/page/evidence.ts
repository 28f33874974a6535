import { html, type Html } from '../../../lib/html.ts'
import { plainText } from '../../../lib/plain-text.ts'
import type { EvidenceRef } from '../../model/run.ts'
import { sayBytes } from '../bytes.ts'

export interface Evidence {
  ref: EvidenceRef
  /** Text, without secrets. */
  content: string
}

/** Characters of one piece that the page holds itself; of a longer one the beginning and, since that is where things end, more of the end. */
const MOST = { head: 16_000, tail: 48_000 }

/** Of all pieces together: a page of many megabytes opens slowly, and the files stand beside it. */
const MOST_IN_ALL = 2_000_000

/** Of that, kept for the steps that broke: they may come last. */
const FOR_WHAT_BROKE = 400_000

/** Gives out each piece of evidence once; where it is asked for again, a link to the first place. */
export interface EvidenceShelf {
  show(name: string, given: { open: boolean }): Html | null
  /** What no step has asked for. */
  rest(): Html[]
}

export function evidenceShelf(all: readonly Evidence[]): EvidenceShelf {
  const shown = new Set<number>()
  let left = MOST_IN_ALL

  const take = (index: number, open: boolean): Html => {
    const { ref, content } = all[index]!
    if (shown.has(index)) return html`<p class="small">See <a href="#evidence-${index + 1}">${ref.name}</a> (${ref.about}).</p>`
    shown.add(index)
    const { text, leftOut } = shortenedMiddle(content, open ? left : left - FOR_WHAT_BROKE)
    left -= text.length
    const name = html`<span>${ref.about || ref.name}</span> <span class="quiet small">${ref.name}, ${content === '' ? 'empty' : sayBytes(content.length)}</span>`
    return html`<details class="evidence" id="evidence-${index + 1}"${open && html` open`}>
  <summary>${name}</summary>
  ${text !== '' && html`<pre tabindex="0" role="region" aria-label="${ref.name}">${plainText(text)}</pre>`}
  <p class="small">${leftOut > 0 && `${leftOut} characters are left out here. `}${isInside(ref.path) ? html`<a href="${ref.path}">The file</a>` : `File: ${ref.path}`}</p>
</details>`
  }

  return {
    show(name, { open }) {
      const found = all.flatMap(({ ref }, index) => (ref.name === name ? [index] : []))
      return found.length === 0 ? null : html`${found.map((index) => take(index, open))}`
    },
    rest: () => all.flatMap((_, index) => (shown.has(index) ? [] : [take(index, false)])),
  }
}

function shortenedMiddle(text: string, room: number): { text: string; leftOut: number } {
  const most = Math.max(0, Math.min(room, MOST.head + MOST.tail))
  if (text.length <= most) return { text, leftOut: 0 }
  if (most < 1_000) return { text: '', leftOut: text.length }
  const head = Math.floor((most * MOST.head) / (MOST.head + MOST.tail))
  const tail = most - head
  return { text: `${text.slice(0, head).toWellFormed()}\n\n… ${text.length - most} characters left out …\n\n${text.slice(-tail).toWellFormed()}`, leftOut: text.length - most }
}

/** A record may come from elsewhere: only a file beside the page is linked to. */
function isInside(path: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path)
}
