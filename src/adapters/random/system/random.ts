import { randomBytes } from 'node:crypto'
import type { Random } from '../../../ports/random.ts'

export function systemRandom(): Random {
  return { bytes: (count) => randomBytes(count) }
}
