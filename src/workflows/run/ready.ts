import { converge, servicesOf, stillStands } from '../../domain/plan/converge.ts'
import { type Expectation, expectationOf, isProxyFallback, lacksCertificate, lostWayIn, meets, routedServices, sayRule } from '../../domain/plan/answer.ts'
import { asksLess } from '../../domain/plan/asks-less.ts'
import type { Deployment } from '../../domain/model/engine-state.ts'
import type { ReadRecipe } from '../../domain/model/read-recipe.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { ProbeAnswer } from '../../ports/probe.ts'
import { lastLinesOf, linesTakenIn } from '../app/last-lines.ts'
import type { RunContext } from './context.ts'
import type { Step, Tier } from './tier.ts'
import { stop } from './stopped.ts'
import { lookouts } from '../app/watch.ts'

/** Pace of the questions beside the events, ms: a rejected task and a pending one bring no event. */
const STARTING = { firstMs: 20, mostMs: 150 }
const DWELLING = { firstMs: 20, mostMs: 500 }
const PROBE_PACE = { first: 25, most: 500, growth: 1.6 }
const PROBE_LIMIT = 5_000
/** Longer than the 8 s after which some versions fall over, and than Swarm's own 5 s of watching (trap 6). */
export const DWELL = 10_000
/**
 * An app whose tasks are all up and that gives the very same wrong answer for so long, ms, will not give another one. Only for answers of the app's own
 * below 500: behind a 5xx it may still be starting.
 */
const SAME_WRONG_ANSWER = 30_000
/** The same for the proxy's own page: Traefik asks Docker for routes every 15 s where nobody set it otherwise. */
const NO_ROUTE_YET = 120_000

/**
 * Waits until what was deployed is what runs (identity), then until it answers as it should (behaviour), then looks at the
 * identity once more: what is not up at that moment is waited for again. Answers when that was, ms UTC.
 *
 *     runs? ─► answers? ─► still runs? ─► ready
 *       ▲                       └── not for the moment: `converge` knows which exits to bear (trap 61)
 *       └───────────────────────┘
 */
export async function waitUntilReady(context: RunContext, tier: Tier, step: Step, given: { deployment: Deployment; recipe: ReadRecipe; limitMs: number }): Promise<number> {
  const { clock } = context.ports
  const until = clock.monotonic() + given.limitMs
  context.readyAt = 0
  let answeredAt: number | undefined
  for (;;) {
    await waitUntilRunning(context, tier, step, { ...given, until, answeredAt })
    const answered = await waitUntilAnswering(context, tier, step, { ...given, until })
    answeredAt ??= clock.now()
    const state = await context.ports.engine.observe(context.app)
    const verdict = converge(given.deployment, state)
    if (verdict.is === 'waiting' && clock.monotonic() <= until) continue
    // What is written down is not waited for: it was ready before.
    const readyAt = clock.now()
    if (answered !== undefined) await step.attach(`answer-${tier.name}.txt`, 'the first good answer', answered)
    await step.attach(`state-${tier.name}.json`, 'what the engine listed when it was judged', JSON.stringify(state, null, 2))
    if (verdict.is === 'failed') return stop(await withLastLines(context, verdict.why))
    if (verdict.is === 'waiting') return stop(await crashOrDeadline(context, { ...given, answeredAt }, verdict.for))
    context.readyAt = readyAt
    return readyAt
  }
}

async function waitUntilRunning(context: RunContext, tier: Tier, step: Step, given: { deployment: Deployment; limitMs: number; until: number; answeredAt: number | undefined }): Promise<void> {
  const { clock, engine } = context.ports
  const lookout = lookouts(context.watch, STARTING)
  let lastSaid = ''
  for (;;) {
    const verdict = converge(given.deployment, await engine.observe(context.app))
    if (verdict.is === 'running') return
    if (verdict.is === 'failed') return stop(await withLastLines(context, await withWhatBefell(context, given.deployment, verdict.why)))
    if (verdict.for !== lastSaid) {
      lastSaid = verdict.for
      step.waits(verdict.for)
    }
    if (clock.monotonic() > given.until) return stop(await crashOrDeadline(context, given, verdict.for))
    await lookout.next(tier.signal)
    throwIfEnded(tier)
  }
}

