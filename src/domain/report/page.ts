import { html } from '../../lib/html.ts'
import type { RunResults } from '../model/run.ts'
import { aboutRun, cleanUp, dataFacts, images, lintProblems } from './page/facts.ts'
import { type Evidence, evidenceShelf } from './page/evidence.ts'
import { banner, firstScreen } from './page/first-screen.ts'
import { standalone } from './page/standalone.ts'
import { otherEvidence, tierDetails } from './page/tiers.ts'
import { timeline } from './page/timeline.ts'
import { readResults } from './read-results.ts'
import { headline } from './words.ts'

/**
 * The report of a run as one file that opens from disk: no script, nothing fetched, everything that was written by others escaped.
 * The first screen says what broke, why, whose doing it is, what to do and how to do it again; then where the time went, tier by
 * tier with its evidence, and the facts.
 *
 * A record of any age renders: what it lacks is left out, and said so at the end.
 */
export function renderPage(given: { results: RunResults; evidence: readonly Evidence[] }): string {
  const { results: read, problems } = readResults(given.results)
  // `{}` can always be read: everything in it is filled in.
  const results = read ?? readResults({}).results!
  const shelf = evidenceShelf(given.evidence)
  const details = tierDetails(results, shelf)
  return standalone({
    title: headline(results),
    sources: ['img-src data:'],
    head: html`<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
`,
    body: html`<a class="skip" href="#tiers">Skip to the tiers and their evidence</a>
<div class="page">
${banner(results)}
<main>
${firstScreen(results)}
${timeline(results)}
${details}
${otherEvidence(shelf)}
${lintProblems(results)}
<div class="columns">${dataFacts(results)}${cleanUp(results)}</div>
${images(results)}
${aboutRun(results)}
${
  problems.length > 0 &&
  html`<section class="card" aria-labelledby="record"><h2 id="record">About this record</h2><p>It does not have everything that this version of cc-ci shows.</p><details><summary>${problems.length === 1 ? 'One place' : `${problems.length} places`}</summary><ul>${problems.map(({ message }) => html`<li>${message}</li>`)}</ul></details></section>`
}
</main>
<footer><p>cc-ci · the same as data: <a href="results.json">results.json</a>, <a href="junit.xml">junit.xml</a></p></footer>
</div>`,
  })
}
