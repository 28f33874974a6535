import type { BootRecord, UnitOutcome } from '../../model/boot.ts'
import { sayDuration } from '../duration.ts'
import type { ProgressLine } from '../progress.ts'

const ENDS: Record<UnitOutcome['is'], { tone: ProgressLine['tone']; word: string }> = {
  up: { tone: 'pass', word: 'is up' },
  down: { tone: 'pass', word: 'is down' },
  'left-out': { tone: 'quiet', word: 'is left out' },
  'not-up': { tone: 'fail', word: 'is NOT UP' },
  'not-down': { tone: 'fail', word: 'is NOT DOWN' },
  'needs-dead': { tone: 'blocked', word: 'was not begun' },
  ended: { tone: 'unverified', word: 'was ended' },
}

/** What became of one unit, in a line or a few. */
export function outcomeLines(outcome: UnitOutcome, width = 0): ProgressLine[] {
  const { unit, is, says, next, beganAt, endedAt, did, tries, isOptional } = outcome
  const isAsWanted = is === 'up' || is === 'down'
  const took = beganAt === null || endedAt === null ? '' : ` after ${sayDuration(endedAt - beganAt)}`
  const asides = [...(tries > 1 ? [`at try ${tries}`] : []), ...(isOptional && !isAsWanted ? ['optional'] : [])]
  const line = `${unit.padEnd(width)}  ${ENDS[is].word}${took}${isAsWanted && !did ? ', as before' : ''}${asides.length > 0 ? ` (${asides.join(', ')})` : ''}`
  return [
    { indent: 0, tone: ENDS[is].tone, text: line },
    ...says.split('\n').filter((text) => text !== '' && is !== 'left-out').map((text): ProgressLine => ({ indent: 2, tone: isAsWanted ? 'quiet' : 'plain', text })),
    ...(next === undefined ? [] : [{ indent: 2, tone: 'plain', text: `next: ${next}` } satisfies ProgressLine]),
  ]
}

/** The whole, in one sentence. */
export function sayBoot({ units, beganAt, endedAt, does }: BootRecord): string {
  const came = units.filter(({ is }) => is === does)
  const not = units.filter(({ is }) => is !== does && is !== 'left-out')
  const changed = came.filter(({ did }) => did)
  const time = sayDuration(endedAt - beganAt)
  if (not.length > 0) return `${came.length} of ${came.length + not.length} units ${came.length === 1 ? 'is' : 'are'} ${does} after ${time}; not ${does}: ${not.map(({ unit }) => unit).join(', ')}.`
  if (changed.length === 0) return `Everything is ${does}, and nothing had to be done for it (${time}).`
  return `Everything is ${does} after ${time}; something was done for ${changed.map(({ unit }) => unit).join(', ')}.`
}
