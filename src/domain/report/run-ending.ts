import type { RunId, RunResults } from '../model/run.ts'
import { runWord } from './words.ts'

/** `clean`: nothing of the run is left. `commandLine`: a command of ours as people can type it. */
interface Given {
  clean: boolean
  commandLine(command: string): string
}

/** A run that has no results and that nobody works on. */
export function sayDied(run: RunId, { clean, commandLine }: Given): string {
  return `${run} died before its end. ${clean ? 'Nothing of it is left.' : `${commandLine(`runs clean ${run}`)} removes what it left.`}`
}

/** A run that was never begun. */
export function sayRefused(run: RunId): string {
  return `${run} was refused before it was begun: what was asked for could not be done. Nothing was made.`
}

/** A run that was never begun, and not for what was asked. */
export function sayMistaken(run: RunId): string {
  return `${run} was not begun: cc-ci itself failed, and what it said then is its mistake to report. This says nothing about the recipe. Nothing was made.`
}

/** What became of a run that was asked to end: it may have been through already. */
export function sayCancelled(results: RunResults, { clean, commandLine }: Given): string {
  const { id, teardown } = results
  const how = wasCancelled(results) ? `${id} is cancelled` : `${id} was past cancelling (${runWord(results)})`
  if (clean) return `${how}. It is torn down, and nothing of it is left.`
  if (teardown.verdict === 'not-applicable') return `${how}. Its app is kept, as it was started with --keep; ${commandLine(`runs clean ${id}`)} removes it.`
  const left = teardown.leftovers.map(({ kind, name }) => `${kind} ${name}`).join(', ')
  return `${how}, but it is NOT torn down${left === '' ? '' : ` (${left})`}. ${commandLine(`runs clean ${id}`)} removes what it left.`
}

/** Its app is there because a person wants to look at it. */
export function isKept({ results, gone }: { results: Pick<RunResults, 'tiers'> | null; gone: boolean }): boolean {
  return !gone && results !== null && results.tiers.some(({ name, verdict }) => name === 'teardown' && verdict === 'not-applicable')
}

/** It did not get to its end because somebody wanted it so. */
export function wasCancelled({ tiers }: Pick<RunResults, 'tiers'>): boolean {
  return tiers.some(({ cause }) => cause === 'interrupted')
}
