import type { RunResults } from '../model/run.ts'

/** What a run could not see or what no backup holds; empty where there is no gap. One sentence each, for every surface. */
export function sayUnprobed(results: Pick<RunResults, 'data' | 'backup'>): string[] {
  return [
    ...results.data.unprobed.map((gap) => `not looked into: ${gap.what} (${gap.why})`),
    ...(results.backup && results.backup.notCovered.length > 0 ? [`in no backup: ${results.backup.notCovered.map((volume) => `volume ${volume}`).join(', ')}`] : []),
  ]
}
