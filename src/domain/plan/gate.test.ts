import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GateProbe, GateRule, GateVerdict, Identity, Met, Observation } from '../model/gate.ts'
import { baselineOf, judge, judgeAtCommit, routeProbe, type Seen, whatItMet } from './gate.ts'

const own: GateProbe = { url: 'https://app.example/', says: 'HTTP 200', kind: 'own', status: [200], contains: '3.6.12', oldContains: '3.0.4' }
const route = routeProbe('https://other.example/')
const rule: GateRule = { probes: [own], passes: 3, dwellMs: 10_000, deadlineMs: 60_000, sameAnswerMs: 30_000, lastResort: false, behindProxy: false }

const running: Identity = { is: 'running' }
const waiting: Identity = { is: 'waiting', for: 'service app' }
const crashed: Identity = { is: 'failed', why: { reason: 'crashed-after-ready', service: 'app', afterMs: 8_000, lastLines: [] } }
const good: Met = { met: 'as-expected' }

/** Seconds → what was seen then. */
function seen(...looks: Array<[seconds: number, identity: Identity, own?: Met, route?: Met]>): Observation[] {
  return looks.map(([seconds, identity, ownMet, routeMet]) => ({
    atMs: seconds * 1_000,
    identity,
    answers: [...(ownMet ? [{ probe: own, met: ownMet }] : []), ...(routeMet ? [{ probe: route, met: routeMet }] : [])],
  }))
}

function short(verdict: GateVerdict): string {
  if (verdict.is !== 'fail') return verdict.is
  const { why } = verdict
  return why.kind === 'behaviour' ? `fail: ${why.answer.met.met}` : `fail: ${why.kind}`
}

const cases: Array<{ that: string; looks: Observation[]; now?: number; then: string }> = [
  { that: 'nothing was looked at yet', looks: [], then: 'going-on' },
  { that: 'three good answers in a row over the dwell', looks: seen([0, running, good], [5, running, good], [10, running, good]), then: 'pass' },
  { that: 'three good answers before the dwell is over', looks: seen([0, running, good], [1, running, good], [2, running, good]), then: 'going-on' },
  { that: 'the dwell is over with too few good answers', looks: seen([0, running, good], [10, running, good]), then: 'going-on' },
  { that: 'a bad answer in between begins the count anew', looks: seen([0, running, good], [5, running, { met: 'refused', says: '' }], [6, running, good], [11, running, good]), then: 'going-on' },
  { that: 'T5: good answers while something else runs count for nothing, and the deadline ends it', looks: seen([0, waiting, good], [30, waiting, good], [61, waiting, good]), now: 61, then: 'fail: deadline' },
  { that: 'T5: the engine went back by itself', looks: seen([0, waiting], [3, { is: 'failed', why: { reason: 'engine-rolled-back', service: 'app', engineSays: '', lastLines: [] } }]), then: 'fail: identity' },
  { that: 'T6: a crash after good answers fails at once', looks: seen([0, running, good], [5, running, good], [8, crashed]), then: 'fail: identity' },
  { that: 'T4: the fallback page is waited out to the deadline, and then it is a fail', looks: seen([0, running, { met: 'fallback-page' }], [61, running, { met: 'fallback-page' }]), now: 61, then: 'fail: fallback-page' },
  { that: 'T4: the fallback page may still become an answer', looks: seen([0, running, { met: 'fallback-page' }], [40, running, { met: 'fallback-page' }]), now: 40, then: 'going-on' },
  { that: 'T4: the old version that still answers', looks: seen([61, running, { met: 'old-version', wanted: '3.6.12', got: '3.0.4' }]), now: 61, then: 'fail: old-version' },
  { that: 'the same wrong content for 30 s will not change', looks: seen([0, running, { met: 'wrong-content', wanted: 'a', got: 'b' }], [31, running, { met: 'wrong-content', wanted: 'a', got: 'b' }]), now: 31, then: 'fail: wrong-content' },
  { that: 'a wrong certificate for 30 s will not change', looks: seen([0, running, { met: 'wrong-certificate', says: 'x' }], [31, running, { met: 'wrong-certificate', says: 'x' }]), now: 31, then: 'fail: wrong-certificate' },
  { that: 'another wrong content than before may go on changing', looks: seen([0, running, { met: 'wrong-content', wanted: 'a', got: 'b' }], [31, running, { met: 'wrong-content', wanted: 'a', got: 'c' }]), now: 31, then: 'going-on' },
  { that: 'a 503 for 30 s may still be a start', looks: seen([0, running, { met: 'wrong-status', status: 503 }], [31, running, { met: 'wrong-status', status: 503 }]), now: 31, then: 'going-on' },
  { that: 'refused to the end', looks: seen([61, running, { met: 'refused', says: 'ECONNREFUSED' }]), now: 61, then: 'fail: refused' },
  { that: 'timed out to the end', looks: seen([61, running, { met: 'timed-out', after: 'connect' }]), now: 61, then: 'fail: timed-out' },
  { that: 'T62: the app answers and another one is no longer led anywhere', looks: seen([0, running, good, { met: 'fallback-page' }], [61, running, good, { met: 'fallback-page' }]), now: 61, then: 'fail: routes' },
  { that: 'T62: a pass takes the other apps in', looks: seen([0, running, good, good], [5, running, good, good], [10, running, good, good]), then: 'pass' },
  { that: 'an engine that does not answer is no verdict', looks: seen([0, running, good], [61, { is: 'unknown', says: 'no answer' }]), now: 61, then: 'inconclusive' },
  { that: 'a probe that cannot run is no verdict', looks: seen([61, running, { met: 'no-probe', says: 'no file descriptors' }]), now: 61, then: 'inconclusive' },
  { that: 'a probe that cannot run beside one that got a wrong answer is a fail', looks: seen([61, running, { met: 'no-probe', says: '' }, { met: 'fallback-page' }]), now: 61, then: 'fail: routes' },
  { that: 'good answers that began before the deadline may finish after it', looks: seen([55, running, good], [61, running, good]), now: 61, then: 'going-on' },
]
for (const { that, looks, now, then } of cases) test(`gate: ${that}`, () => assert.equal(short(judge(rule, looks, (now ?? 0) * 1_000)), then))

