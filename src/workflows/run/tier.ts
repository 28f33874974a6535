import { verdictOfReason } from '../../domain/plan/blame.ts'
import { linesToShow } from '../../domain/report/last-lines.ts'
import { oneLine } from '../../domain/report/words.ts'
import type { Reason } from '../../domain/model/reason.ts'
import type { StepRecord, TierRecord } from '../../domain/model/run.ts'
import type { RunContext } from './context.ts'
import { watchHost } from './host-trouble.ts'
import { reasonOfError, Stopped } from './stopped.ts'

/** What a tier's body works with. */
export interface Tier {
  name: TierRecord['name']
  /** Aborts when the tier's or the run's time is up, when somebody cancels, or when a guard sees a crash. */
  signal: AbortSignal
  /** Does one thing, timed and told; what it throws ends the tier. */
  step<T>(name: string, given: { waitsFor?: string; limitMs?: number }, work: (step: Step) => Promise<T>): Promise<T>
  /** Ends the tier from outside its flow, with a reason: a guard that saw a crash. */
  abort(reason: Reason): void
  /** Undefined while nothing went wrong. */
  reason(): Reason | undefined
}

export interface Step {
  /** A sentence that stands beside a passed step. */
  note(text: string): void
  /** Tells people what it waits for now. */
  waits(text: string): void
  attach(name: string, about: string, content: string): Promise<void>
}

export interface TierOutcome {
  record: TierRecord
  reason: Reason | undefined
}

/** Why the run as a whole was told to end; the signal's abort reason. */
export type RunEnd = { by: 'person'; says: string } | { by: 'deadline'; limitMs: number }

/**
 * Runs one tier: its own deadline, every step recorded, every error turned into a reason. Never throws.
 */
export async function runTier(given: {
  context: RunContext
  name: TierRecord['name']
  limitMs: number
  runSignal: AbortSignal
  body(tier: Tier): Promise<void>
}): Promise<TierOutcome> {
  const { context, name, limitMs, runSignal } = given
  const { clock } = context.ports
  const startedAt = clock.monotonic()
  const steps: StepRecord[] = []
  const abort = new AbortController()
  const deadline = clock.deadline(limitMs)
  const signal = AbortSignal.any([abort.signal, deadline.signal, runSignal])
  const host = watchHost(context)
  let current = 'start'
  let aborted: Reason | undefined
  context.emit({ kind: 'tier-started', at: clock.now(), tier: name, limitMs })

  const outside = (): Reason | undefined => {
    if (aborted) return aborted
    if (runSignal.aborted) return reasonOfRunEnd(runSignal.reason, name)
    if (deadline.signal.aborted) return { reason: 'deadline', waitedFor: `the tier ${name} (at: ${current})`, limitMs, lastSeen: '', lastLines: [] }
    return undefined
  }

  const tier: Tier = {
    name,
    signal,
    abort(reason) {
      aborted ??= reason
      abort.abort()
    },
    reason: outside,
    async step(stepName, { waitsFor, limitMs: stepLimit }, work) {
      current = stepName
      const at = clock.now()
      const from = clock.monotonic()
      const step: StepRecord = { name: stepName, verdict: 'pass', at, ms: 0, ...(waitsFor ? { waitedFor: waitsFor } : {}) }
      steps.push(step)
      context.emit({ kind: 'step-started', at, tier: name, step: stepName, ...(waitsFor ? { waitsFor } : {}), ...(stepLimit ? { limitMs: stepLimit } : {}) })
      const attach = async (evidenceName: string, about: string, content: string) => {
        const path = await context.record.evidence(evidenceName, content)
        context.evidence.push({ name: evidenceName, path, about })
        step.evidence = [...(step.evidence ?? []), evidenceName]
      }
      const end = ({ verdict, reason, cause, lastLines }: Pick<StepRecord, 'verdict' | 'reason' | 'cause' | 'lastLines'>) => {
        step.verdict = verdict
        step.ms = Math.round(clock.monotonic() - from)
        if (reason) step.reason = reason
        if (cause) step.cause = cause
        if (lastLines) step.lastLines = lastLines
        context.emit({ kind: 'step-ended', at: clock.now(), tier: name, step: { ...step } })
      }
      const early = outside()
      if (early) {
        end(whyOf(early))
        throw new Stopped(early)
      }
      let note: string | undefined
      try {
        const answer = await work({
          note: (text) => {
            note = text
          },
          waits: (text) => context.emit({ kind: 'step-started', at: clock.now(), tier: name, step: stepName, waitsFor: text, ...(stepLimit ? { limitMs: stepLimit } : {}) }),
          attach,
        })
        const late = outside()
        if (late) throw new Stopped(late)
        end({ verdict: 'pass', ...(note === undefined ? {} : { reason: note }) })
        return answer
      } catch (error) {
        const reason = outside() ?? reasonOfError(error, stepName)
        if (hasLines(reason)) {
          await attach(`last-lines-${name}-${steps.length}.txt`, `the last lines when "${stepName}" failed`, reason.lastLines.join('\n'))
        }
        end({ ...whyOf(reason), ...(hasLines(reason) && { lastLines: linesToShow(reason.lastLines) }) })
        throw new Stopped(reason, error)
      }
    },
  }

  let reason: Reason | undefined
  try {
    await given.body(tier)
    reason = outside()
  } catch (error) {
    reason = outside() ?? reasonOfError(error, current)
  } finally {
    deadline.cancel()
    // Whatever still watches the app for this tier has nobody left to tell.
    abort.abort()
  }
  if (name !== 'teardown') reason = (await host.trouble(reason)) ?? reason
  const record: TierRecord = {
    name,
    verdict: 'pass',
    reason: '',
    ...(reason && whyOf(reason)),
    ms: Math.round(clock.monotonic() - startedAt),
    steps,
  }
  record.reason = context.record.redact(record.reason)
  context.emit({ kind: 'tier-ended', at: clock.now(), tier: record })
  return { record, reason }
}

/** A tier that is not run, with why. */
export function tierWithout(name: TierRecord['name'], reason: Reason): TierOutcome {
  return { record: { name, ...whyOf(reason), ms: 0, steps: [] }, reason }
}

function whyOf(reason: Reason): Pick<TierRecord, 'verdict' | 'reason'> & { cause: string } {
  return { verdict: verdictOfReason(reason), reason: oneLine(reason), cause: reason.reason }
}

function hasLines(reason: Reason): reason is Extract<Reason, { lastLines: string[] }> {
  return 'lastLines' in reason && reason.lastLines.length > 0
}

export function reasonOfRunEnd(end: unknown, tier: string): Reason {
  const known = end as RunEnd | undefined
  if (known?.by === 'deadline') return { reason: 'deadline', waitedFor: `the whole run (in the tier ${tier})`, limitMs: known.limitMs, lastSeen: '', lastLines: [] }
  return { reason: 'interrupted', by: known?.by === 'person' ? known.says : 'a signal' }
}
