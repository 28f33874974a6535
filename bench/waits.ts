import type { RunResults, StepRecord } from '../src/domain/model/run.ts'

/**
 * Whether a step is a wait on the engine, or on the app that runs on it. The record says so itself: such a step names what it waits for.
 * What a step does besides waiting counts as waiting; what stands between two steps counts as ours.
 */
export function isWait(step: StepRecord): boolean {
  return step.waitedFor !== undefined
}

/** ms of all waits of a run. Its steps follow each other: none is counted twice. */
export function waitsOf(results: RunResults): number {
  return results.tiers.flatMap(({ steps }) => steps).filter(isWait).reduce((sum, { ms }) => sum + ms, 0)
}
