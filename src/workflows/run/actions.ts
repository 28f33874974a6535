import { isProxyFallback, meets, urlOf, wayTo } from '../../domain/plan/answer.ts'
import type { Action } from '../../domain/model/recipe-config.ts'
import { runningVersion, type RunContext } from './context.ts'

/** Longest time for one action of cc-ci.yml, ms. */
const LIMIT = 60_000

/** `answered`: the app itself said something else than expected; otherwise it could not be asked, and nothing is known (trap 41). */
export type Acted = { ok: true } | { ok: false; answered: boolean; got: string; exitCode: number | null }

/** Does what cc-ci.yml asks for: a request to the app or a command inside a service. `{{marker}}` becomes `marker`. */
export async function act(context: RunContext, action: Action, signal: AbortSignal, marker = ''): Promise<Acted> {
  const fill = (text: string) => text.replaceAll('{{marker}}', marker)
  if (action.do === 'exec') {
    const argv = action.argv.map(fill) as [string, ...string[]]
    const env = Object.fromEntries(Object.entries(action.env).map(([key, value]) => [key, fill(value)]))
    const result = await context.ports.engine.exec(context.app, action.service, { argv, env, timeoutMs: LIMIT, signal })
    if (result.exitCode !== 0) return { ok: false, answered: result.exitCode !== null, got: result.timedOut ? `no end within ${LIMIT / 1000} s` : `exit code ${result.exitCode}: ${tail(result.stderr || result.stdout)}`, exitCode: result.exitCode }
    const wanted = action.expect.contains === undefined ? undefined : fill(action.expect.contains)
    if (wanted !== undefined && !result.stdout.includes(wanted)) return { ok: false, answered: true, got: `exit code 0 without ${JSON.stringify(wanted)}: ${tail(result.stdout)}`, exitCode: 0 }
    return { ok: true }
  }
  const way = wayTo(runningVersion(context).recipe, context.reach)
  if (!way) return { ok: false, answered: false, got: 'the recipe has no router and publishes no port: there is no way to ask it', exitCode: null }
  const answer = await context.ports.probes.http({
    url: urlOf(way, context.app.domain, fill(action.path)),
    connect: { address: way.address, port: way.port },
    method: action.method,
    headers: Object.fromEntries(Object.entries(action.headers).map(([key, value]) => [key, fill(value)])),
    ...(action.body === undefined ? {} : { body: fill(action.body) }),
    ...(context.reach.ca ? { ca: context.reach.ca } : {}),
    timeoutMs: LIMIT,
    signal,
  })
  const contains = action.expect.contains === undefined ? undefined : fill(action.expect.contains)
  const got = meets(answer, { status: action.expect.status, ...(contains === undefined ? {} : { contains }) })
  if (got === true) return { ok: true }
  const answered = answer.kind === 'answered' && answer.status < 500 && !isProxyFallback(answer)
  return { ok: false, answered, got, exitCode: null }
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ')
}
