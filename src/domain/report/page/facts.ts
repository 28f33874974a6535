import { html, type Html } from '../../../lib/html.ts'
import type { RunResults } from '../../model/run.ts'
import { sayBytes } from '../bytes.ts'
import { sayDuration } from '../duration.ts'
import { mark, prose } from './marks.ts'

type Fact = [term: string, says: Html | string | null]

/** What was upgraded, which data was followed, and what the backup held. */
export function dataFacts(results: RunResults): Html {
  const { upgrade, data, backup } = results
  const facts: Fact[] = [
    ['Upgrade', upgrade ? html`${upgrade.from} → ${upgrade.to}` : 'There was none.'],
    ['What changed', upgrade ? list(upgrade.changed, 'Nothing.') : null],
    ['Dropped services', upgrade && upgrade.orphans.length > 0 ? html`${upgrade.orphans.join(', ')}: they would keep running after an upgrade by hand.` : null],
    ['Data followed', list(data.probed.map(({ kind, what, service }) => `${KINDS[kind]} ${what}${service === '' ? '' : ` (service ${service})`}`), 'None.')],
    ['Not looked into', data.unprobed.length > 0 ? list(data.unprobed.map(({ what, why }) => `${what}: ${why}`), '') : null],
    ['Backup', backup && backup.files > 0 ? html`${backup.how}: ${backup.files} ${backup.files === 1 ? 'file' : 'files'}, ${sayBytes(backup.bytes)}` : 'None was made.'],
    ['In no backup', backup && backup.notCovered.length > 0 ? backup.notCovered.join(', ') : null],
  ]
  return html`<section class="card" aria-labelledby="data"><h2 id="data">Upgrade and data</h2>${factList(facts)}</section>`
}

const KINDS: Record<RunResults['data']['probed'][number]['kind'], string> = {
  volume: 'the files of volume',
  postgres: 'PostgreSQL database',
  mariadb: 'MariaDB database',
  redis: 'Redis database',
  sqlite: 'SQLite file',
  declared: 'data declared in cc-ci.yml:',
}

/** The inventory after the clean-up. */
export function cleanUp(results: RunResults): Html {
  const { teardown } = results
  return html`<section class="card" aria-labelledby="clean-up"><h2 id="clean-up">Clean-up</h2>
  <p>${mark(teardown)}</p>
  ${
    teardown.leftovers.length === 0
      ? html`<p>${teardown.verdict === 'pass' ? 'Compared with the inventory taken before: nothing of this run is left.' : 'No leftovers were found, or nobody looked.'}</p>`
      : html`<p>Still there; <code>cc-ci runs clean</code> removes it:</p><ul>${teardown.leftovers.map(({ kind, name }) => html`<li>${kind} <code>${name}</code></li>`)}</ul>`
  }
</section>`
}

/** Every mistake that lint found, with its place and its mend. */
export function lintProblems(results: RunResults): Html | null {
  if (results.lint.length === 0) return null
  return html`<section class="card" aria-labelledby="lint"><h2 id="lint">Lint</h2>
  <table class="problems">
    <caption>${results.lint.length} ${results.lint.length === 1 ? 'problem' : 'problems'} in the recipe's files.</caption>
    <thead><tr><th scope="col">Where</th><th scope="col">Rule</th><th scope="col">What</th><th scope="col">Mend</th></tr></thead>
    <tbody>${results.lint.map(
      ({ file, line, column, rule, severity, message, mend }) =>
        html`<tr><td><code>${file}:${line}:${column}</code></td><td>${rule}, ${severity}</td><td>${prose(message)}</td><td>${prose(mend)}</td></tr>`,
    )}</tbody>
  </table>
</section>`
}

export function images(results: RunResults): Html | null {
  if (results.images.length === 0) return null
  return html`<section class="card" aria-labelledby="images"><h2 id="images">Images</h2>
  <table>
    <caption>What ran, by digest, and how long it took to pull.</caption>
    <thead><tr><th scope="col">Image</th><th scope="col" class="number">Pull</th></tr></thead>
    <tbody>${results.images.map(
      ({ name, digest, pullMs }) => html`<tr><th scope="row">${name}<br><code class="quiet">${digest}</code></th><td class="number">${pullMs > 0 ? sayDuration(pullMs) : 'was here'}</td></tr>`,
    )}</tbody>
  </table>
</section>`
}

/** Which run this was: enough to find it again. */
export function aboutRun(results: RunResults): Html {
  const settings = Object.entries(results.settingsFrom)
  const facts: Fact[] = [
    ['Run', html`<code>${results.id}</code>`],
    ['Recipe', results.source === '' ? results.recipe : html`${results.recipe}, from <code>${results.source}</code>`],
    ['Commit', html`<code>${results.commit || 'unknown'}</code>${results.dirty && ', with changes that no commit holds'}`],
    ['Base', results.base ? html`${results.base.version} <code>${results.base.commit}</code>` : 'none'],
    ['Needed beside it', results.needs ? list(results.needs.map(({ recipe, version }) => `${recipe} ${version}`), '') : null],
    ['Engine and lane', `${results.engine}, ${results.lane}${results.partial ? ', not all tiers' : ''}`],
    ['Address', results.domain || null],
    ['Began', time(results.startedAt)],
    ['Ended', time(results.endedAt)],
    ['Settings from', settings.length > 0 ? list(settings.map(([key, file]) => `${key}: ${file}`), '') : null],
  ]
  return html`<section class="card" aria-labelledby="about"><h2 id="about">About this run</h2>${factList(facts)}</section>`
}

function factList(facts: readonly Fact[]): Html {
  return html`<dl class="facts">${facts.filter(([, says]) => says !== null).map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl>`
}

function list(items: readonly string[], none: string): Html | string {
  return items.length === 0 ? none : html`<ul>${items.map((item) => html`<li>${prose(item)}</li>`)}</ul>`
}

function time(at: number): Html | string {
  const date = new Date(at)
  if (at === 0 || Number.isNaN(date.getTime())) return 'unknown'
  const text = date.toISOString()
  return html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 19)} UTC</time>`
}
