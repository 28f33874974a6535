import { parseDuration } from '../compose/duration.ts'

/** A time as people write it: `90s`, `1m30s`, `2h`, or a plain number of seconds. Undefined where it is none, or not more than nothing. */
export function milliseconds(written: string | number): number | undefined {
  const ms = typeof written === 'number' ? written * 1000 : Number(parseDuration(written.trim()) ?? -1n) / 1e6
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined
}
