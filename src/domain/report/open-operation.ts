import { type OpenOperation, RESTORE_DATA } from '../model/platform.ts'

/** How far an operation is that is not at its end. `worksOnIt`: who does, where somebody does. */
export function sayOpen(open: OpenOperation, worksOnIt: { pid: number; why: string } | null): string {
  if (worksOnIt) return `process ${worksOnIt.pid} works on it: ${worksOnIt.why}`
  if (open.paused) return open.paused.why
  const by = open.done[RESTORE_DATA]?.by
  if (typeof by === 'string') return `the data was put back by hand by ${by}; the next reconcile goes on from there`
  return `it was interrupted${open.intended.length > 0 ? ` at: ${open.intended.at(-1)}` : ' before its first step'}`
}
