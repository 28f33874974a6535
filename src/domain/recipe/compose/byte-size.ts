import { LONGEST_NUMBER } from './duration.ts'

const POWER: Record<string, number> = { k: 1, m: 2, g: 3, t: 4, p: 5 }

/** `512m`, `1.5GiB`, `100` in bytes, as decimal text; units are powers of 1024. Undefined where it is none. go-units' `RAMInBytes`. */
export function bytesOf(text: string): string | undefined {
  if (text.length > LONGEST_NUMBER) return undefined
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?(?:([bB])|([kmgtpKMGTP])(?:[iI]?[bB])?)?$/.exec(text)
  if (!match) return undefined
  const size = Number(match[1]) * 1024 ** (POWER[(match[3] ?? '').toLowerCase()] ?? 0)
  if (size < 0 || size >= 2 ** 63) return undefined
  return BigInt(Math.trunc(size)).toString()
}
