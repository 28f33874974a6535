import { plainLine } from '../../lib/plain-text.ts'
import type { RunEvent, Verdict } from '../model/run.ts'
import { sayDuration } from './duration.ts'
import { outcomeWord } from './words.ts'

/** What is under way, folded from the run's events. */
export interface Progress {
  /** ms UTC; 0 before the run began. */
  startedAt: number
  tier: UnderWay | null
  /** Open steps, oldest first: a watch over a dwell time goes on beside others. */
  steps: UnderWay[]
  /** What the engine said last, in this tier. */
  heard: string
}

export interface UnderWay {
  name: string
  /** ms UTC */
  since: number
  waitsFor?: string
  limitMs?: number
}

/** A line for people. `tone` is a verdict's colour, or `quiet`; `indent` counts steps of two columns. */
export interface ProgressLine {
  text: string
  tone: Verdict | 'plain' | 'quiet'
  indent: number
}

export const NOTHING_YET: Progress = { startedAt: 0, tier: null, steps: [], heard: '' }

export function after(progress: Progress, event: RunEvent): Progress {
  switch (event.kind) {
    case 'run-started':
      return { ...NOTHING_YET, startedAt: event.at }
    case 'tier-started':
      return { ...progress, tier: { name: event.tier, since: event.at, limitMs: event.limitMs }, steps: [], heard: '' }
    case 'step-started': {
      const before = progress.steps.find(({ name }) => name === event.step)
      const step: UnderWay = {
        name: event.step,
        // The same step again only says that it now waits for something else.
        since: before?.since ?? event.at,
        ...(event.waitsFor ? { waitsFor: event.waitsFor } : {}),
        ...(event.limitMs ? { limitMs: event.limitMs } : {}),
      }
      return { ...progress, steps: before ? progress.steps.map((one) => (one === before ? step : one)) : [...progress.steps, step] }
    }
    case 'step-ended':
      return { ...progress, steps: progress.steps.filter(({ name }) => name !== event.step.name) }
    case 'tier-ended':
      return { ...progress, tier: null, steps: [], heard: '' }
    case 'engine':
      return { ...progress, heard: heardLine(event) }
    case 'note':
      return progress
    case 'run-ended':
      return { ...progress, tier: null, steps: [], heard: '' }
  }
}

/** What stays on a terminal: the run's head, one line per tier, notes. The rest is seen live. */
export function lastingLines(event: RunEvent): ProgressLine[] {
  switch (event.kind) {
    case 'run-started':
      return headLines(event)
    case 'tier-ended': {
      const { tier } = event
      const took = tier.ms > 0 ? `  ${sayDuration(tier.ms)}` : ''
      const line: ProgressLine = { text: `${SIGNS[tier.verdict]} ${tier.name.padEnd(9)} ${outcomeWord(tier)}${took}`, tone: tier.verdict, indent: 0 }
      return tier.verdict === 'pass' || tier.reason === '' ? [line] : [line, { text: plainLine(tier.reason), tone: 'plain', indent: 1 }]
    }
    case 'note':
      return [{ text: plainLine(event.text), tone: 'quiet', indent: 0 }]
    case 'tier-started':
    case 'step-started':
    case 'step-ended':
    case 'engine':
    case 'run-ended':
      return []
  }
}

/** What goes on now: the tier, its open steps, what they wait for, how long already and at most. Empty between tiers. */
export function liveLines(progress: Progress, now: number): ProgressLine[] {
  const { tier, steps, heard } = progress
  if (tier === null) return []
  return [
    { text: `${tier.name}  ${sayElapsed(tier, now)}`, tone: 'plain', indent: 0 },
    ...steps.slice(-3).flatMap((step): ProgressLine[] => [
      { text: `${plainLine(step.name)}  ${sayElapsed(step, now)}`, tone: 'plain', indent: 1 },
      ...(step.waitsFor ? [{ text: `waits for ${plainLine(step.waitsFor)}`, tone: 'quiet', indent: 2 } satisfies ProgressLine] : []),
    ]),
    ...(heard === '' ? [] : [{ text: heard, tone: 'quiet', indent: 1 } satisfies ProgressLine]),
  ]
}

/** Everything, as lines of a log: for a file, a pipe, another CI server. `before`: what was under way when the event came. */
export function logLines(before: Progress, event: RunEvent): ProgressLine[] {
  switch (event.kind) {
    case 'run-started':
    case 'note':
      return lastingLines(event)
    case 'tier-started':
      return [{ text: `${event.tier}, at most ${sayDuration(event.limitMs)}`, tone: 'plain', indent: 0 }]
    case 'step-started': {
      const known = before.steps.find(({ name }) => name === event.step)
      if (known && known.waitsFor === event.waitsFor) return []
      const limit = event.limitMs && !known ? ` (at most ${sayDuration(event.limitMs)})` : ''
      return [{ text: `${plainLine(event.step)}${event.waitsFor ? `: waits for ${plainLine(event.waitsFor)}` : ''}${limit}`, tone: 'quiet', indent: 1 }]
    }
    case 'step-ended': {
      const { name, verdict, ms, reason } = event.step
      return [{ text: `${plainLine(name)}: ${outcomeWord(event.step)} in ${sayDuration(ms)}${reason ? `. ${plainLine(reason)}` : ''}`, tone: verdict, indent: 1 }]
    }
    case 'engine':
      return [{ text: heardLine(event), tone: 'quiet', indent: 1 }]
    case 'tier-ended': {
      const { name, verdict, ms, reason, steps } = event.tier
      // A step that broke has said why already.
      const said = verdict === 'pass' || steps.some((step) => step.reason === reason) ? '' : reason
      return [{ text: `${name}: ${outcomeWord(event.tier)}${ms > 0 ? ` in ${sayDuration(ms)}` : ''}${said ? `. ${plainLine(said)}` : ''}`, tone: verdict, indent: 0 }]
    }
    case 'run-ended':
      return []
  }
}

/** For a log in which nothing has moved for a while: what it still waits for. */
export function stillLines(progress: Progress, now: number): ProgressLine[] {
  const step = progress.steps.at(-1) ?? progress.tier
  if (!step) return []
  return [{ text: `still ${plainLine(step.name)}, ${sayElapsed(step, now)}${step.waitsFor ? `: waits for ${plainLine(step.waitsFor)}` : ''}`, tone: 'quiet', indent: 1 }]
}

const SIGNS: Record<Verdict, string> = { pass: '✓', fail: '✗', infra: '!', blocked: '○', 'not-applicable': '–', unverified: '?' }

function headLines(event: Extract<RunEvent, { kind: 'run-started' }>): ProgressLine[] {
  return [
    { text: `${plainLine(event.recipe)} on ${event.engine}, run ${event.id}, at ${event.domain}`, tone: 'plain', indent: 0 },
    ...event.plan.map((line): ProgressLine => ({ text: plainLine(line), tone: 'quiet', indent: 1 })),
  ]
}

function heardLine(event: Extract<RunEvent, { kind: 'engine' }>): string {
  return `engine: ${event.service ? `${plainLine(event.service)}: ` : ''}${plainLine(event.text)}`
}

function sayElapsed({ since, limitMs }: UnderWay, now: number): string {
  const elapsed = sayWhole(now - since)
  return limitMs ? `${elapsed} of at most ${sayDuration(limitMs)}` : elapsed
}

/** Without tenths: what changes ten times a second cannot be read. */
function sayWhole(ms: number): string {
  return ms < 1_000 ? '0 s' : ms < 10_000 ? `${Math.floor(ms / 1000)} s` : sayDuration(Math.floor(ms / 1000) * 1000)
}
