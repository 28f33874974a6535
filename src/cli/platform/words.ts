import type { Outcome } from '../../domain/model/platform.ts'
import { isSettingsRollback } from '../../domain/plan/what-failed.ts'
import { needsAPerson, sayHold } from '../../domain/report/hold.ts'
import { sayLost } from '../../domain/report/lost-requests.ts'
import type { Told } from '../../workflows/reconcile/told.ts'
import { EXIT } from '../command.ts'

/** How a reconcile ended, in one or two lines. */
export function sayTold(app: string, told: Told): string[] {
  return [...sayResult(app, told), ...(told.alertTrouble === undefined ? [] : [`${app}: the alert could not be written: ${told.alertTrouble}`])]
}

function sayResult(app: string, { result, sourceTrouble }: Told): string[] {
  const trouble = sourceTrouble === undefined ? [] : [`${app}: nobody knows whether there is a newer version: ${sourceTrouble}`]
  switch (result.is) {
    case 'busy':
      return [`${app}: left alone, because process ${result.holder.pid} works on it: ${result.holder.why}`]
    case 'damaged':
      return [`${app}: its record cannot be used: ${result.trouble.file}: ${result.trouble.says}. ${result.trouble.mend}`]
    case 'unknown':
      return [...trouble, `${app}: nobody could look: ${result.why}`]
    case 'held': {
      const { why, next } = sayHold(result.hold)
      return [...trouble, ...result.before.map((outcome) => `${app}: ${sayOutcome(outcome)}`), `${app}: ${result.at === null ? 'nothing runs' : `stays at ${result.at}`}, held: ${why}. ${next}`]
    }
    case 'paused':
      return [...trouble, ...result.before.map((outcome) => `${app}: ${sayOutcome(outcome)}`), `${app}: ${result.because === 'stuck' ? 'STUCK' : 'stands still'} in the ${result.kind} to ${result.to}${result.down ? `, and ${result.down} down` : ''}: ${result.why} ${result.next}`]
    case 'done':
      return [
        ...trouble,
        ...[...result.before, ...(result.outcome ? [result.outcome] : [])].map((outcome) => `${app}: ${sayOutcome(outcome)}`),
        ...[result.lost && sayLost(result.lost)].flatMap((says) => (says === undefined ? [] : [`${app}: ${says}`])),
        ...(result.decision === 'nothing' ? [`${app}: nothing to do, ${result.at} runs and is well`] : []),
        ...(result.held ? [`${app}: held: ${sayHold(result.held).why}`] : []),
      ]
  }
}

export function sayOutcome(outcome: Outcome): string {
  switch (outcome.is) {
    case 'committed':
      return `committed ${outcome.version}`
    case 'rolled-back':
      return `${outcome.to === null ? `took ${outcome.tried} away again` : isSettingsRollback(outcome) ? `went back to the settings before, ${outcome.to} runs` : `rolled back from ${outcome.tried} to ${outcome.to}`}: ${outcome.why}${outcome.unwell === undefined ? '' : ` STUCK: ${outcome.to} is not well either: ${outcome.unwell}`}`
    case 'stuck':
      return `STUCK: ${outcome.why} ${outcome.next}`
    case 'untouched':
      return `nothing was touched: ${outcome.why}`
  }
}

/** What the process ends with; docs/operate/platform.md has the table. */
export function exitOf({ result, sourceTrouble, alertTrouble }: Told): number {
  const otherwise = sourceTrouble === undefined && alertTrouble === undefined ? EXIT.pass : EXIT.infra
  switch (result.is) {
    case 'busy':
    case 'damaged':
    case 'unknown':
      return EXIT.infra
    case 'held':
      return needsAPerson(result) ? EXIT.stuck : worstExit([otherwise, ...result.before.map((outcome) => exitOfOutcome(outcome, result.at))])
    case 'paused':
      return result.because === 'stuck' || result.down ? EXIT.stuck : EXIT.infra
    case 'done':
      return worstExit([otherwise, ...[...(isOvercome(result) ? [] : result.before), ...(result.outcome ? [result.outcome] : [])].map((outcome) => exitOfOutcome(outcome, result.at))])
  }
}

/** What went back first was tried again, or something newer was, and that is what runs. */
function isOvercome({ decision, outcome }: Extract<Told['result'], { is: 'done' }>): boolean {
  return decision !== 'repair' && outcome?.is === 'committed'
}

/** `at`: what runs now. */
function exitOfOutcome(outcome: Outcome, at: string | null): number {
  switch (outcome.is) {
    case 'committed':
      return EXIT.pass
    case 'rolled-back':
      // Whoever comes after it must not start: nothing ran before, and nothing runs now (trap 14).
      return (outcome.to === null && at === null) || outcome.unwell !== undefined ? EXIT.stuck : EXIT.fail
    case 'stuck':
      return EXIT.stuck
    case 'untouched':
      return EXIT.infra
  }
}

/** Of several: what needs a person comes first, then what was taken back, then the host. */
export function worstExit(codes: readonly number[]): number {
  return [EXIT.stuck, EXIT.fail, EXIT.infra].find((code) => codes.includes(code)) ?? EXIT.pass
}