const behindProxy: Array<{ that: string; looks: Observation[]; then: string }> = [
  { that: 'T38: a proxy that refuses every connection says nothing of the app behind it', looks: seen([61, running, { met: 'refused', says: 'ECONNREFUSED' }]), then: 'inconclusive' },
  { that: 'T38: nor does one that cannot be connected to', looks: seen([61, running, { met: 'timed-out', after: 'connect' }]), then: 'inconclusive' },
  { that: 'an app that does not answer in time, behind a proxy that took the request', looks: seen([61, running, { met: 'timed-out', after: 'answer' }]), then: 'fail: timed-out' },
  { that: 'an app that crashed, behind a proxy that is away', looks: seen([61, crashed, { met: 'refused', says: '' }]), then: 'fail: identity' },
]
for (const { that, looks, then } of behindProxy) test(`the gate behind another app's proxy: ${that}`, () => assert.equal(short(judge({ ...rule, behindProxy: true }, looks, 61_000)), then))

const lastResort: Array<{ that: string; looks: Observation[]; now: number; then: string }> = [
  { that: 'a crash begins the count anew', looks: seen([0, running, good], [5, running, good], [8, crashed], [10, running, good], [15, running, good]), now: 15, then: 'going-on' },
  { that: 'three good answers after a crash', looks: seen([8, crashed], [10, running, good], [15, running, good], [20, running, good]), now: 20, then: 'pass' },
  { that: 'the same wrong content for 30 s may change where a person mends it', looks: seen([0, running, { met: 'wrong-content', wanted: 'a', got: 'b' }], [31, running, { met: 'wrong-content', wanted: 'a', got: 'b' }]), now: 31, then: 'going-on' },
  { that: 'crashed to the end, with its reason', looks: seen([61, crashed]), now: 61, then: 'fail: identity' },
]
for (const { that, looks, now, then } of lastResort) test(`the gate of a last resort: ${that}`, () => assert.equal(short(judge({ ...rule, lastResort: true }, looks, now * 1_000)), then))

