import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndedOperation, LastGood, OpenOperation, Outcome, PlatformHistory } from '../model/platform.ts'
import { isVersion, parseVersion } from '../recipe/version.ts'
import { type Decision, decide, failedVersions, type ReleaseSeen, rollbacksInARow, type Running, type Situation } from './reconcile.ts'

const NOW = Date.UTC(2026, 0, 10)
const DAY = 86_400_000

/** `1.2.0+3`, with ` !` for a note that asks a person, ` ?` for one that cannot be read, ` young` for one of an hour ago. */
function release(written: string): ReleaseSeen {
  const [text = '', mark] = written.split(' ')
  const version = parseVersion(text)
  assert.ok(isVersion(version))
  const note = mark === '!' ? ({ is: 'text', text: 'You must migrate by hand.' } as const) : mark === '?' ? ({ is: 'unreadable', why: 'no text' } as const) : ({ is: 'none' } as const)
  return { version, commit: `c-${text}`, at: mark === 'young' ? NOW - 3_600_000 : NOW - 30 * DAY, note }
}

function good(version: string): LastGood {
  return { schema: 1, app: 'a', domain: 'a.example', recipe: 'a', version, commit: `c-${version}`, images: {}, gate: { asked: [], passes: 3, ms: 10_000 }, at: 0, adopted: false, config: 'now' }
}

type Told = ['committed' | 'stuck' | 'stuck by the host' | 'approved', string, string?] | ['rolled-back' | 'host' | 'untouched', string]

/** What happened, in order; 1.0.0+1 is the first that there was. */
function history(...told: Told[]): PlatformHistory {
  const made: PlatformHistory = { lastN: told.length, open: null, operations: [], approvals: [] }
  for (const [index, [what, version, more]] of told.entries()) {
    const n = index + 1
    if (what === 'approved') {
      made.approvals.push({ n, at: n, version, lifts: more!, by: 'ops' })
      continue
    }
    const outcome: Outcome =
      what === 'committed' ? { is: 'committed', version } : what === 'untouched' ? { is: 'untouched', why: '429' } : isStuck(what) ? { is: 'stuck', why: 'x', next: '', ...(what === 'stuck' ? {} : { blames: 'host' }) } : { is: 'rolled-back', to: version === '1.0.0+1' ? null : '1.0.0+1', tried: version, why: 'it crashed', blames: what === 'host' ? 'host' : 'version' }
    const operation: EndedOperation = { n, id: `o${n}`, kind: isStuck(what) ? 'repair' : version === '1.0.0+1' ? 'install' : 'upgrade', from: !isStuck(what) && version === '1.0.0+1' ? null : '1.0.0+1', to: version, beganAt: 0, endedAt: 1, outcome }
    made.operations.push(operation)
  }
  return made
}

const isStuck = (what: Told[0]) => what === 'stuck' || what === 'stuck by the host'

/** The present version was rolled back with each of these settings. */
function tried(...configs: string[]): PlatformHistory {
  return triedBy('version', ...configs)
}

function triedBy(blames: 'version' | 'host', ...configs: string[]): PlatformHistory {
  const outcome: Outcome = { is: 'rolled-back', to: '1.0.0+1', tried: '1.0.0+1', why: 'it crashed', blames }
  const operations = configs.map((config, index): EndedOperation => ({ n: index + 1, id: `o${index + 1}`, kind: 'upgrade', from: '1.0.0+1', to: '1.0.0+1', config, beganAt: 0, endedAt: 1, outcome }))
  return { ...history(), lastN: operations.length, operations }
}

const healthy = (version: string | null): Running => ({ version, health: { is: 'healthy' } })
const ill = (version: string | null): Running => ({ version, health: { is: 'unhealthy', why: 'no answer' } })
const open = { id: 'o', kind: 'upgrade', to: { version: '1.1.0+2', commit: 'c' } } as OpenOperation

