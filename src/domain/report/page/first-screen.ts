import { html, type Html } from '../../../lib/html.ts'
import type { RunResults, TierRecord, Verdict } from '../../model/run.ts'
import { sayUnprobed } from '../coverage.ts'
import { sayDuration } from '../duration.ts'
import { levelMeaning } from '../level.ts'
import { decidingTier, linesOfWhatBroke, runWord, wasStopped } from '../words.ts'
import { mark, prose, sign } from './marks.ts'

/** The verdict, over everything. */
export function banner(results: RunResults): Html {
  const { head, commit, engine, startedAt, endedAt } = results
  const where = decidingTier(results)?.name
  const about = [
    head.version ?? `commit ${commit.slice(0, 8)}`,
    ...(results.dirty ? ['with changes that no commit holds'] : []),
    `on ${engine}`,
    dayOf(startedAt),
    sayDuration(endedAt - startedAt),
  ]
  return html`<header class="banner ${results.verdict}">
  <div>
    <p class="quiet small">${about.join(' · ')}</p>
    <h1>${sign(results.verdict)}${results.recipe}: ${runWord(results)}${where && html` in ${where}`}</h1>
    <p class="small">${wasStopped(results) ? 'It was ended from outside; this says nothing about the recipe.' : VERDICT_MEANS[results.verdict]}</p>
  </div>
  <p class="levelled">${results.level === null ? html`<span class="small">no level</span>` : html`<span class="small">level</span> <span class="number">${results.level}</span> <span class="small">of 5</span>`}</p>
</header>`
}

const VERDICT_MEANS: Record<Verdict, string> = {
  pass: 'It was deployed for real, proved, and cleaned up.',
  fail: 'The recipe does not do what it should.',
  blocked: 'An earlier tier did not pass.',
  infra: 'The host or cc-ci failed; this says nothing about the recipe.',
  'not-applicable': 'It cannot be run here; this says nothing about the recipe.',
  unverified: 'Something that should have run did not: nothing is proven.',
}

/** What a maintainer needs in 30 seconds. */
export function firstScreen(results: RunResults): Html {
  const { summary, reproduce } = results
  const lines = linesOfWhatBroke(results)
  const answers: Array<[string, Html | string]> = [
    ...(results.verdict === 'pass' ? proofs(results) : []),
    ...(summary.why === '' ? [] : [['Why', prose(summary.why)] satisfies [string, Html]]),
    ...(summary.whose === '' ? [] : [['Whose doing', prose(summary.whose)] satisfies [string, Html]]),
    ...(summary.next === '' ? [] : [['What to do', prose(summary.next)] satisfies [string, Html]]),
    ...(reproduce === '' ? [] : [['The same again', html`<code class="command">${reproduce}</code>`] satisfies [string, Html]]),
    ...(lines.length === 0 ? [] : [['What it wrote last', html`<pre class="lines" tabindex="0" role="region" aria-label="what it wrote last">${lines.join('\n')}</pre>`] satisfies [string, Html]]),
  ]
  return html`<div class="first">
  <section class="card" aria-labelledby="what-happened">
    <h2 id="what-happened">${results.verdict === 'pass' ? 'What happened' : 'What broke'}</h2>
    <p class="what">${prose(summary.what)}</p>
    <dl class="answers">${answers.map(([term, answer]) => html`<div><dt>${term}</dt><dd>${answer}</dd></div>`)}</dl>
  </section>
  <div class="side">
    ${gaps(results)}
    <section class="card" aria-labelledby="level">
      <h2 id="level">${results.level === null ? 'No level' : `Level ${results.level}: ${levelMeaning(results.level)}`}</h2>
      <ol class="rungs">${RUNGS.map(([name, tiers]) => html`<li><span>${name}</span>${mark(worstOf(results.tiers, tiers))}</li>`)}</ol>
      <p class="small quiet">${prose(results.levelReason)}</p>
    </section>
  </div>
</div>`
}

/** What a green run is worth, in two lines. */
function proofs({ upgrade, data }: RunResults): Array<[string, Html | string]> {
  const followed = data.probed.map(({ what, service }) => (service === '' ? what : `${what} (${service})`))
  return [
    ...(upgrade ? [['Upgraded in place', `${upgrade.from} → ${upgrade.to}`] satisfies [string, string]] : []),
    ...(followed.length > 0 ? [['Data that came through', `${followed.slice(0, 6).join(', ')}${followed.length > 6 ? ` and ${followed.length - 6} more` : ''}`] satisfies [string, string]] : []),
  ]
}

/** Before all else that is good: what nobody looked into. */
function gaps(results: RunResults): Html | null {
  const said = sayUnprobed(results)
  if (said.length === 0) return null
  return html`<section class="card gaps" aria-labelledby="gaps"><h2 id="gaps">Not proven by this run</h2><ul>${said.map((gap) => html`<li>${prose(capital(gap))}</li>`)}</ul></section>`
}

const RUNGS: Array<[string, Array<TierRecord['name']>]> = [
  ['1 · install', ['install']],
  ['2 · upgrade', ['upgrade']],
  ['3 · backup and restore', ['backup', 'restore']],
  ['4 · own checks', ['custom']],
  ['5 · lint', ['lint']],
]

const WORST_FIRST: Verdict[] = ['fail', 'infra', 'unverified', 'blocked', 'not-applicable', 'pass']

function worstOf(tiers: readonly TierRecord[], names: ReadonlyArray<TierRecord['name']>): Pick<TierRecord, 'verdict' | 'cause'> {
  const ofRung = names.map((name) => tiers.find((tier) => tier.name === name) ?? { verdict: 'unverified' as const })
  return ofRung.toSorted((one, other) => WORST_FIRST.indexOf(one.verdict) - WORST_FIRST.indexOf(other.verdict))[0]!
}

function dayOf(at: number): string {
  const date = new Date(at)
  if (at === 0 || Number.isNaN(date.getTime())) return 'at an unknown time'
  return `${date.toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })}, ${date.toISOString().slice(11, 16)} UTC`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
