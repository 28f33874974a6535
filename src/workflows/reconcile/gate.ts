import type { App, ServiceName } from '../../domain/model/app.ts'
import type { AppState, Deployment } from '../../domain/model/engine-state.ts'
import type { Answer, GateProbe, GateRule, GateVerdict, Identity, Observation } from '../../domain/model/gate.ts'
import type { KeptVersion, PlatformApp } from '../../domain/model/platform.ts'
import type { VersionText } from '../../domain/model/recipe.ts'
import { urlOf, wayTo } from '../../domain/plan/answer.ts'
import { converge, stillStands } from '../../domain/plan/converge.ts'
import { judge, judgeAtCommit, routeProbe, whatItMet } from '../../domain/plan/gate.ts'
import { sayGate } from '../../domain/report/gate.ts'
import type { Engine, Reach } from '../../ports/engine.ts'
import { isPortError } from '../../ports/port-error.ts'
import { lastLinesOf } from '../app/last-lines.ts'
import type { Watch } from '../app/watch.ts'
import type { PlatformPorts } from './context.ts'
import type { Hide } from './secrets.ts'

/** Between two looks, ms: while it comes up, events wake us besides. */
const PACE = { first: 50, most: 500, growth: 1.5 }
const PROBE_LIMIT = 5_000
const SAME_ANSWER = 30_000

export interface Gate {
  rule: GateRule
  deployment: Deployment
  /** Where the app's own probes connect: the proxy, or its published port. */
  connect: { address: string; port: number }
  reach: Reach
}

/** The gate of one version. `before`: the version that ran until now; `baseline`: other apps' addresses that answered before. */
export function gateOf(given: { app: PlatformApp; instance: App; kept: Pick<KeptVersion, 'version' | 'routers' | 'stack'>; before: VersionText | null; deployment: Deployment; reach: Reach; baseline: string[] }): Gate {
  const { app, instance, kept, reach } = given
  const { gate } = app
  const way = wayTo(kept, reach)
  // Tags of images often begin with a v, and versions that programs tell of themselves do not.
  const filled = (version: VersionText) => gate.contains?.replaceAll('{{version}}', (version.split('+')[1] ?? version).replace(/^v(?=\d)/, ''))
  const contains = filled(kept.version)
  const oldContains = given.before === null || given.before === kept.version ? undefined : filled(given.before)
  const own: GateProbe[] = way
    ? [{
        url: urlOf(way, gate.host ?? instance.domain, gate.path),
        kind: 'own',
        status: gate.status,
        says: [`HTTP ${gate.status.length > 0 ? gate.status.join(' or ') : 'below 400'}`, ...(contains ? [`with ${JSON.stringify(contains)} in it`] : [])].join(' '),
        ...(contains ? { contains } : {}),
        ...(oldContains ? { oldContains } : {}),
      }]
    : []
  return {
    rule: { probes: [...own, ...given.baseline.map(routeProbe)], passes: gate.passes, dwellMs: gate.dwellMs, deadlineMs: app.limits.deploy, sameAnswerMs: SAME_ANSWER, lastResort: false, behindProxy: way === reach && !isProxy(given) },
    deployment: given.deployment,
    connect: { address: (way ?? reach).address, port: (way ?? reach).port },
    reach,
  }
}

/** It says so, or it holds the port at which apps are reached. */
function isProxy({ app, kept, reach }: { app: PlatformApp; kept: Pick<KeptVersion, 'stack'>; reach: Reach }): boolean {
  return app.gate.routes || Object.values(kept.stack.services).some(({ ports }) => ports?.some(({ published }) => published === reach.port))
}

/** A gate for what is found running: it is held against itself, because nobody knows what was deployed. */
export function deploymentFound(state: AppState): Deployment {
  return { at: 0, services: state.services.map(({ name, template, wanted }) => ({ name, template, wanted })) }
}

/** Looks again and again until the gate has its verdict. What was looked at is answered, too: it is the evidence. */
export async function holdGate(ports: PlatformPorts, instance: App, gate: Gate, given: { watch: Watch; signal: AbortSignal; onWait(text: string): void }): Promise<Exclude<GateVerdict, { is: 'going-on' }>> {
  const { clock } = ports
  const from = clock.monotonic()
  const observations: Observation[] = []
  let pace = PACE.first
  let heard = given.watch.count()
  let said = ''
  /** ms UTC; 0: the identity was not right yet. */
  let rightSince = 0
  for (;;) {
    const before = clock.now()
    const observation = await look(ports, instance, gate, { atMs: clock.monotonic() - from, rightSince, signal: given.signal })
    if (given.signal.aborted) return { is: 'inconclusive', says: `ended by ${String(given.signal.reason ?? 'a signal')}` }
    if (observation.identity.is === 'running' && rightSince === 0) rightSince = before
    else if (observation.identity.is === 'failed') rightSince = 0
    observations.push(observation)
    const verdict = judge(gate.rule, observations, clock.monotonic() - from)
    if (verdict.is !== 'going-on') return verdict
    if (verdict.for !== said) {
      said = verdict.for
      given.onWait(said)
    }
    heard = await given.watch.next(heard, pace, given.signal)
    pace = Math.min(PACE.most, pace * PACE.growth)
  }
}

