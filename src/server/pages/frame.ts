import { STYLE } from '../../domain/report/page/style.ts'
import { html, type Html, styleElement } from '../../lib/html.ts'
import { type Answer, answer } from '../answer.ts'

const OWN_STYLE = `${STYLE}
.top { display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; align-items: baseline; margin-bottom: 1.1rem; }
.top .name { font-weight: 700; font-size: 1.15rem; color: var(--ink); text-decoration: none; }
.top a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
.stuck { --tone: var(--fail); --tone-ground: var(--fail-ground); }
.failed, .held, .notice { --tone: var(--open); --tone-ground: var(--open-ground); }
.trouble { --tone: var(--host); --tone-ground: var(--host-ground); }
.alert { border-left: 6px solid var(--tone); margin-top: 0.8rem; }
.alert .kind { color: var(--tone); font-weight: 600; }
.alert pre { background: var(--code); border-radius: 6px; padding: 0.6rem 0.75rem; max-height: 18rem; overflow: auto; white-space: pre-wrap; margin-top: 0.5rem; }
.runs td, .runs th { white-space: nowrap; overflow-wrap: break-word; } .runs .recipe { font-weight: 600; } .day { white-space: nowrap; }
@media (max-width: 46rem) { .runs .less { display: none; } .runs .when, .runs .recipe, .runs .mark { white-space: normal; } }
`

export interface Page {
  title: string
  /** Where in the list of pages it is. */
  at: '/' | '/alerts' | '/runs'
  /** The same as data. */
  data?: string
  inner: Html
}

const PLACES: ReadonlyArray<[path: Page['at'], name: string]> = [['/', 'now'], ['/alerts', 'alerts'], ['/runs', 'runs']]

export function pageAnswer({ title, at, data, inner }: Page): Answer {
  const style = styleElement(OWN_STYLE)
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
${style.element}
</head>
<body>
<div class="page">
<nav class="top" aria-label="pages"><a class="name" href="/">cc-ci</a>${PLACES.map(([path, name]) => (path === at ? html`<a href="${path}" aria-current="page">${name}</a>` : html`<a href="${path}">${name}</a>`))}</nav>
<main>
${inner}
</main>
<footer><p>Times are UTC.${data !== undefined && html` The same as data: <a href="${data}">${data.slice(1)}</a>`}</p></footer>
</div>
</body>
</html>`
  return answer(200, 'text/html; charset=utf-8', `${markup}\n`, { styles: style.policy })
}