function short(decision: Decision): string {
  switch (decision.do) {
    case 'hold':
      return `hold ${decision.at ?? 'nothing'}: ${decision.hold.kind}${decision.hold.kind === 'manual-steps' ? ` of ${decision.hold.release}` : decision.hold.kind === 'no-release' && decision.hold.isSourceSilent ? ' that is known' : ''}`
    case 'repair':
      return `repair ${decision.to.version}${decision.held ? `, held: ${decision.held.kind}` : ''}`
    case 'upgrade':
      return `upgrade ${decision.from.version} → ${decision.to.version} (${decision.to.commit})`
    case 'nothing':
      return `nothing at ${decision.at}`
    case 'install':
    case 'adopt':
      return `${decision.do} ${decision.to.version}`
    default:
      return decision.do
  }
}

interface Row {
  that: string
  running: Running | null
  lastGood?: string
  releases: string[]
  history?: PlatformHistory
  coolingOffMs?: number
  config?: string
  isSourceSilent?: boolean
  domain?: string
  volumes?: string[]
  stateless?: boolean
  then: string
}

const rows: Row[] = [
  { that: 'T23: what was interrupted comes before everything', running: null, releases: ['1.0.0+1', '2.0.0+2'], history: { ...history(), open }, then: 'recover' },
  { that: 'nobody could look', running: { version: null, health: { is: 'unknown', why: 'no answer' } }, lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], then: 'wait' },

  { that: 'nothing deployed, nothing known', running: null, releases: ['1.0.0+1', '1.1.0+2'], then: 'install 1.1.0+2' },
  { that: 'nothing deployed, nothing published', running: null, releases: [], then: 'hold nothing: no-release' },
  { that: 'nothing deployed, and the recipe out of reach: nobody knows what is published', running: null, releases: [], isSourceSilent: true, then: 'hold nothing: no-release that is known' },
  { that: 'an install that failed is not tried again by itself', running: null, releases: ['1.0.0+1'], history: history(['rolled-back', '1.0.0+1']), then: 'hold nothing: failed-before' },
  { that: 'an install that failed by the host is', running: null, releases: ['1.0.0+1'], history: history(['host', '1.0.0+1']), then: 'install 1.0.0+1' },
  { that: 'an install that failed and was approved is', running: null, releases: ['1.0.0+1'], history: history(['rolled-back', '1.0.0+1'], ['approved', '1.0.0+1', 'failed-before']), then: 'install 1.0.0+1' },
  { that: 'T15: nothing deployed, and data from nobody knows which version', running: null, releases: ['1.0.0+1', '2.0.0+2'], volumes: ['a_data'], then: 'hold nothing: data-without-record' },
  { that: 'the same, where no data has to go back with its version', running: null, releases: ['1.0.0+1', '2.0.0+2'], volumes: ['a_data'], stateless: true, then: 'install 2.0.0+2' },
  { that: 'the same, approved', running: null, releases: ['1.0.0+1', '2.0.0+2'], volumes: ['a_data'], history: history(['approved', '2.0.0+2', 'data-without-record']), then: 'install 2.0.0+2' },
  { that: 'the same, and another version was approved', running: null, releases: ['1.0.0+1', '2.0.0+2'], volumes: ['a_data'], history: history(['approved', '1.0.0+1', 'data-without-record']), then: 'hold nothing: data-without-record' },
  { that: 'T23: nothing deployed, its known-good is gone, and the journal says that there was one', running: null, releases: ['1.0.0+1', '2.0.0+2'], stateless: true, history: history(['committed', '1.0.0+1']), then: 'hold nothing: data-without-record' },
  { that: 'an approval of before counts for what was tried before', running: null, releases: ['1.0.0+1'], history: history(['approved', '1.0.0+1', 'data-without-record'], ['committed', '1.0.0+1']), then: 'hold nothing: data-without-record' },
  { that: 'T15: other settings give it another domain: its data has the name of the one before', running: null, lastGood: '1.0.0+1', releases: ['1.0.0+1'], domain: 'b.example', then: 'hold 1.0.0+1: other-domain' },
  { that: 'T15: the same in the middle of an operation', running: null, lastGood: '1.0.0+1', releases: ['1.0.0+1'], domain: 'b.example', history: { ...history(), open: { ...open, domain: 'a.example' } }, then: 'hold 1.0.0+1: other-domain' },
  { that: 'T15: the same in the middle of a first install', running: null, releases: ['1.0.0+1'], domain: 'b.example', history: { ...history(), open: { ...open, domain: 'a.example' } }, then: 'hold nothing: other-domain' },
  { that: 'what is known-good and gone comes back as it was, though a newer one is there', running: null, lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], then: 'repair 1.0.0+1' },
  { that: 'the same with the recipe out of reach', running: null, lastGood: '1.0.0+1', releases: [], isSourceSilent: true, then: 'repair 1.0.0+1' },

  { that: 'it runs and is well, and we have no record', running: healthy('1.0.0+1'), releases: ['1.0.0+1', '1.1.0+2'], then: 'adopt 1.0.0+1' },
  { that: 'it runs, is ill, and we have no record', running: ill('1.0.0+1'), releases: ['1.0.0+1'], then: 'hold 1.0.0+1: unknown' },
  { that: 'it runs what was never published', running: healthy('9.0.0+1'), releases: ['1.0.0+1'], then: 'hold 9.0.0+1: unknown' },
  { that: 'it runs, we have no record, and the recipe is out of reach', running: healthy('1.0.0+1'), releases: [], isSourceSilent: true, then: 'hold 1.0.0+1: unknown' },
  { that: 'it runs and does not say what', running: healthy(null), lastGood: '1.0.0+1', releases: ['1.0.0+1'], then: 'hold nothing: unknown' },
  { that: 'a person deployed another version, and it is well', running: healthy('1.1.0+2'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], then: 'adopt 1.1.0+2' },
  { that: 'T60: a person deployed another version, it is ill: its data may be another one\'s', running: ill('1.1.0+2'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], then: 'hold 1.1.0+2: unknown' },

  { that: 'the latest runs and is well', running: healthy('1.1.0+2'), lastGood: '1.1.0+2', releases: ['1.0.0+1', '1.1.0+2'], then: 'nothing at 1.1.0+2' },
  { that: 'the latest runs and is ill', running: ill('1.1.0+2'), lastGood: '1.1.0+2', releases: ['1.0.0+1', '1.1.0+2'], then: 'repair 1.1.0+2' },
  { that: 'newer than any release', running: healthy('1.1.0+2'), lastGood: '1.1.0+2', releases: ['1.0.0+1'], then: 'nothing at 1.1.0+2' },
  { that: 'the recipe is out of reach', running: healthy('1.1.0+2'), lastGood: '1.1.0+2', releases: [], isSourceSilent: true, then: 'nothing at 1.1.0+2' },
  { that: 'three repairs in a row did not help', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], history: history(['stuck', '1.0.0+1'], ['stuck', '1.0.0+1'], ['stuck', '1.0.0+1']), then: 'hold 1.0.0+1: repairs-in-a-row' },
  { that: 'three repairs that the host kept from helping say nothing of the next one', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], history: history(['stuck by the host', '1.0.0+1'], ['stuck by the host', '1.0.0+1'], ['stuck by the host', '1.0.0+1']), then: 'repair 1.0.0+1' },
  { that: 'three repairs did not help, and a person wants another', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], history: history(['stuck', '1.0.0+1'], ['stuck', '1.0.0+1'], ['stuck', '1.0.0+1'], ['approved', '1.0.0+1', 'repairs-in-a-row']), then: 'repair 1.0.0+1' },

  { that: 'a newer release', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.0.1+2', '1.1.0+2'], then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'a newer release while the present one is ill', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'another app version under the same number is no newer release', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.0.0+2'], then: 'nothing at 1.0.0+1' },

  { that: 'a major release', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2'], then: 'hold 1.0.0+1: major' },
  { that: 'a major release, approved', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2'], history: history(['approved', '2.0.0+2', 'major']), then: 'upgrade 1.0.0+1 → 2.0.0+2 (c-2.0.0+2)' },
  { that: 'another major release than the one that was approved', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2', '3.0.0+3'], history: history(['approved', '2.0.0+2', 'major']), then: 'hold 1.0.0+1: major' },
  { that: 'an approval lifts one hold: the note behind it still holds', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2 !'], history: history(['approved', '2.0.0+2', 'major']), then: 'hold 1.0.0+1: manual-steps of 2.0.0+2' },
  { that: 'T34: an approval of which the registry made no try is for the next one', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2'], history: history(['approved', '2.0.0+2', 'major'], ['untouched', '2.0.0+2']), then: 'upgrade 1.0.0+1 → 2.0.0+2 (c-2.0.0+2)' },
  { that: 'T34: the same after three rollbacks', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.4.0+5'], history: history(['rolled-back', '1.1.0+2'], ['rolled-back', '1.2.0+3'], ['rolled-back', '1.3.0+4'], ['approved', '1.4.0+5', 'rolled-back-in-a-row'], ['untouched', '1.4.0+5']), then: 'upgrade 1.0.0+1 → 1.4.0+5 (c-1.4.0+5)' },
  { that: 'both holds lifted', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2 !'], history: history(['approved', '2.0.0+2', 'major'], ['approved', '2.0.0+2', 'manual-steps']), then: 'upgrade 1.0.0+1 → 2.0.0+2 (c-2.0.0+2)' },
  { that: 'a note two releases back asks a person', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2 !', '1.2.0+3', '1.3.0+4'], then: 'hold 1.0.0+1: manual-steps of 1.1.0+2' },
  { that: 'a note of the present release asks nobody any more', running: healthy('1.1.0+2'), lastGood: '1.1.0+2', releases: ['1.1.0+2 !', '1.2.0+3'], then: 'upgrade 1.1.0+2 → 1.2.0+3 (c-1.2.0+3)' },
  { that: 'a note that cannot be read', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2 ?'], then: 'hold 1.0.0+1: manual-steps of 1.1.0+2' },
  { that: 'a version that failed before', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: history(['rolled-back', '1.1.0+2']), then: 'hold 1.0.0+1: failed-before' },
  { that: 'a version that failed by the host\'s fault', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: history(['host', '1.1.0+2']), then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'a version that failed before, approved', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: history(['rolled-back', '1.1.0+2'], ['approved', '1.1.0+2', 'failed-before']), then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'an approval counts once', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: history(['rolled-back', '1.1.0+2'], ['approved', '1.1.0+2', 'failed-before'], ['rolled-back', '1.1.0+2']), then: 'hold 1.0.0+1: failed-before' },
  { that: 'a newer release than the one that failed', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2', '1.2.0+3'], history: history(['rolled-back', '1.1.0+2']), then: 'upgrade 1.0.0+1 → 1.2.0+3 (c-1.2.0+3)' },
  { that: 'three rollbacks in a row', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.4.0+5'], history: history(['rolled-back', '1.1.0+2'], ['rolled-back', '1.2.0+3'], ['rolled-back', '1.3.0+4']), then: 'hold 1.0.0+1: rolled-back-in-a-row' },
  { that: 'three rollbacks of one version by the host\'s fault: each took the app down', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: history(['host', '1.1.0+2'], ['host', '1.1.0+2'], ['host', '1.1.0+2']), then: 'hold 1.0.0+1: rolled-back-in-a-row' },
  { that: 'three rollbacks in a row, approved', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.4.0+5'], history: history(['rolled-back', '1.1.0+2'], ['rolled-back', '1.2.0+3'], ['rolled-back', '1.3.0+4'], ['approved', '1.4.0+5', 'rolled-back-in-a-row']), then: 'upgrade 1.0.0+1 → 1.4.0+5 (c-1.4.0+5)' },
  { that: 'three rollbacks with one that was committed in between', running: healthy('1.2.0+3'), lastGood: '1.2.0+3', releases: ['1.2.0+3', '1.5.0+6'], history: history(['rolled-back', '1.1.0+2'], ['committed', '1.2.0+3'], ['rolled-back', '1.3.0+4'], ['rolled-back', '1.4.0+5']), then: 'upgrade 1.2.0+3 → 1.5.0+6 (c-1.5.0+6)' },
  { that: 'too young', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2 young'], coolingOffMs: DAY, then: 'hold 1.0.0+1: cooling-off' },
  { that: 'young, and nobody asked for an age', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2 young'], then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'other settings than it was deployed with', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'other settings, while it is ill: they may be what mends it', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'other settings, while it is ill and three repairs did not help', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: history(['stuck', '1.0.0+1'], ['stuck', '1.0.0+1'], ['stuck', '1.0.0+1']), then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'other settings that were tried, while it is ill', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: tried('other'), then: 'repair 1.0.0+1, held: settings-failed-before' },
  { that: 'other settings that were tried', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: tried('other'), then: 'hold 1.0.0+1: settings-failed-before' },
  { that: 'other settings than those that were tried', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'third', history: tried('other'), then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'other settings that the host took back twice are tried again', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: triedBy('host', 'other', 'other'), then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'other settings that the host took back three times: each took the app down', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: triedBy('host', 'other', 'other', 'other'), then: 'hold 1.0.0+1: settings-rolled-back-in-a-row' },
  { that: 'three times, of which one was with settings of before', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: triedBy('host', 'third', 'other', 'other'), then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'three times, approved', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1'], config: 'other', history: { ...triedBy('host', 'other', 'other', 'other'), approvals: [{ n: 4, at: 4, version: '1.0.0+1', lifts: 'settings-rolled-back-in-a-row', by: 'ops' }] }, then: 'upgrade 1.0.0+1 → 1.0.0+1 (c-1.0.0+1)' },
  { that: 'three settings that did not do say nothing of the next release', running: healthy('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '1.1.0+2'], history: tried('other', 'third', 'fourth'), then: 'upgrade 1.0.0+1 → 1.1.0+2 (c-1.1.0+2)' },
  { that: 'held and ill: the present one is repaired', running: ill('1.0.0+1'), lastGood: '1.0.0+1', releases: ['1.0.0+1', '2.0.0+2'], then: 'repair 1.0.0+1, held: major' },
]
for (const { that, then, ...row } of rows) {
  const situation: Situation = { running: row.running, lastGood: row.lastGood === undefined ? null : good(row.lastGood), releases: row.releases.map(release), ...(row.isSourceSilent ? { isSourceSilent: true } : {}), history: row.history ?? history(), stateless: row.stateless ?? false, domain: row.domain ?? 'a.example', volumes: row.volumes ?? [], config: row.config ?? 'now', coolingOffMs: row.coolingOffMs ?? 0, now: NOW }
  test(`decision: ${that}`, () => assert.equal(short(decide(situation)), then))
}

test('what runs and is not on record is called unpublished only where the recipe could be asked', () => {
  const whyHeld = (over: Partial<Situation>) => {
    const decision = decide({ running: healthy('1.0.0+1'), lastGood: null, releases: [], history: history(), stateless: false, domain: 'a.example', volumes: [], config: 'now', coolingOffMs: 0, now: NOW, ...over })
    return decision.do === 'hold' && decision.hold.kind === 'unknown' && decision.hold.why
  }
  assert.equal(whyHeld({}), 'it runs 1.0.0+1, which is no published version of the recipe')
  assert.equal(whyHeld({ isSourceSilent: true }), 'it runs 1.0.0+1, which is not on record, and its published versions are not known')
})

test('what the history says of itself', () => {
  const { operations } = history(['committed', '1.0.0+1'], ['rolled-back', '1.1.0+2'], ['host', '1.1.0+2'], ['rolled-back', '1.2.0+3'])
  assert.equal(rollbacksInARow(operations), 3)
  assert.deepEqual(failedVersions(operations), ['1.1.0+2', '1.2.0+3'])
  assert.deepEqual(failedVersions(tried('other').operations), [], 'the version runs, with the settings before')
})
