const UNITS: Record<string, number> = {
  us: 0.001, usec: 0.001, µs: 0.001,
  ms: 1, msec: 1,
  '': 1_000, s: 1_000, sec: 1_000, second: 1_000, seconds: 1_000,
  m: 60_000, min: 60_000, minute: 60_000, minutes: 60_000,
  h: 3_600_000, hr: 3_600_000, hour: 3_600_000, hours: 3_600_000,
  d: 86_400_000, day: 86_400_000, days: 86_400_000,
  w: 604_800_000, week: 604_800_000, weeks: 604_800_000,
}

/** A time span as systemd.time(7) has it: `90`, `15min`, `1h 30s`. ms; null: for ever; undefined: it is none. */
export function parseTimeSpan(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === 'infinity') return null
  if (!/^(\d+(\.\d+)?\s*[a-zµ]*\s*)+$/.test(trimmed)) return undefined
  let ms = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]*)/g)) {
    const factor = UNITS[unit!]
    if (factor === undefined) return undefined
    ms += Number(amount) * factor
  }
  return ms
}
