import { html, type Html } from '../../../lib/html.ts'
import type { Schedule, Slot } from '../../boot/schedule.ts'
import { sayDuration } from '../duration.ts'
import { framed } from './frame.ts'
import { sayCritical } from './order.ts'

const ROW = 26
const NAMES = 220
const BARS = 700
/** For what stands behind the last bar. */
const BEHIND = 110

const OWN_STYLE = `
.boot { width: 100%; height: auto; font: 13px system-ui, sans-serif; }
.boot text { fill: var(--ink); } .boot .soft { fill: var(--soft-ink); }
.boot .span { fill: var(--calm); } .boot .critical { fill: var(--fail); }
.boot .wait { stroke: var(--line); stroke-width: 1.5; fill: none; } .boot .tick { stroke: var(--line); }
`

/** The boot as a picture on a page of its own: a bar for each unit from its beginning until it is up, with the unit that it waited for. */
export function renderOrderPage(schedule: Schedule, from: string): string {
  return framed({
    title: `The boot of ${from}`,
    style: OWN_STYLE,
    main: html`<section class="card" aria-labelledby="boot"><h1 id="boot">The boot of ${from}</h1>${sayCritical(schedule).map((line) => html`<p>${line}</p>`)}</section>
<section class="card" aria-labelledby="picture"><h2 id="picture">Who begins when</h2>${schedule.makespanMs > 0 ? html`${picture(schedule)}<p class="small quiet">Each bar: from the beginning of a unit until it is up. Red: what the whole time is made of.</p>` : orderAlone(schedule)}</section>
${schedule.gains.length > 0 && html`<section class="card" aria-labelledby="worth"><h2 id="worth">What each is worth</h2><table><thead><tr><th scope="col">Unit</th><th scope="col" class="number">Everything sooner by</th></tr></thead><tbody>${schedule.gains.map(({ unit, savesMs }) => html`<tr><th scope="row">${unit}</th><td class="number">${sayDuration(savesMs)}</td></tr>`)}</tbody></table></section>`}`,
  })
}

/** Without times there is nothing to draw: who begins, and after whom. */
function orderAlone({ slots }: Schedule): Html {
  return html`<table><thead><tr><th scope="col">Unit</th><th scope="col">Begins after</th></tr></thead><tbody>${slots.map(({ unit, after }) => html`<tr><th scope="row">${unit}</th><td>${after ?? 'nothing'}</td></tr>`)}</tbody></table>`
}

function picture({ slots, makespanMs, unknown }: Schedule): Html {
  const scale = BARS / Math.max(1, makespanMs)
  const rowOf = new Map(slots.map(({ unit }, row) => [unit, row]))
  const x = (ms: number) => (NAMES + ms * scale).toFixed(1)
  const height = (slots.length + 1) * ROW
  const ticks = makespanMs < 8 ? [0, 1] : [0, 0.25, 0.5, 0.75, 1]
  const say = (ms: number) => (makespanMs < 1_000 ? `${Math.round(ms)} ms` : sayDuration(ms))
  const wait = (slot: Slot, row: number) => {
    const earlier = slot.after === null ? undefined : rowOf.get(slot.after)
    return earlier !== undefined && html`<path class="wait" d="${`M ${x(slot.beginsAt)} ${(earlier + 0.5) * ROW} V ${(row + 0.5) * ROW}`}"/>`
  }
  return html`<svg class="boot" viewBox="${`0 0 ${NAMES + BARS + BEHIND} ${height}`}" role="img" aria-label="${`${slots.length} units${unknown.length === 0 ? `, everything up after ${sayDuration(makespanMs)}` : ''}`}">
${ticks.map((share) => html`<line class="tick" x1="${x(share * makespanMs)}" x2="${x(share * makespanMs)}" y1="0" y2="${String(height - ROW)}"/><text class="soft" x="${x(share * makespanMs)}" y="${String(height - 8)}" text-anchor="middle">${say(share * makespanMs)}</text>`)}
${slots.map(wait)}
${slots.map((slot, row) => html`<text x="${String(NAMES - 10)}" y="${String((row + 0.65) * ROW)}" text-anchor="end">${slot.unit}</text><rect class="${slot.isCritical ? 'span critical' : 'span'}" x="${x(slot.beginsAt)}" y="${String(row * ROW + 5)}" width="${Math.max(2, (slot.upAt - slot.beginsAt) * scale).toFixed(1)}" height="${String(ROW - 10)}"/><text class="soft" x="${(Number(x(slot.upAt)) + 6).toFixed(1)}" y="${String((row + 0.65) * ROW)}">${slot.tookMs === null ? 'not recorded' : say(slot.tookMs)}</text>`)}
</svg>`
}
