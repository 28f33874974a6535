import { html, type Html } from '../../../lib/html.ts'
import type { RunResults, StepRecord, TierRecord } from '../../model/run.ts'
import { sayBytes } from '../bytes.ts'
import { sayDuration } from '../duration.ts'
import { mark } from './marks.ts'

/** Where the time went: one row per tier, its steps as parts of the bar. The bars add nothing that the numbers do not say. */
export function timeline(results: RunResults): Html {
  const span = spanOf(results)
  const pulled = results.tiers.reduce((sum, tier) => sum + pullMs(tier), 0) || results.images.reduce((sum, image) => sum + image.pullMs, 0)
  const before = Math.max(0, (firstStep(results)?.at ?? results.startedAt) - results.startedAt)
  return html`<section class="card" aria-labelledby="time">
  <h2 id="time">Where the time went</h2>
  <table class="times">
    <caption>${sayDuration(results.endedAt - results.startedAt)} in all, from left to right.</caption>
    <thead><tr><th scope="col" class="name">Tier</th><th scope="col" class="outcome"><span>Outcome</span></th><th scope="col">When</th><th scope="col" class="number">Took</th></tr></thead>
    <tbody>
      ${before >= 100 && html`<tr class="blocked"><th scope="row">set-up</th><td class="outcome"></td><td>${bar([{ from: 0, to: before / span.ms, className: '' }])}</td><td class="number">${sayDuration(before)}</td></tr>`}
      ${placed(results).map(
        ({ tier, from }) => html`<tr class="${tier.verdict}"><th scope="row">${tier.name}</th><td class="outcome">${mark(tier)}</td><td>${bar(partsOf(tier, from, span))}</td><td class="number">${tier.ms > 0 ? sayDuration(tier.ms) : html`<span class="quiet">–</span>`}</td></tr>`,
      )}
    </tbody>
  </table>
  <p class="totals small quiet">
    <span>${results.tiers.some((tier) => pullMs(tier) > 0) && html`<span class="key"></span>`}Pulling images: ${sayDuration(pulled)}, counted apart</span>
    <span>Peak memory: ${results.peak.memoryBytes > 0 ? sayBytes(results.peak.memoryBytes) : 'not measured'}</span>
    <span>Peak disk: ${results.peak.diskBytes > 0 ? sayBytes(results.peak.diskBytes) : 'not measured'}</span>
    <span>Deploys: ${results.deploys.seen} of ${results.deploys.expected} expected</span>
  </p>
</section>`
}

/** A step that fetches images: its time says something about the registry and nothing about the recipe (trap 34). */
export function isPull(step: StepRecord): boolean {
  return /^pull\b/.test(step.name)
}

function pullMs(tier: TierRecord): number {
  return tier.steps.filter(isPull).reduce((sum, step) => sum + step.ms, 0)
}

interface Span {
  from: number
  ms: number
}

interface Part {
  /** Shares of the whole width. */
  from: number
  to: number
  className: string
}

function firstStep(results: RunResults): StepRecord | undefined {
  return results.tiers.filter(({ name }) => name !== 'lint').flatMap(({ steps }) => steps).filter(({ at }) => at > 0).sort((a, b) => a.at - b.at)[0]
}

function spanOf(results: RunResults): Span {
  const ends = results.tiers.flatMap(({ steps }) => steps.map((step) => step.at + step.ms))
  const from = results.startedAt
  return { from, ms: Math.max(1, results.endedAt - from, ...ends.map((end) => end - from)) }
}

/** When each tier began: at its first step, or, where no step says, after the one before it. */
function placed(results: RunResults): Array<{ tier: TierRecord; from: number }> {
  let after = results.startedAt
  return results.tiers.map((tier) => {
    const from = tier.steps.find(({ at }) => at > 0)?.at ?? after
    after = from + tier.ms
    return { tier, from }
  })
}

function partsOf(tier: TierRecord, from: number, span: Span): Part[] {
  const share = (at: number) => Math.min(1, Math.max(0, (at - span.from) / span.ms))
  if (tier.ms <= 0) return []
  const known = tier.steps.filter(({ at }) => at > 0)
  if (known.length === 0) return [{ from: share(from), to: share(from + tier.ms), className: '' }]
  return [
    { from: share(from), to: share(from + tier.ms), className: '' },
    ...known.filter(isPull).map((step) => ({ from: share(step.at), to: share(step.at + step.ms), className: 'pull' })),
    // A hair's breadth of ground where one step ends and the next begins.
    ...known.slice(1).map((step) => ({ from: share(step.at), to: share(step.at) + 0.0025, className: 'gap' })),
  ]
}

function bar(parts: readonly Part[]): Html {
  const tenths = (share: number) => (share * 1000).toFixed(1)
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">${parts.map(
    ({ from, to, className }) => html`<rect class="${className}" x="${tenths(from)}" y="0" width="${tenths(Math.max(to - from, className === 'gap' ? 0.002 : 0.005))}" height="10"/>`,
  )}</svg>`
}
