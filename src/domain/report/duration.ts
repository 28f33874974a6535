/** A time span for people: `0.3 s`, `42 s`, `3 min 5 s`, `1 h 4 min`. `ms` is milliseconds; what is no number, or less than nothing, is `0 s`. */
export function sayDuration(ms: number): string {
  if (!(ms > 0)) return '0 s'
  if (ms < 9_950) return `${(ms < 100 ? 0.1 : ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  const wholeMinutes = Math.round(seconds / 60)
  const hours = Math.floor(wholeMinutes / 60)
  return wholeMinutes % 60 === 0 ? `${hours} h` : `${hours} h ${wholeMinutes % 60} min`
}
