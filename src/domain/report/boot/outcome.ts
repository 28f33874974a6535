import type { BootRecord, UnitOutcome } from '../../model/boot.ts'
import { sayDuration } from '../duration.ts'
import type { ProgressLine } from '../progress.ts'

const TONES: Record<UnitOutcome['is'], ProgressLine['tone']> = { up: 'pass', 'left-out': 'quiet', 'not-up': 'fail', 'needs-dead': 'blocked', ended: 'unverified' }
const WORDS: Record<BootRecord['does'], Record<UnitOutcome['is'], string>> = {
  up: { up: 'is up', 'left-out': 'is left out', 'not-up': 'is NOT UP', 'needs-dead': 'was not begun', ended: 'was ended' },
  down: { up: 'is down', 'left-out': 'is left out', 'not-up': 'is NOT DOWN', 'needs-dead': 'was not begun', ended: 'was ended' },
}

/** What became of one unit, in a line or a few. */
export function outcomeLines(outcome: UnitOutcome, does: BootRecord['does'], width = 0): ProgressLine[] {
  const { unit, is, says, next, beganAt, endedAt, did, tries, isOptional } = outcome
  const took = beganAt === null || endedAt === null ? '' : ` after ${sayDuration(endedAt - beganAt)}`
  const how = is === 'up' && !did ? ', as before' : ''
  const asides = [...(tries > 1 ? [`at try ${tries}`] : []), ...(isOptional && is !== 'up' ? ['optional'] : [])]
  const line = `${unit.padEnd(width)}  ${WORDS[does][is]}${took}${how}${asides.length > 0 ? ` (${asides.join(', ')})` : ''}`
  return [
    { indent: 0, tone: TONES[is], text: line.trimEnd() },
    ...says.split('\n').filter((text) => text !== '' && is !== 'left-out').map((text): ProgressLine => ({ indent: 2, tone: is === 'up' ? 'quiet' : 'plain', text })),
    ...(next === undefined ? [] : [{ indent: 2, tone: 'plain', text: `next: ${next}` } satisfies ProgressLine]),
  ]
}

/** The whole, in one sentence. */
export function sayBoot({ units, beganAt, endedAt, does }: BootRecord): string {
  const came = units.filter(({ is }) => is === 'up')
  const not = units.filter(({ is }) => is === 'not-up' || is === 'needs-dead' || is === 'ended')
  const changed = came.filter(({ did }) => did).length
  const time = sayDuration(endedAt - beganAt)
  const state = does === 'up' ? 'up' : 'down'
  if (not.length > 0) return `${came.length} of ${came.length + not.length} units ${came.length === 1 ? 'is' : 'are'} ${state} after ${time}; not ${state}: ${not.map(({ unit }) => unit).join(', ')}.`
  if (changed === 0) return `Everything is ${state}, and nothing had to be done for it (${time}).`
  return `Everything is ${state} after ${time}; something was done for ${came.filter(({ did }) => did).map(({ unit }) => unit).join(', ')}.`
}
