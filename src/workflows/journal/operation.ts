import type { PauseReason, StepEntry, StepsTaken } from '../../domain/model/journal.ts'
import type { OpenOperation, Outcome } from '../../domain/model/platform.ts'
import { plainLine, withStop } from '../../lib/plain-text.ts'
import { isPortError } from '../../ports/port-error.ts'
import { LeaveUntouched, StandStill, type Step, TurnBack, type Ways } from './step.ts'

/** The file behind it: `append` returns once the line is on disk, and `history` shows it. */
export interface Journal<Open extends StepsTaken = OpenOperation, Result = Outcome> {
  readonly history: { readonly open: Open | null }
  append(entry: StepEntry<Result | Untouched>): Promise<void>
}

/** It ended before anything was touched. */
export interface Untouched {
  is: 'untouched'
  why: string
}

export type Walked<Result = Outcome> =
  | { is: 'ended'; outcome: Result | Untouched }
  /** It stays open. */
  | { is: 'paused'; because: PauseReason; why: string; next: string }

/** `forward`: end what is under way, and go back where something was touched, so that nothing is left down. `back`: stop even that, and leave it to the next start. */
export interface Endings {
  forward: AbortSignal
  back: AbortSignal
}

/** An operation in which more processes than this were killed goes back: it may be itself what kills them. One that said why it stands still is no such death. */
const MOST_DEATHS = 3

/**
 * Carries the open operation to its end, from wherever it is.
 *
 *     forward: intend ─ act ─ done ─ intend ─ act ─ done ─ … ─ ended (committed)
 *                        │ TurnBack: `turned`
 *     back:              └► intend ─ act ─ done ─ … ─ ended (rolled back | stuck)
 *
 *     StandStill, or a host that does not answer: `paused`, and still open.
 *
 * Killed anywhere, the next process reads which steps were done and in which direction it was going, and goes on with the first that was not.
 */
export async function walk<Open extends StepsTaken, Result>(journal: Journal<Open, Result>, ways: Ways<Open, Result>, given: Endings & { /** What is called to go on: `reconcile`. */ again: string; onStep(step: string, direction: 'forward' | 'back'): void }): Promise<Walked<Result>> {
  const operation = openIn(journal)
  if (operation.intended.length > 0 && mayTurn(ways, operation) && operation.deaths > MOST_DEATHS) {
    await journal.append({ entry: 'turned', why: `${operation.deaths} processes that worked on it ended without a word`, blames: 'host' })
  }
  for (;;) {
    const direction = operation.turned ? 'back' : 'forward'
    const step = (operation.turned ? ways.back(operation) : ways.forward).find(({ name }) => !(name in operation.done))
    if (!step) {
      const outcome = operation.turned ? ways.takenBack(operation) : ways.arrived(operation)
      await journal.append({ entry: 'ended', outcome })
      return { is: 'ended', outcome }
    }
    if (given[direction].aborted) {
      const ended = `ended by ${String(given[direction].reason ?? 'a signal')}, before: ${step.name}.`
      if (!mayTurn(ways, operation) || ways.isInUse?.(operation) || ways.back(operation).length === 0) return await pause(journal, new StandStill('host', ended, `The next ${given.again} goes on with it.`))
      await journal.append({ entry: 'turned', why: ended, blames: 'host' })
      continue
    }
    given.onStep(step.name, direction)
    try {
      await take(journal, step, operation)
    } catch (error) {
      if (error instanceof LeaveUntouched) {
        const outcome: Untouched = { is: 'untouched', why: plainLine(error.message) }
        await journal.append({ entry: 'ended', outcome })
        return { is: 'ended', outcome }
      }
      // Told to end: above is decided what that means here.
      if (given[direction].aborted) continue
      if (error instanceof TurnBack && mayTurn(ways, operation)) await journal.append({ entry: 'turned', why: plainLine(error.message), blames: error.blames })
      else return await pause(journal, standStill(error, step, direction, given.again))
    }
  }
}

function mayTurn<Open extends StepsTaken, Result>(ways: Ways<Open, Result>, operation: Open): boolean {
  return !operation.turned && !ways.isCommitted(operation)
}

async function take<Open extends StepsTaken, Result>(journal: Journal<Open, Result>, step: Step<Open>, operation: Open): Promise<void> {
  await journal.append({ entry: 'intend', step: step.name })
  const found = await step.act(operation)
  await journal.append({ entry: 'done', step: step.name, ...(found ? { found } : {}) })
}

/** Going back has no other way left: whatever ends it needs a person. Going forward, a host that does not answer is waited out. */
function standStill(error: unknown, step: { name: string }, direction: 'forward' | 'back', again: string): StandStill {
  if (error instanceof StandStill) return error
  const why = `${step.name}: ${error instanceof Error ? (isPortError(error) || error instanceof TurnBack ? error.message : (error.stack ?? error.message)) : String(error)}`
  if (direction === 'back') return new StandStill('stuck', why, `Mend what it says, then ${again} again: it goes on from there.`)
  return new StandStill('host', why, `Mend the host; the next ${again} goes on with it.`)
}

async function pause<Open extends StepsTaken, Result>(journal: Journal<Open, Result>, { because, message, next }: StandStill): Promise<Extract<Walked, { is: 'paused' }>> {
  // Whoever tells it puts the next move behind it.
  const why = withStop(plainLine(message))
  await journal.append({ entry: 'paused', because, why, next })
  return { is: 'paused', because, why, next }
}

function openIn<Open extends StepsTaken, Result>(journal: Journal<Open, Result>): Open {
  const { open } = journal.history
  if (!open) throw new Error('there is no operation to carry out')
  return open
}
