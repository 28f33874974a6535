import { isPortError } from '../ports/port-error.ts'
import { type Answer, json, plain } from './answer.ts'
import { isOurHost } from './host-name.ts'
import { alertsPage, frontPage, pageAnswer, runsPage } from './pages/pages.ts'
import type { ServerContext } from './ports.ts'
import { alertsNow, runsNow } from './read.ts'
import { reportFile } from './reports.ts'

/** What of a request counts. */
export interface Request {
  method: string
  /** As it was asked for: path and query. */
  url: string
  /** The header `Host`. */
  host: string | undefined
}

/** One request's answer: all of them read, none changes anything. Trouble with what is read is an answer, too. */
export async function handle(context: ServerContext, request: Request): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET: nothing here can be changed.', { allow: 'GET, HEAD' })
  // A page elsewhere that has its name lead to this address must not read what only this address is for.
  if (!isOurHost(request.host, context.server)) return plain(421, 'This is not a name of this server.')
  try {
    return await route(context, pathOf(request.url))
  } catch (error) {
    if (!isPortError(error)) throw error
    return isPortError(error, 'not-found') ? notFound() : plain(503, 'What was asked for cannot be read now: see cc-ci doctor on the host.')
  }
}

async function route(context: ServerContext, path: readonly string[] | undefined): Promise<Answer> {
  const [first = '', ...rest] = path ?? ['?']
  if (first === 'runs' && rest.length > 1) return (await reportFile(context, rest)) ?? notFound()
  // The links of a report begin at its folder.
  if (first === 'runs' && rest[0]) return plain(308, 'The report is in its folder.', { location: `/runs/${rest[0]}/` })
  if (rest.length > 0 && !(first === 'runs' && rest[0] === '')) return notFound()
  switch (first) {
    case '':
      return pageAnswer(frontPage({ ...context, alerts: await alertsNow(context), runs: await runsNow(context) }))
    case 'healthz':
      return json({ service: 'cc-ci', status: 'ok', version: context.version, state: context.stateId, since: new Date(context.startedAt).toISOString() })
    case 'alerts':
      return pageAnswer(alertsPage(await alertsNow(context)))
    case 'alerts.json':
      return json(await alertsNow(context))
    case 'runs':
      return pageAnswer(runsPage(await runsNow(context)))
    case 'runs.json':
      return json(await runsNow(context))
    default:
      return notFound()
  }
}

/** The parts between the slashes; undefined where it is no path of ours: nothing is decoded, so that a part is what it looks like. */
function pathOf(url: string): string[] | undefined {
  const [path = ''] = url.split(/[?#]/, 1)
  return /^(\/[A-Za-z0-9._~+-]*)+$/.test(path) ? path.slice(1).split('/') : undefined
}

function notFound(): Answer {
  return plain(404, 'There is nothing here.')
}