test('a gate without probes is its identity alone', () => {
  assert.equal(judge({ ...rule, probes: [], passes: 1, dwellMs: 0 }, seen([0, running]), 0).is, 'pass')
})

test('T3: at the commit everything is looked at once more, and there is no second chance', () => {
  const at = (observation: Observation) => short(judgeAtCommit(rule, observation))
  assert.equal(at(seen([0, running, good, good])[0]!), 'pass')
  assert.equal(at(seen([0, waiting])[0]!), 'fail: deadline')
  assert.equal(at(seen([0, running, { met: 'fallback-page' }])[0]!), 'fail: fallback-page')
  assert.equal(at(seen([0, running, good, { met: 'refused', says: '' }])[0]!), 'fail: routes')
  assert.equal(at(seen([0, { is: 'unknown', says: '' }])[0]!), 'inconclusive')
})

const NOW = Date.UTC(2026, 0, 1)
const answered = (status: number, body = '', more: object = {}): Seen => ({ kind: 'answered', status, body, headers: {}, ...more })
const met: Array<{ that: string; probe?: GateProbe; seen: Seen; then: Met }> = [
  { that: 'the right answer', seen: answered(200, '3.6.12'), then: { met: 'as-expected' } },
  { that: 'the right answer, with days left', seen: answered(200, '3.6.12', { certificate: { validTo: NOW + 12.5 * 86_400_000 } }), then: { met: 'as-expected', certificateDays: 12 } },
  { that: 'T4: the proxy\'s own page', seen: answered(404, '404 page not found\n'), then: { met: 'fallback-page' } },
  { that: 'T4: the proxy\'s own page is not what a route led to', probe: route, seen: answered(404, '404 page not found\n'), then: { met: 'fallback-page' } },
  { that: 'T4: a login redirect, which is not followed', seen: answered(302, '', { headers: { location: 'https://sso.example/' } }), then: { met: 'wrong-status', status: 302, redirectsTo: 'https://sso.example/' } },
  { that: 'T4: the old version', seen: answered(200, '{"Version":"3.0.4"}'), then: { met: 'old-version', wanted: '3.6.12', got: JSON.stringify('{"Version":"3.0.4"}') } },
  { that: 'something else', seen: answered(200, 'hello'), then: { met: 'wrong-content', wanted: '3.6.12', got: '"hello"' } },
  { that: '401, which nobody named', probe: { ...own, status: [] }, seen: answered(401), then: { met: 'wrong-status', status: 401 } },
  { that: 'another app that wants a login was led to', probe: route, seen: answered(401), then: { met: 'as-expected' } },
  { that: 'another app\'s own 404 was led to', probe: route, seen: answered(404, 'no such note'), then: { met: 'as-expected' } },
  { that: 'another app\'s proxy error was not', probe: route, seen: answered(502, 'Bad Gateway'), then: { met: 'wrong-status', status: 502 } },
  { that: 'a certificate of somebody else', seen: { kind: 'wrong-certificate', says: 'self-signed' }, then: { met: 'wrong-certificate', says: 'self-signed' } },
  { that: 'refused', seen: { kind: 'refused', says: 'ECONNREFUSED' }, then: { met: 'refused', says: 'ECONNREFUSED' } },
  { that: 'timed out', seen: { kind: 'timed-out', after: 'answer' }, then: { met: 'timed-out', after: 'answer' } },
  { that: 'T41: nobody, as no such request can be made: that is no wrong answer', seen: { kind: 'not-sent', says: 'Invalid URL' }, then: { met: 'no-probe', says: 'Invalid URL' } },
]
for (const { that, probe, seen: answer, then } of met) test(`a probe met: ${that}`, () => assert.deepEqual(whatItMet(probe ?? own, answer, NOW), then))

test('T62: the baseline is what answered before, and empty on a cold boot', () => {
  const other = routeProbe('https://down.example/')
  assert.deepEqual(baselineOf([{ probe: route, met: good }, { probe: other, met: { met: 'wrong-status', status: 503 } }]), ['https://other.example/'])
  assert.deepEqual(baselineOf([]), [])
})