/** The first good answer, as text; undefined where nothing is asked. */
async function waitUntilAnswering(context: RunContext, tier: Tier, step: Step, given: { deployment: Deployment; recipe: ReadRecipe; until: number }): Promise<string | undefined> {
  const { app, base, reach } = context
  const expectation = expectationOf({ recipe: given.recipe, app, reach })
  if (!expectation) {
    const lost = given.recipe === base?.recipe ? undefined : lostWayIn({ base: base?.recipe ?? null, head: given.recipe, app, reach })
    if (lost) return stop(lost)
    step.note('it answers no HTTP: healthy tasks are all that was asked')
    return undefined
  }
  const { answer, got, noRouter } = await askUntilRight(context, tier, step, { ...given, expectation })
  const said = sayAnswer(expectation.url, answer)
  if (got === true) return said
  await step.attach(`answer-${tier.name}.txt`, 'the last answer', said)
  if (lacksCertificate(answer, { proxied: expectation.proxied, baseAnswered: tier.name === 'upgrade' })) {
    return stop({ reason: 'host', what: 'the proxy has no certificate for the name of the app', engineSays: `${expectation.url}: ${got}` })
  }
  const routed = routedServices(given.recipe)
  const reason: Reason = { reason: 'behaviour', url: expectation.url, expected: expectation.says, got, lastLines: [] }
  // No request came as far as a log.
  return stop(noRouter ? { ...reason, noRouter: routed } : await withLastLines(context, reason, routed))
}

interface Asked {
  answer: ProbeAnswer
  /** True, or what came instead of what was expected. */
  got: true | string
  /** The proxy itself answered while every service ran. */
  noRouter: boolean
}

/** Asks until the answer is right, or until it will not be any more: the time is up, or it stays the same. What falls over meanwhile ends the tier. */
async function askUntilRight(context: RunContext, tier: Tier, step: Step, given: { deployment: Deployment; expectation: Expectation; until: number }): Promise<Asked> {
  const { clock, engine, probes } = context.ports
  const { expectation } = given
  step.waits(`${expectation.url} to answer ${expectation.says}`)
  let pace = PROBE_PACE.first
  let wrong = { got: '', since: clock.monotonic() }
  for (;;) {
    const answer = await probes.http({ url: expectation.url, connect: expectation.connect, ca: context.reach.ca, timeoutMs: PROBE_LIMIT, signal: tier.signal })
    throwIfEnded(tier)
    const got = meets(answer, expectation)
    if (got === true) return { answer, got, noRouter: false }
    const verdict = converge(given.deployment, await engine.observe(context.app))
    if (verdict.is === 'failed') return stop(await withLastLines(context, verdict.why))
    // Where the proxy does not even take the connection, the app cannot change it.
    const proxyRefuses = answer.kind === 'refused' && expectation.proxied
    const proxyPage = answer.kind === 'answered' && isProxyFallback(answer)
    const noRouter = expectation.proxied && verdict.is === 'running' && proxyPage
    const appsOwn = answer.kind === 'answered' && answer.status < 500 && !proxyPage
    const final = noRouter || (verdict.is === 'running' && (proxyRefuses || appsOwn))
    if (got !== wrong.got || !final) wrong = { got, since: clock.monotonic() }
    if (clock.monotonic() > given.until || clock.monotonic() - wrong.since > (noRouter ? NO_ROUTE_YET : SAME_WRONG_ANSWER)) return { answer, got, noRouter }
    await clock.pause(pace, tier.signal)
    pace = Math.min(PROBE_PACE.most, pace * PROBE_PACE.growth)
  }
}

/**
 * What the base asked of the app and the head asks no more is asked, too, until `until`, ms of the monotonic clock (trap 63). Not met, it proves no fault: the
 * head may have moved its question on purpose. Undefined: it is met, or the head asks for as much.
 */
export async function askAsBase(context: RunContext, tier: Tier, given: { deployment: Deployment; base: ReadRecipe; head: ReadRecipe; until: number }): Promise<Reason | undefined> {
  const { base, head } = given
  const [before, now] = [base.config.ready, head.config.ready]
  const asked = expectationOf({ recipe: base, app: context.app, reach: context.reach })
  if (!asked || !asksLess(before, now)) return undefined
  return tier.step('ask what the base asked', { waitsFor: 'the answer that the base had to give' }, async (step) => {
    const expectation = expectationOf({ recipe: { ...head, config: { ...head.config, ready: before } }, app: context.app, reach: context.reach })
    const { got } = expectation ? await askUntilRight(context, tier, step, { ...given, expectation }) : { got: 'no way to ask it: no router leads to the app any more' }
    if (got === true) return undefined
    step.note(`${(expectation ?? asked).url}: ${got}`)
    return { reason: 'ready-weakened', url: (expectation ?? asked).url, base: asked.says, got, ...(now.http && { head: `${now.path}: ${sayRule(now)}` }) }
  })
}

