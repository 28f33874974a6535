import { html, type Html } from '../../../lib/html.ts'
import type { RunResults, StepRecord, TierRecord } from '../../model/run.ts'
import { sayDuration } from '../duration.ts'
import type { EvidenceShelf } from './evidence.ts'
import { mark, prose } from './marks.ts'

/** Every tier with its steps and their evidence; what did not pass is open. */
export function tierDetails(results: RunResults, shelf: EvidenceShelf): Html {
  return html`<section class="card" aria-labelledby="tiers">
  <h2 id="tiers">Tier by tier</h2>
  ${results.tiers.map((tier) => tierDetail(tier, shelf))}
</section>`
}

function tierDetail(tier: TierRecord, shelf: EvidenceShelf): Html {
  const broken = tier.name !== 'lint' && (tier.verdict === 'fail' || tier.verdict === 'infra' || tier.verdict === 'unverified')
  const saidByStep = tier.steps.some((step) => step.reason === tier.reason)
  const took = tier.ms > 0 && html`<span class="took quiet small">${sayDuration(tier.ms)}</span>`
  return html`<details class="tier ${tier.verdict}"${broken && html` open`}>
  <summary><h3>${tier.name}</h3> ${mark(tier)} ${took}</summary>
  <div class="inside">
    ${tier.reason !== '' && !saidByStep && html`<p>${prose(tier.reason)}</p>`}
    ${tier.steps.length > 0 ? html`<ol class="steps">${tier.steps.map((step) => stepItem(step, shelf))}</ol>` : tier.reason === '' && html`<p class="quiet">${tier.name === 'lint' ? 'Nothing to complain about.' : 'No steps were written down.'}</p>`}
  </div>
</details>`
}

function stepItem(step: StepRecord, shelf: EvidenceShelf): Html {
  const broken = step.verdict === 'fail' || step.verdict === 'infra'
  return html`<li>
  <div class="step"><span>${prose(step.name)}</span> ${step.verdict !== 'pass' && mark(step)} <span class="took quiet small">${sayDuration(step.ms)}</span></div>
  ${step.waitedFor && html`<p class="says quiet small">Waited for ${prose(step.waitedFor)}</p>`}
  ${step.reason && html`<p class="says${!broken && html` small`}">${prose(step.reason)}</p>`}
  ${(step.evidence ?? []).map((name) => shelf.show(name, { open: broken }))}
</li>`
}

/** Evidence of the run as a whole. */
export function otherEvidence(shelf: EvidenceShelf): Html | null {
  const rest = shelf.rest()
  if (rest.length === 0) return null
  return html`<section class="card" aria-labelledby="evidence"><h2 id="evidence">More evidence</h2>${rest}</section>`
}
