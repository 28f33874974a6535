import type { GateChoice } from './example.ts'
import type { UnitSeen } from './units-seen.ts'

/** What a boot on a throw-away host was held against, and what came of it. */
export interface GateProof {
  gate: GateChoice
  /** What `boot check` said on that host, before it was booted. */
  predicted: Prediction
  boots: BootSeen[]
  claims: Claim[]
}

export interface Prediction {
  verdict: 'sound' | 'refused'
  /** Units that can never come up, by their names for systemd. */
  deadlocked: string[]
  /** The whole of it, in words. */
  says: string
}

/** One boot of the host: from switching it on until nothing of it was under way any more, or until we stopped looking. */
export interface BootSeen {
  title: string
  units: UnitSeen[]
  /** ms from its beginning; how long it was looked at. */
  lookedMs: number
  /** What `systemctl --failed` lists. */
  failed: string[]
  /** Lines of our units, with the seconds since the boot's beginning. */
  journal: string[]
}

/** Something that a boot was to show. */
export interface Claim {
  says: string
  holds: boolean
  /** What was seen. */
  saw: string
}

/** An app's services as they stand, and how often something was done to it. */
export interface Standing {
  /** `name id template`, one line each. */
  services: string[]
  /** Operations on record, oldest first, for people. */
  operations: string[]
}

/** A boot with the gate of old: it stands still where it was said to, and for no other reason. */
export function judgeOld(given: { predicted: Prediction; boot: BootSeen; installed: { refused: boolean; says: string }; proxyAnswers: string }): Claim[] {
  const { predicted, boot } = given
  const still = boot.units.filter(({ state }) => state === 'activating').map(({ unit }) => unit)
  const waiting = boot.units.filter(({ state }) => state === 'waiting').map(({ unit }) => unit)
  return [
    { says: 'boot check refuses it before it boots, and names the unit that can never come up', holds: predicted.verdict === 'refused' && predicted.deadlocked.length > 0, saw: `${predicted.verdict}: ${predicted.deadlocked.join(', ') || 'no deadlock'}` },
    { says: 'host install refuses to install it', holds: given.installed.refused, saw: given.installed.says },
    { says: `it stands still, for as long as it was looked at (${Math.round(boot.lookedMs / 1_000)} s), where the check said it would`, holds: still.length > 0 && still.every((unit) => predicted.deadlocked.includes(unit)), saw: still.length > 0 ? `${still.join(', ')} still activating` : 'no unit was activating any more' },
    { says: 'nothing is wrong with the proxy itself: it answers its own version meanwhile', holds: /"Version"/.test(given.proxyAnswers), saw: given.proxyAnswers },
    { says: 'what its gate asks for waits for it', holds: waiting.length > 0, saw: waiting.length > 0 ? `${waiting.join(', ')} not begun` : 'nobody waits' },
  ]
}

/** A cold boot with our gate. */
export function judgeCold(boot: BootSeen, predicted: Prediction, pageAnswers: boolean, disorder: ReadonlyArray<{ unit: string; before: string }>): Claim[] {
  const down = boot.units.filter(({ state }) => state !== 'up' && state !== 'off')
  const up = boot.units.filter(({ state }) => state === 'up')
  return [
    { says: 'boot check finds it sound before it boots', holds: predicted.verdict === 'sound', saw: predicted.verdict },
    { says: 'from nothing, every unit comes up', holds: down.length === 0 && up.length > 0, saw: down.length === 0 ? `${up.length} units up: ${up.map(sayUp).join(', ')}` : down.map(({ unit, state }) => `${unit} ${state}`).join(', ') },
    { says: 'each begins after those that it is ordered after are up', holds: disorder.length === 0 && up.length > 1, saw: disorder.length === 0 ? up.map(({ unit }) => unit).join(', then ') : disorder.map(({ unit, before }) => `${unit} before ${before}`).join(', ') },
    wellAfter('the page behind the proxy answers', boot, pageAnswers),
  ]
}

/** A later boot of the same host: whatever is there is left as it is. */
export function judgeAgain(says: string, boot: BootSeen, pageAnswers: boolean, before: Standing, after: Standing): Claim[] {
  const [was, is] = [before, after].map(({ services, operations }) => [...services, ...operations]) as [string[], string[]]
  const differs = [...was.filter((line) => !is.includes(line)).map((line) => `before: ${line.slice(0, 300)}`), ...is.filter((line) => !was.includes(line)).map((line) => `after: ${line.slice(0, 300)}`)]
  const isSame = was.join('\n') === is.join('\n')
  return [
    { says: `${says}: nothing is deployed again`, holds: isSame && after.services.length > 0, saw: isSame ? `${after.services.length} services with the ids and specs of before, ${after.operations.length} operations on record as before` : differs.join('; ') },
    wellAfter(`${says}: the page answers`, boot, pageAnswers),
  ]
}

export function judgeRollback(given: { ended: string; operation: string; pageBefore: boolean; pageAfter: boolean; failed: readonly string[] }): Claim[] {
  return [
    { says: 'on that very boot a newer release of the proxy that does not come up is rolled back', holds: /rolled-back/.test(given.operation), saw: given.operation },
    { says: 'its unit does not count as failed, and the page answers before and after', holds: given.ended === 'success' && given.pageBefore && given.pageAfter && given.failed.length === 0, saw: `${given.ended}; the page ${given.pageBefore ? 'answered' : 'did not answer'} before and ${given.pageAfter ? 'answers' : 'does not answer'} after; failed units: ${given.failed.join(', ') || 'none'}` },
  ]
}

function wellAfter(says: string, boot: BootSeen, pageAnswers: boolean): Claim {
  return { says: `${says}, and systemctl --failed is empty`, holds: pageAnswers && boot.failed.length === 0, saw: `${pageAnswers ? 'it answers' : 'it does not answer'}; failed units: ${boot.failed.join(', ') || 'none'}` }
}

function sayUp({ unit, endedMs }: UnitSeen): string {
  return `${unit} after ${((endedMs ?? 0) / 1_000).toFixed(1)} s`
}
