import type { StoredAlert } from '../../domain/model/alert.ts'
import { capital, sayVersions } from '../../domain/report/alert-versions.ts'
import { sayDuration } from '../../domain/report/duration.ts'
import { sayMoment } from '../../domain/report/moment.ts'
import { mark, prose } from '../../domain/report/page/marks.ts'
import { html, type Html } from '../../lib/html.ts'
import type { AlertsNow, RunNow } from '../read.ts'
import type { ServerContext } from '../ports.ts'
import type { Page } from './frame.ts'

export { pageAnswer } from './frame.ts'

/** So many runs are on the first page. */
const FIRST_RUNS = 8

/** What is down comes first. */
const ORDER: ReadonlyArray<StoredAlert['kind']> = ['stuck', 'failed', 'trouble', 'held', 'notice']

const KINDS: Record<StoredAlert['kind'], string> = { stuck: 'stuck: something is down', failed: 'did not work, and was taken back', held: 'waits for a person', trouble: 'trouble on the host', notice: 'notice' }

/** How it stands now, at a glance. */
export function frontPage({ alerts, runs, server, version, startedAt }: Pick<ServerContext, 'server' | 'version' | 'startedAt'> & { alerts: AlertsNow; runs: RunNow[] }): Page {
  const name = server.domain ?? 'this host'
  const down = alerts.open.filter(({ kind }) => kind === 'stuck').length
  const count = alerts.open.length
  const says = count === 0 ? 'Nobody has to do anything.' : `${count === 1 ? 'One alert' : `${count} alerts`}${down > 0 ? `, ${down === count ? '' : down === 1 ? 'one of them ' : `${down} of them `}of something that is down` : ''}.`
  return {
    title: `cc-ci on ${name}`,
    at: '/',
    inner: html`<header class="banner ${count === 0 ? 'pass' : down > 0 ? 'fail' : 'unverified'}"><div><p class="quiet small">cc-ci ${version} · up since ${sayMoment(startedAt)}</p><h1>${name}</h1><p>${says}</p></div></header>
${count > 0 && html`<section aria-labelledby="alerts"><h2 id="alerts">What a person has to know</h2>${alertCards(alerts)}</section>`}
<section class="card" aria-labelledby="runs"><h2 id="runs">Last runs</h2>${runTable(runs.slice(0, FIRST_RUNS))}${runs.length > FIRST_RUNS && html`<p class="small"><a href="/runs">all of them</a></p>`}</section>`,
  }
}

export function alertsPage(alerts: AlertsNow): Page {
  return { title: 'Alerts', at: '/alerts', data: '/alerts.json', inner: html`<h1>Alerts</h1>${alerts.open.length === 0 ? html`<p>Nobody has to do anything.</p>` : alertCards(alerts)}` }
}

export function runsPage(runs: readonly RunNow[]): Page {
  return { title: 'Runs', at: '/runs', data: '/runs.json', inner: html`<h1>Runs</h1><section class="card" aria-label="runs">${runTable(runs)}</section>` }
}

function alertCards({ open, damaged }: AlertsNow): Html {
  const worstFirst = open.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
  return html`${worstFirst.map(
    ({ id, kind, app, what, raisedAt, lastLines, next, ...versions }) => html`<article class="card alert ${kind}">
<p class="small"><span class="kind">${KINDS[kind]}</span> <span class="quiet">· ${app} · since ${sayMoment(raisedAt)}</span></p>
<p class="what">${prose(what)}</p>
${aboutVersions(versions)}
<p>${prose(next)}</p>
${lastLines.length > 0 && html`<pre tabindex="0" aria-label="the last lines of its log">${lastLines.join('\n')}</pre>`}
<p class="small quiet">Seen it? <code>cc-ci alerts ack ${id}</code></p>
</article>`,
  )}${damaged > 0 && html`<p>${damaged === 1 ? 'One alert cannot be read' : `${damaged} alerts cannot be read`}: see <code>cc-ci alerts list</code> on the host.</p>`}`
}

function aboutVersions(alert: Pick<StoredAlert, 'versionTried' | 'versionHeld' | 'versionRunning'>): Html | false {
  const says = sayVersions(alert)
  return says !== undefined && html`<p class="small">${capital(says)}</p>`
}

function runTable(runs: readonly RunNow[]): Html {
  if (runs.length === 0) return html`<p>No runs yet.</p>`
  return html`<table class="runs"><thead><tr><th scope="col">Recipe</th><th scope="col">Outcome</th><th scope="col" class="less">Level</th><th scope="col">When</th><th scope="col" class="less">Engine</th><th scope="col" class="number less">Took</th></tr></thead><tbody>${runs.map(
    ({ id, recipe, engine, startedAt, state, verdict, cause, level, tookMs }) =>
      html`<tr><th scope="row" class="recipe">${state === 'ended' ? html`<a href="/runs/${id}/">${recipe}</a>` : recipe}</th><td>${verdict ? mark({ verdict, cause: cause ?? undefined }) : state === 'running' ? 'running' : 'died'}</td><td class="less">${level ?? '–'}</td><td class="when">${moment(startedAt)}</td><td class="less">${engine}</td><td class="number less">${tookMs === null ? '' : sayDuration(tookMs)}</td></tr>`,
  )}</tbody></table>`
}

function moment(at: number): Html | string {
  if (at === 0) return '?'
  const [day = '', time = ''] = sayMoment(at).split(' ')
  return html`<span class="day">${day}</span> ${time}`
}
