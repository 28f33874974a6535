/** A YAML scalar as Docker's client prints it into an environment variable or label (Go's `fmt.Sprint`). */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return printedNumber(value)
  if (value === null || value === undefined) return ''
  return String(value)
}

function printedNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const size = Math.abs(value)
  if (size !== 0 && size < 1e-4) return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2')
  return String(value)
}

/** The number that a Go float32 holds, with the fewest digits that tell it from its neighbours. */
export function asFloat32(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return Math.fround(value)
}

/** A plain YAML date as Go prints the time that it becomes: `2024-01-31` is `2024-01-31 00:00:00 +0000 UTC`. */
export function printedDate(text: string): string {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt ](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?$/.exec(text)
  if (!match) return text
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match
  if (!isCalendarDate(Number(year), Number(month), Number(day)) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return text
  const two = (part: string | undefined) => (part ?? '').padStart(2, '0')
  const offset = zone === 'Z' ? '+0000' : zone.replace(':', '')
  const shown = fraction.slice(0, 10).replace(/\.?0+$/, '')
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${shown} ${offset} ${offset === '+0000' ? 'UTC' : offset}`
}

/** What {@link printedDate} gave, as Go writes a time into YAML: `2024-01-31T00:00:00Z`. */
export function writtenDate(printed: string): string {
  return printed.replace(/^(\S+) (\S+) ([-+]\d{2})(\d{2}) \S+$/, (_all, day: string, time: string, hours: string, minutes: string) => `${day}T${time}${`${hours}${minutes}` === '+0000' ? 'Z' : `${hours}:${minutes}`}`)
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
