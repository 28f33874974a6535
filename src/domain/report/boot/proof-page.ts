import { html, type Html } from '../../../lib/html.ts'
import type { BootSeen, GateProof } from '../../boot/prove/proof.ts'
import type { UnitSeen } from '../../boot/prove/units-seen.ts'
import { sayDuration } from '../duration.ts'
import { sayMoment } from '../moment.ts'
import { framed } from './frame.ts'
import { type BootProof, GATES } from './proof.ts'

const ROW = 26
const NAMES = 220
const BARS = 700
/** Lines of a journal that are shown; all of it is in the evidence. */
const SHOWN = 60

const OWN_STYLE = `
.boot { width: 100%; height: auto; font: 13px system-ui, sans-serif; }
.boot text { fill: var(--ink); } .boot .soft { fill: var(--soft-ink); } .boot .tick { stroke: var(--line); }
.boot .up { fill: var(--pass); } .boot .failed { fill: var(--fail); } .boot .activating { fill: var(--fail); }
.boot .waiting { fill: none; stroke: var(--fail); stroke-dasharray: 4 3; }
.claims li { padding: 0.3rem 0; } .claims .mark { font-weight: 700; color: var(--tone); }
pre { overflow: auto; max-height: 28rem; background: var(--code); border-radius: 6px; padding: 0.7rem; white-space: pre; }
`

/** A proof on a page of its own: for each gate what was said before, the boots as pictures, what they were to show, and what the units said. */
export function renderProofPage(proof: BootProof): string {
  const title = proof.verdict === 'proved' ? 'The boot is proved' : 'The boot is not proved'
  return framed({
    title,
    style: OWN_STYLE,
    main: html`<section class="card"><h1>${title}</h1><p>${sayMoment(proof.at)}, in ${sayDuration(proof.tookMs)}. Each gate had a host of its own: a Debian with systemd, an engine and a registry, and nothing else on it but cc-ci, put there by <code>cc-ci host install</code>.</p></section>
${proof.gates.map(section)}`,
  })
}

function section({ gate, predicted, boots, claims }: GateProof): Html {
  return html`<section class="card" aria-labelledby="${gate}"><h2 id="${gate}">${GATES[gate]}</h2>
<ul class="claims">${claims.map(({ says, holds, saw }) => html`<li class="${holds ? 'pass' : 'fail'}"><span class="mark">${holds ? '✓ ' : '✗ '}</span>${says}<br><span class="small quiet">${saw}</span></li>`)}</ul>
${boots.map(bootOf)}
<details${gate === 'old' && html` open`}><summary>What boot check said before</summary><pre tabindex="0">${predicted.says}</pre></details>
</section>`
}

function bootOf(boot: BootSeen): Html {
  const rest = boot.journal.length - SHOWN
  return html`<h3>${boot.title}</h3><p class="small quiet">looked at for ${sayDuration(boot.lookedMs)}; failed units: ${boot.failed.join(', ') || 'none'}</p>
${picture(boot)}
<details><summary>What the units said</summary>${rest > 0 && html`<p class="small quiet">${rest} earlier lines are in the evidence.</p>`}<pre tabindex="0">${boot.journal.slice(-SHOWN).join('\n')}</pre></details>`
}

/** A bar for each unit, from its beginning until it was up; one that never was goes to the end. */
function picture({ title, units, lookedMs }: BootSeen): Html {
  const rows = units.filter(({ state }) => state !== 'off')
  const end = Math.max(1, ...rows.map((unit) => endOf(unit, lookedMs)))
  const x = (ms: number) => (NAMES + (ms / end) * BARS).toFixed(1)
  const height = (rows.length + 1) * ROW
  return html`<svg class="boot" viewBox="${`0 0 ${NAMES + BARS + 110} ${height}`}" role="img" aria-label="${`${title}: ${rows.map(({ unit, state }) => `${unit} ${state}`).join(', ')}`}">
${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<line class="tick" x1="${x(share * end)}" x2="${x(share * end)}" y1="0" y2="${String(height - ROW)}"/><text class="soft" x="${x(share * end)}" y="${String(height - 8)}" text-anchor="middle">${sayDuration(share * end)}</text>`)}
${rows.map((unit, row) => html`<text x="${String(NAMES - 10)}" y="${String((row + 0.65) * ROW)}" text-anchor="end">${unit.unit}</text><rect class="${unit.state}" x="${x(unit.beganMs ?? 0)}" y="${String(row * ROW + 5)}" width="${Math.max(2, Number(x(endOf(unit, lookedMs))) - Number(x(unit.beganMs ?? 0))).toFixed(1)}" height="${String(ROW - 10)}"/><text class="soft" x="${(Number(x(endOf(unit, lookedMs))) + 6).toFixed(1)}" y="${String((row + 0.65) * ROW)}">${unit.state === 'up' ? sayDuration((unit.endedMs ?? 0) - (unit.beganMs ?? 0)) : unit.state}</text>`)}
</svg>`
}

function endOf({ endedMs }: UnitSeen, lookedMs: number): number {
  return endedMs ?? lookedMs
}
