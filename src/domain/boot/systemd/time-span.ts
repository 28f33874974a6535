const UNITS: ReadonlyMap<string, number> = new Map(Object.entries({
  us: 0.001, usec: 0.001, µs: 0.001, μs: 0.001,
  ms: 1, msec: 1,
  '': 1_000, s: 1_000, sec: 1_000, second: 1_000, seconds: 1_000,
  m: 60_000, min: 60_000, minute: 60_000, minutes: 60_000,
  h: 3_600_000, hr: 3_600_000, hour: 3_600_000, hours: 3_600_000,
  d: 86_400_000, day: 86_400_000, days: 86_400_000,
  w: 604_800_000, week: 604_800_000, weeks: 604_800_000,
  M: 2_629_800_000, month: 2_629_800_000, months: 2_629_800_000,
  y: 31_557_600_000, year: 31_557_600_000, years: 31_557_600_000,
}))

/** A time span as systemd.time(7) has it: `90`, `15min`, `1h 30s`. ms; null: for ever; undefined: it is none. */
export function parseTimeSpan(text: string): number | null | undefined {
  const trimmed = text.trim()
  if (trimmed === 'infinity') return null
  const part = /(\d+(?:\.\d+)?)\s*([A-Za-zµμ]*)\s*/y
  let ms: number | undefined
  while (part.lastIndex < trimmed.length) {
    const [, amount, unit] = part.exec(trimmed) ?? []
    const factor = UNITS.get(unit ?? 'none')
    if (factor === undefined) return undefined
    ms = (ms ?? 0) + Number(amount) * factor
  }
  return ms
}
