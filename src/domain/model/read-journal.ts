import { fit, type Misfit, type Schema, z } from '../../lib/schema.ts'
import type { Numbered, RecordTrouble, StepEntry, StepsTaken } from './journal.ts'

/** What every line has. */
export const lineHead = { v: z.literal(1), n: z.number(), at: z.number() }
export const blames = z.enum(['version', 'host'])
const found = z.record(z.string(), z.unknown())

/** The lines of steps, for a journal whose operations end so. */
export function stepLines<Outcome extends z.ZodType>(outcome: Outcome) {
  return [
    z.object({ ...lineHead, entry: z.literal('intend'), step: z.string() }),
    z.object({ ...lineHead, entry: z.literal('done'), step: z.string(), found: found.optional() }),
    z.object({ ...lineHead, entry: z.literal('turned'), why: z.string(), blames }),
    z.object({ ...lineHead, entry: z.literal('paused'), because: z.enum(['inconclusive', 'host', 'stuck']), why: z.string(), next: z.string() }),
    z.object({ ...lineHead, entry: z.literal('resumed'), pid: z.number() }),
    z.object({ ...lineHead, entry: z.literal('ended'), outcome }),
  ] as const
}

export function noSteps(): StepsTaken {
  return { turned: undefined, intended: [], done: {}, resumed: 0, deaths: 0, inherited: [], paused: undefined }
}

/** One more line of an open operation. Its end is for the caller to take in. */
export function takeStep(open: StepsTaken, line: Exclude<StepEntry<never>, { entry: 'ended' }>): void {
  switch (line.entry) {
    case 'intend':
      open.intended.push(line.step)
      open.paused = undefined
      return
    case 'done':
      open.done[line.step] = line.found ?? {}
      open.paused = undefined
      return
    case 'turned':
      open.turned = { why: line.why, blames: line.blames }
      return
    case 'paused':
      open.paused = { because: line.because, why: line.why, next: line.next }
      return
    case 'resumed':
      open.resumed += 1
      if (!open.paused) open.deaths += 1
      open.paused = undefined
      if (!open.turned) open.inherited = [...open.intended]
      return
  }
}

/**
 * Reads a journal into `history`. A line that a death or a full disk tore is no harm where the numbers go on without a gap: what it announced had not begun.
 * Everything else that cannot be read is. `takeIn` answers a sentence where a line cannot follow.
 */
export function readLines<Line extends Numbered<object>, History extends { lastN: number }>(
  file: string,
  text: string,
  given: { history: History; line: Schema<Line>; takeIn(history: History, line: Line): string | undefined; mend: string },
): History | RecordTrouble {
  const { history, mend } = given
  let torn: number | undefined
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue
    const json = parsed(written)
    if (json === undefined) {
      torn ??= index + 1
      continue
    }
    const version = (json as { v?: unknown } | null)?.v
    if (typeof version === 'number' && version > 1) return future(`${file}:${index + 1}`, `its form is ${version}, and this cc-ci knows 1`)
    const fitted = fit<Line>(given.line, json)
    if (!('value' in fitted)) return { trouble: 'unreadable', file: `${file}:${index + 1}`, says: misfitSays(fitted.misfits), mend }
    const line = fitted.value
    if (line.n !== history.lastN + 1) {
      return { trouble: torn === undefined ? 'unreadable' : 'torn', file: `${file}:${torn ?? index + 1}`, says: `line ${history.lastN + 1} of the journal is missing or cannot be read; what follows is line ${line.n}`, mend }
    }
    torn = undefined
    const trouble = given.takeIn(history, line)
    if (trouble) return { trouble: 'unreadable', file: `${file}:${index + 1}`, says: trouble, mend }
  }
  return history
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Torn or changed by hand: the caller names the place.
    return undefined
  }
}

/** The first of them, without its full stop: more follows. */
export function misfitSays([first]: readonly Misfit[]): string {
  return first!.message.replace(/\.$/, '')
}

export function future(file: string, says: string): RecordTrouble {
  return { trouble: 'future', file, says, mend: 'It was written by a newer cc-ci: install that one again. Nothing of it was changed.' }
}
