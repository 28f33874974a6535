import type { Answer, GateProbe, GateRule, GateVerdict, Identity, Met, Observation } from '../model/gate.ts'
import { servicesOf } from './converge.ts'
import { type Answer as ProbeAnswer, excerpt, isProxyFallback } from './answer.ts'

/** An answer of a probe as far as a gate looks at it (the port's own union fits). */
export type Seen = ProbeAnswer & { headers?: Record<string, string>; certificate?: { validTo: number } }

const DAY = 86_400_000

/** What a probe met. `now`: ms UTC. */
export function whatItMet(probe: GateProbe, seen: Seen, now: number): Met {
  switch (seen.kind) {
    case 'refused':
      return { met: 'refused', says: seen.says }
    case 'timed-out':
      return { met: 'timed-out', after: seen.after }
    case 'wrong-certificate':
      return { met: 'wrong-certificate', says: seen.says }
    case 'broken':
      return { met: 'broken', says: seen.says }
    case 'not-sent':
      return { met: 'no-probe', says: seen.says }
    case 'answered':
      return whatAnswered(probe, seen, now)
  }
}

function whatAnswered(probe: GateProbe, seen: Extract<Seen, { kind: 'answered' }>, now: number): Met {
  const { status, body } = seen
  if (isProxyFallback(seen)) return { met: 'fallback-page' }
  const right = probe.kind === 'route' ? status < 500 : probe.status.length > 0 ? probe.status.includes(status) : status < 400
  if (!right) {
    const redirectsTo = status >= 300 && status < 400 ? seen.headers?.location : undefined
    return { met: 'wrong-status', status, ...(redirectsTo ? { redirectsTo } : {}) }
  }
  if (probe.contains !== undefined && !body.includes(probe.contains)) {
    const got = excerpt(body)
    const isOld = probe.oldContains !== undefined && probe.oldContains !== probe.contains && body.includes(probe.oldContains)
    return { met: isOld ? 'old-version' : 'wrong-content', wanted: probe.contains, got }
  }
  return { met: 'as-expected', ...(seen.certificate ? { certificateDays: Math.floor((seen.certificate.validTo - now) / DAY) } : {}) }
}

/**
 * The gate's verdict on all observations so far, oldest first.
 *
 *     waiting for identity ──► asking ──► N good ones in a row over the dwell ──► pass
 *              │                  │  ▲──── a bad one begins the count anew
 *              └── failed ──► fail ◄── the deadline, or the same wrong answer for too long
 *
 * INVARIANTS
 * - Nothing an app answers counts before its identity is right (traps 4, 5, 9), and a crash at any time is a fail (trap 6); for a last resort it begins the count anew.
 * - A deadline alone never passes; where the last look could not be made, nobody knows: inconclusive.
 */
export function judge(rule: GateRule, observations: readonly Observation[], nowMs: number): GateVerdict {
  const last = observations.at(-1)
  if (!last) return { is: 'going-on', for: 'the first look' }
  if (last.identity.is === 'failed' && !rule.lastResort) return { is: 'fail', why: { kind: 'identity', reason: last.identity.why } }

  const streak = goodStreak(observations)
  const first = streak[0]
  if (first && streak.length >= rule.passes && last.atMs - first.atMs >= rule.dwellMs) return passed(streak, last.atMs - first.atMs)
  if (first && first.atMs <= rule.deadlineMs) return { is: 'going-on', for: `${Math.min(streak.length, rule.passes)} of ${rule.passes} good answers over ${Math.round((last.atMs - first.atMs) / 1000)} of ${Math.round(rule.dwellMs / 1000)} s` }

  const why = waitsFor(last)
  if (nowMs <= rule.deadlineMs && (rule.lastResort || !answersTheSameForTooLong(rule, observations))) return { is: 'going-on', for: why }
  return whatTheLastLookSays(rule, last, why)
}

/** The look at the commit: everything at once, and no second chance. */
export function judgeAtCommit(rule: GateRule, observation: Observation): GateVerdict {
  return judge({ ...rule, passes: 1, dwellMs: 0, deadlineMs: 0 }, [{ ...observation, atMs: 0 }], 1)
}

export function isGood({ identity, answers }: Observation): boolean {
  return identity.is === 'running' && answers.every(({ met }) => met.met === 'as-expected')
}

function goodStreak(observations: readonly Observation[]): Observation[] {
  const lastBad = observations.findLastIndex((observation) => !isGood(observation))
  return observations.slice(lastBad + 1)
}

function passed(streak: Observation[], ms: number): GateVerdict {
  const days = streak.at(-1)!.answers.flatMap(({ met }) => (met.met === 'as-expected' && met.certificateDays !== undefined ? [met.certificateDays] : []))
  return { is: 'pass', passes: streak.length, ms: Math.round(ms), ...(days.length > 0 ? { certificateDays: Math.min(...days) } : {}) }
}