/** The look at the commit itself. */
export async function lookAtCommit(ports: PlatformPorts, instance: App, gate: Gate, signal: AbortSignal): Promise<GateVerdict> {
  return judgeAtCommit(gate.rule, await look(ports, instance, gate, { atMs: 0, rightSince: 0, signal }))
}

async function look(ports: PlatformPorts, instance: App, gate: Gate, given: { atMs: number; rightSince: number; signal: AbortSignal }): Promise<Observation> {
  const identity = await identityOf(ports.engine, instance, gate.deployment, given.rightSince)
  const answers = identity.is === 'running' ? await askAll(ports, gate, given.signal) : []
  return { atMs: given.atMs, identity, answers }
}

async function identityOf(engine: Engine, instance: App, deployment: Deployment, rightSince: number): Promise<Identity> {
  try {
    const state = await engine.observe(instance)
    // A crash since it first ran withdraws everything, also where a new task already runs (trap 6).
    const crash = rightSince > 0 ? stillStands(deployment, state, rightSince) : undefined
    if (crash) return { is: 'failed', why: crash }
    const verdict = converge(deployment, state)
    return verdict.is === 'failed' ? { is: 'failed', why: verdict.why } : verdict.is === 'waiting' ? { is: 'waiting', for: verdict.for } : { is: 'running' }
  } catch (error) {
    if (!isPortError(error)) throw error
    return { is: 'unknown', says: error.message }
  }
}

async function askAll(ports: PlatformPorts, gate: Gate, signal: AbortSignal): Promise<Answer[]> {
  return await Promise.all(gate.rule.probes.map((probe) => ask(ports, probe, { connect: probe.kind === 'own' ? gate.connect : gate.reach, reach: gate.reach, signal })))
}

type AskPorts = Pick<PlatformPorts, 'probes' | 'clock'>

export async function ask({ probes, clock }: AskPorts, probe: GateProbe, given: { connect: { address: string; port: number }; reach: Reach; signal: AbortSignal; timeoutMs?: number }): Promise<Answer> {
  const { connect, reach, signal, timeoutMs = PROBE_LIMIT } = given
  try {
    const seen = await probes.http({ url: probe.url, connect: { address: connect.address, port: connect.port }, ...(reach.ca ? { ca: reach.ca } : {}), timeoutMs, signal })
    return { probe, met: whatItMet(probe, seen, clock.now()) }
  } catch (error) {
    return { probe, met: { met: 'no-probe', says: error instanceof Error ? error.message : String(error) } }
  }
}

/** Asks once at every host that the proxy leads apps to; `but`: one that is not asked for. */
export async function askRoutes(ports: AskPorts & Pick<PlatformPorts, 'engine'>, but: App | null, signal: AbortSignal): Promise<Answer[]> {
  const reach = await ports.engine.reach()
  const hosts = [...new Set((await ports.engine.routes()).filter(({ stack }) => stack !== but?.stack).map(({ host }) => host))].sort()
  return await askUrls(ports, hosts.map((host) => urlOf(reach, host, '/')), { reach, signal })
}

/** Asks once at each of these addresses, through the proxy. */
export async function askUrls(ports: AskPorts, urls: string[], { reach, signal }: { reach: Reach; signal: AbortSignal }): Promise<Answer[]> {
  return await Promise.all(urls.map((url) => ask(ports, routeProbe(url), { connect: reach, reach, signal })))
}

/** A failed gate in words, with what the services that it speaks of wrote last: afterwards their containers are gone. */
export async function sayFailed(engine: Engine, instance: App, gate: Gate, verdict: Extract<GateVerdict, { is: 'fail' }>, hide: Hide): Promise<{ says: string; lastLines: string[] }> {
  const { why } = verdict
  const lastLines = await lastLinesOf(engine, instance, gate.deployment, servicesToHear(verdict, gate.deployment.services.map(({ name }) => name)), hide.lines)
  const heard = why.kind === 'identity' && 'lastLines' in why.reason ? { ...verdict, why: { ...why, reason: { ...why.reason, lastLines } } } : verdict
  return { says: hide.text(sayGate(heard)), lastLines }
}

function servicesToHear(verdict: GateVerdict, all: ServiceName[]): ServiceName[] {
  if (verdict.is !== 'fail') return []
  return verdict.why.kind === 'identity' && 'service' in verdict.why.reason ? [verdict.why.reason.service] : all
}
