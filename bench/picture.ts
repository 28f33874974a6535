import type { RunResults, StepRecord } from '../src/domain/model/run.ts'
import { html, type Html } from '../src/lib/html.ts'
import { isWait, waitsOf } from './waits.ts'

/** px */
const WIDTH = 1160
const NAMES = 370
const AFTER = 70
const ROW = 22
const BAR = 13
const HEAD = 92
const FOOT = 34
const TIER_GAP = 12

const COLOURS = { ground: '#ffffff', text: '#1c2430', quiet: '#5b6675', line: '#e3e7ec', band: '#f5f7f9', wait: '#4b86c6', own: '#e08a1e' }

/** One line of the picture; `at` in ms from the start of the run. */
interface Line {
  name: string
  at: number
  ms: number
  wait: boolean
}

interface Group {
  tier: string
  lines: Line[]
}

/**
 * Where the time of one run went, as a waterfall in SVG: each step a bar where it was, grouped by tier; what waits for the engine or the app in
 * one colour, what we do ourselves in the other. From the record alone, so that any `results.json` can be drawn.
 */
export function pictureOf(results: RunResults): string {
  const total = Math.max(1, results.endedAt - results.startedAt)
  const groups = groupsOf(results)
  const scale = (WIDTH - NAMES - AFTER) / total
  const places = placed(groups)
  const bottom = (places.at(-1)?.bottom ?? HEAD) + 4
  const waits = waitsOf(results)
  const says = `${results.recipe} ${results.base ? `${results.base.version} → ` : ''}${results.head.version ?? results.head.commit.slice(0, 8)} on ${results.engine}: ${results.verdict}`
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + FOOT}" width="${WIDTH}" height="${bottom + FOOT}" role="img" aria-labelledby="title" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12.5">
<title id="title">Where the time of one run went: ${says}</title>
<rect width="100%" height="100%" fill="${COLOURS.ground}"/>
<text x="20" y="30" font-size="18" font-weight="600" fill="${COLOURS.text}">Where the time of one run went</text>
<text x="20" y="50" fill="${COLOURS.quiet}">${says}</text>
${legend(`waits on the engine and the app: ${seconds(waits)}`, 'wait', 20)}
${legend(`our own: ${seconds(total - waits)} (${((100 * (total - waits)) / waits).toFixed(1)} % of the waits)`, 'own', NAMES)}
${places.map(({ group, top, bottom: end }, index) => html`${index % 2 === 0 && html`<rect x="0" y="${top - TIER_GAP / 2}" width="${WIDTH}" height="${end - top + TIER_GAP}" fill="${COLOURS.band}"/>`}<text x="20" y="${top + 15}" font-weight="600" fill="${COLOURS.text}">${group.tier}</text>`)}
${ticksOf(total).map((at) => html`<line x1="${px(NAMES + at * scale)}" x2="${px(NAMES + at * scale)}" y1="${HEAD - 6}" y2="${bottom}" stroke="${COLOURS.line}"/><text x="${px(NAMES + at * scale)}" y="${bottom + 18}" text-anchor="middle" fill="${COLOURS.quiet}">${at / 1000} s</text>`)}
${places.flatMap(({ group, top }) => group.lines.map((line, index) => rowOf(line, top + index * ROW, scale)))}
</svg>`.markup
  }\n`
}

function rowOf({ name, at, ms, wait }: Line, top: number, scale: number): Html {
  const from = NAMES + at * scale
  const width = Math.max(1.5, ms * scale)
  const after = from + width + 6
  const fits = after < WIDTH - AFTER + 10
  return html`<text x="96" y="${top + 15}" fill="${COLOURS.text}">${shortened(name)}</text><rect x="${px(from)}" y="${px(top + (ROW - BAR) / 2)}" width="${px(width)}" height="${BAR}" rx="2" fill="${wait ? COLOURS.wait : COLOURS.own}"/><text x="${px(fits ? after : from - 6)}" y="${top + 15}" ${!fits && html`text-anchor="end" `}font-size="11" fill="${COLOURS.quiet}">${seconds(ms)}</text>`
}

function legend(text: string, kind: 'wait' | 'own', x: number): Html {
  return html`<rect x="${x}" y="62" width="12" height="12" rx="2" fill="${COLOURS[kind]}"/><text x="${x + 18}" y="72.5" fill="${COLOURS.text}">${text}</text>`
}

function placed(groups: Group[]): Array<{ group: Group; top: number; bottom: number }> {
  let top = HEAD
  return groups.map((group) => {
    const place = { group, top, bottom: top + group.lines.length * ROW }
    top = place.bottom + TIER_GAP
    return place
  })
}

/** The tiers that did something, between what comes before the first step and what comes after the last. */
export function groupsOf(results: RunResults): Group[] {
  const tiers = results.tiers.map(({ name, steps }) => ({ tier: name as string, lines: steps.filter(({ at }) => at > 0).map((step) => lineOf(step, results)) })).filter(({ lines }) => lines.length > 0)
  const lines = tiers.flatMap((tier) => tier.lines)
  const first = Math.min(...lines.map(({ at }) => at))
  const last = Math.max(...lines.map(({ at, ms }) => at + ms))
  const end = results.endedAt - results.startedAt
  if (lines.length === 0) return []
  return [
    { tier: 'set-up', lines: [{ name: 'fetch and read the recipe, choose versions', at: 0, ms: Math.max(0, first), wait: false }] },
    ...tiers,
    { tier: 'results', lines: [{ name: 'record, JUnit, page', at: last, ms: Math.max(0, end - last), wait: false }] },
  ]
}

function lineOf(step: StepRecord, { startedAt }: RunResults): Line {
  return { name: step.name, at: step.at - startedAt, ms: step.ms, wait: isWait(step) }
}

/** Round moments, at most a dozen, ms. */
export function ticksOf(total: number): number[] {
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].map((one) => one * 1000).find((one) => total / one <= 12) ?? 3_600_000
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step)
}

function shortened(name: string): string {
  return name.length > 38 ? `${name.slice(0, 37)}…` : name
}

function seconds(ms: number): string {
  return ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 9_950 ? 2 : 1)} s`
}

function px(value: number): string {
  return value.toFixed(1)
}
