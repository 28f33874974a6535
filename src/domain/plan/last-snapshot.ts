import { type PlatformHistory, TAKE_SNAPSHOT } from '../model/platform.ts'

/** The newest snapshot that was taken and read back: what known-good has of the data, also where later ones could not be verified. Undefined: there is none. */
export function lastSnapshot({ open, operations }: Pick<PlatformHistory, 'open' | 'operations'>): string | undefined {
  const underWay = open?.done[TAKE_SNAPSHOT]?.snapshot
  if (typeof underWay === 'string') return underWay
  return operations.findLast(({ snapshot }) => snapshot !== undefined)?.snapshot
}