/**
 * Watches an app that was ready: the first crash inside the dwell ends the tier, whatever it is doing. `settled` resolves when
 * the dwell is over and everything still stands; the tier's other work goes on beside it.
 */
export function guardDwell(context: RunContext, tier: Tier, given: { deployment: Deployment; readyAt: number }): { settled: Promise<void> } {
  const { clock, engine } = context.ports
  const from = clock.monotonic()
  const settled = (async () => {
    const lookout = lookouts(context.watch, DWELLING)
    for (;;) {
      const state = await engine.observe(context.app)
      const crash = stillStands(given.deployment, state, given.readyAt)
      if (crash) {
        tier.abort(await withLastLines(context, crash))
        return
      }
      const left = DWELL - (clock.monotonic() - from)
      if (left <= 0) return
      await lookout.next(tier.signal, left)
      if (tier.signal.aborted) return
    }
  })().catch((error: unknown) => {
    tier.abort({ reason: 'host', what: 'the engine did not answer while we watched the app', engineSays: error instanceof Error ? error.message : String(error) })
  })
  return { settled }
}

/** After work that may have hurt the app, and before its silence is called lost data: does it still stand as it was deployed? */
export async function assertStands(context: RunContext): Promise<void> {
  if (!context.deployment || context.readyAt === 0) return
  const crash = stillStands(context.deployment, await context.ports.engine.observe(context.app), context.readyAt)
  if (crash) stop(await withLastLines(context, crash))
}

/**
 * The engine lists tasks before services, so where it has just gone back, the task that made it go back may not be listed as ended yet; by the next
 * look it is.
 */
async function withWhatBefell(context: RunContext, deployment: Deployment, reason: Reason): Promise<Reason> {
  if (reason.reason !== 'engine-rolled-back') return reason
  const again = converge(deployment, await context.ports.engine.observe(context.app))
  return again.is === 'failed' && again.why.reason === reason.reason ? again.why : reason
}

/** The reason with the last lines of the service it speaks of. */
export async function withLastLines(context: RunContext, reason: Reason, services: string[] = servicesOf(reason)): Promise<Reason> {
  if (!('lastLines' in reason) || reason.lastLines.length > 0) return reason
  return { ...reason, lastLines: await lastLinesOf(context.ports.engine, context.app, context.deployment, services, (lines) => linesTakenIn(lines, (text) => context.record.redact(text))) }
}

function throwIfEnded(tier: Tier): void {
  const reason = tier.reason()
  if (reason) stop(reason)
}

/** The time is up. What ended since the app answered for the first time is the better word: until then any exit is one that may be borne. */
async function crashOrDeadline(context: RunContext, given: { deployment: Deployment; limitMs: number; answeredAt: number | undefined }, lastSeen: string): Promise<Reason> {
  const crash = given.answeredAt === undefined ? undefined : stillStands(given.deployment, await context.ports.engine.observe(context.app), given.answeredAt)
  if (crash) return withLastLines(context, crash)
  const unsettled = given.deployment.services.map((service) => service.name).filter((name) => lastSeen.includes(`service ${name} `))
  return withLastLines(context, { reason: 'deadline', waitedFor: 'the app to run and be healthy', limitMs: given.limitMs, lastSeen, lastLines: [] }, unsettled)
}

/** An answer as people know it from a terminal. */
function sayAnswer(url: string, answer: ProbeAnswer): string {
  if (answer.kind !== 'answered') return `${url}\n${answer.kind}${'says' in answer ? `: ${answer.says}` : ''} after ${answer.ms} ms`
  const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
  const certificate = answer.certificate ? [`certificate: ${answer.certificate.subject}, issued by ${answer.certificate.issuer}, until ${new Date(answer.certificate.validTo).toISOString()}`] : []
  return [url, `HTTP ${answer.status} after ${answer.ms} ms`, ...certificate, ...headers, '', answer.body].join('\n')
}