function whatTheLastLookSays(rule: GateRule, { identity, answers }: Observation, why: string): GateVerdict {
  if (identity.is === 'unknown') return { is: 'inconclusive', says: identity.says }
  if (identity.is === 'failed') return { is: 'fail', why: { kind: 'identity', reason: identity.why } }
  if (identity.is === 'waiting') return { is: 'fail', why: { kind: 'deadline', waitedFor: why, limitMs: rule.deadlineMs } }
  const bad = answers.filter(({ met }) => met.met !== 'as-expected')
  const wrong = bad.filter(({ met }) => met.met !== 'no-probe')
  const own = wrong.find(({ probe }) => probe.kind === 'own')
  if (own && rule.behindProxy && isUnconnected(own.met)) return { is: 'inconclusive', says: `the proxy could not be asked for ${own.probe.url}: ${sayMet(own.met)}. Mend the proxy.` }
  if (own) return { is: 'fail', why: { kind: 'behaviour', answer: own } }
  if (wrong.length > 0) return { is: 'fail', why: { kind: 'routes', lost: wrong } }
  const unasked = bad[0]?.met
  if (unasked?.met === 'no-probe') return { is: 'inconclusive', says: unasked.says }
  return { is: 'fail', why: { kind: 'deadline', waitedFor: why, limitMs: rule.deadlineMs } }
}

function isUnconnected(met: Met): boolean {
  return met.met === 'refused' || (met.met === 'timed-out' && met.after === 'connect')
}

/** Only answers of the app's own that no waiting changes: behind a 5xx, the proxy's page or a refusal it may still be starting. */
function answersTheSameForTooLong(rule: GateRule, observations: readonly Observation[]): boolean {
  const last = observations.at(-1)!
  const key = finalAnswer(last)
  if (key === undefined) return false
  const since = observations.findLastIndex((observation) => finalAnswer(observation) !== key) + 1
  return last.atMs - observations[since]!.atMs >= rule.sameAnswerMs
}

function finalAnswer({ identity, answers }: Observation): string | undefined {
  const own = answers.filter(({ probe, met }) => probe.kind === 'own' && met.met !== 'as-expected')
  if (identity.is !== 'running' || own.length === 0 || !own.every(({ met }) => isFinal(met))) return undefined
  return JSON.stringify(own)
}

function isFinal(met: Met): boolean {
  if (met.met === 'wrong-status') return met.status < 500
  return met.met === 'wrong-content' || met.met === 'wrong-certificate'
}

function waitsFor({ identity, answers }: Observation): string {
  const said = sayIdentity(identity)
  if (said !== undefined) return said
  const bad = answers.find(({ met }) => met.met !== 'as-expected')
  return bad ? `${bad.probe.url} to answer ${bad.probe.says} (now: ${sayMet(bad.met)})` : 'good answers'
}

function sayIdentity(identity: Identity): string | undefined {
  if (identity.is === 'waiting') return identity.for
  if (identity.is === 'unknown') return `the engine to answer (${identity.says})`
  if (identity.is === 'failed') return `${servicesOf(identity.why).map((name) => `service ${name}`).join(', ') || 'the host'} to mend itself (now: ${identity.why.reason})`
  return undefined
}

/** Which of the routes that were asked before the deploy are the baseline: those that led somewhere (trap 62). On a cold boot it is empty. */
export function baselineOf(answers: readonly Answer[]): string[] {
  return answers.filter(({ met }) => met.met === 'as-expected').map(({ probe }) => probe.url)
}

export function routeProbe(url: string): GateProbe {
  return { url, kind: 'route', status: [], says: 'as before the deploy: led to its app' }
}

/** What a probe met, in words. */
export function sayMet(met: Met): string {
  switch (met.met) {
    case 'as-expected':
      return 'as expected'
    case 'wrong-status':
      return `HTTP ${met.status}${met.redirectsTo === undefined ? '' : `, a redirect to ${met.redirectsTo}, which is not followed`}`
    case 'wrong-content':
      return `an answer without ${JSON.stringify(met.wanted)}: ${met.got}`
    case 'old-version':
      return `the old version still answers: ${met.got} instead of ${JSON.stringify(met.wanted)}`
    case 'fallback-page':
      return "the proxy's own page: no router leads to a healthy task"
    case 'wrong-certificate':
      return `wrong certificate: ${met.says}`
    case 'refused':
      return `connection refused (${met.says})`
    case 'timed-out':
      return `no ${met.after === 'connect' ? 'connection' : 'answer'} in time`
    case 'broken':
      return `a broken answer: ${met.says}`
    case 'no-probe':
      return `it could not be asked: ${met.says}`
  }
}
