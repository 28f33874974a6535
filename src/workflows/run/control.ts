import { outcomeWord } from '../../domain/report/words.ts'
import type { ControlRun, RunEvent } from '../../domain/model/run.ts'
import type { RunContext, RunRequest } from './context.ts'
import type { Done } from './done.ts'
import type { EndSignals } from '../app/end-signals.ts'
import type { RunOutcome } from './outcome.ts'

const COMPARED = ['backup', 'restore', 'custom'] as const

function isCompared(name: string): name is (typeof COMPARED)[number] {
  return (COMPARED as readonly string[]).includes(name)
}

/**
 * On red after the upgrade: the same tier on the base alone. It tells "was already broken" from "this change broke it".
 * The upgrade itself needs none: the base stood in this very run. Never throws: what keeps it from telling anything is an answer, too.
 */
export async function controlRun(context: RunContext, done: Done, signals: EndSignals, run: (request: RunRequest, onEvent: (event: RunEvent) => void) => Promise<RunOutcome>): Promise<ControlRun | undefined> {
  const { base } = done.versions
  const failed = done.outcomes.map(({ record }) => record).find((record) => isCompared(record.name) && record.verdict === 'fail')
  if (!failed || !isCompared(failed.name) || !base || context.request.controlOf !== undefined) return undefined
  const { name } = failed
  const none = (why: string): ControlRun => {
    const told = context.record.redact(why)
    context.emit({ kind: 'note', at: context.ports.clock.now(), text: `no control run: ${told}` })
    return { is: 'none', why: told }
  }
  const ended = () => none(`ended by ${signals.cancel.reason}`)
  if (signals.cancel.aborted) return ended()
  context.emit({ kind: 'note', at: context.ports.clock.now(), text: `control run: does ${name} fail on ${base.release?.version.text ?? 'the base'} too?` })
  const request: RunRequest = { ...context.request, ref: base.commit, base: { is: 'none' }, tiers: name === 'restore' ? ['backup', 'restore'] : [name], keep: false, controlOf: context.app.run }
  let outcome: RunOutcome
  try {
    outcome = await run(request, (event) => {
      if (event.kind === 'tier-ended') context.emit({ kind: 'note', at: event.at, text: `control run: ${event.tier.name} ${outcomeWord(event.tier)}` })
    })
  } catch (error) {
    return signals.cancel.aborted ? ended() : none(error instanceof Error ? error.message : String(error))
  }
  if (outcome.is === 'refused') return none(outcome.message)
  const { results } = outcome
  const onBase = results.tiers.find((tier) => tier.name === name)
  await keep(context, JSON.stringify(results, null, 2), onBase?.verdict ?? 'not run')
  if (onBase?.verdict === 'fail') return onBase.cause === failed.cause && onBase.reason === failed.reason ? { is: 'fails-alike' } : { is: 'fails-otherwise', tier: name, says: onBase.reason }
  if (onBase?.verdict === 'pass') return { is: 'works' }
  if (signals.cancel.aborted) return ended()
  return none(onBase?.verdict === 'not-applicable' || onBase?.verdict === 'unverified' ? onBase.reason : [results.summary.what, results.summary.why].join(' ').trim())
}

/** What cannot be kept (a full disk) costs the evidence, never what it told. */
async function keep(context: RunContext, content: string, verdict: string): Promise<void> {
  const path = await context.record.evidence('control-run.json', content).catch(() => undefined)
  if (path !== undefined) context.evidence.push({ name: 'control-run.json', path, about: `the same tier on the base alone: ${verdict}` })
}
