import { outcomeWord } from '../../domain/report/words.ts'
import type { RunEvent, Verdict } from '../../domain/model/run.ts'
import type { RunContext, RunRequest } from './context.ts'
import type { Done } from './done.ts'
import type { RunOutcome, RunSignals } from './outcome.ts'

/**
 * On red after the upgrade: the same tier on the base alone. It tells "was already broken" from "this change broke it".
 * The upgrade itself needs none: the base stood in this very run.
 */
export async function controlRun(context: RunContext, done: Done, signals: RunSignals, run: (request: RunRequest, onEvent: (event: RunEvent) => void) => Promise<RunOutcome>): Promise<Verdict | undefined> {
  const { base } = done.versions
  const failed = done.outcomes.find((outcome) => outcome.record.verdict === 'fail' && ['backup', 'restore', 'custom'].includes(outcome.record.name))
  if (!failed || !base || context.request.controlOf !== undefined || signals.cancel.aborted) return undefined
  const name = failed.record.name as 'backup' | 'restore' | 'custom'
  context.emit({ kind: 'note', at: context.ports.clock.now(), text: `control run: does ${name} fail on ${base.release?.version.text ?? 'the base'} too?` })
  const request: RunRequest = { ...context.request, ref: base.commit, base: { is: 'none' }, tiers: name === 'restore' ? ['backup', 'restore'] : [name], keep: false, controlOf: context.app.run }
  const outcome = await run(request, (event) => {
    if (event.kind === 'tier-ended') context.emit({ kind: 'note', at: event.at, text: `control run: ${event.tier.name} ${outcomeWord(event.tier)}` })
  })
  if (outcome.is !== 'done') return undefined
  const verdict = outcome.results.tiers.find((tier) => tier.name === name)?.verdict
  const path = await context.record.evidence('control-run.json', JSON.stringify(outcome.results, null, 2))
  context.evidence.push({ name: 'control-run.json', path, about: `the same tier on the base alone: ${verdict ?? 'not run'}` })
  return verdict
}
