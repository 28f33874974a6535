const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** An amount for people: `812 bytes`, `1.4 MiB`. What is no number, or less than nothing, is `0 bytes`. */
export function sayBytes(bytes: number): string {
  if (!(bytes > 0)) return '0 bytes'
  if (bytes < 1000) return Math.round(bytes) === 1 ? '1 byte' : `${Math.round(bytes)} bytes`
  let amount = bytes
  let unit = ''
  for (const next of UNITS) {
    amount /= 1024
    unit = next
    if (amount < 999.5) break
  }
  return `${amount < 9.95 ? amount.toFixed(1) : Math.round(amount)} ${unit}`
}
