import type { LostRequests } from '../model/platform.ts'

/** What a visitor has met so far. Times are of one monotonic clock, ms. */
interface Visited {
  asked: number
  unanswered: number
  /** Of the last answer that led to the app; at first: when the visit began, because it had just been seen to answer. */
  goodAt: number
  /** Whether one was lost since. */
  inGap: boolean
  longestGapMs: number
}

export function visitBegun(at: number): Visited {
  return { asked: 0, unanswered: 0, goodAt: at, inGap: false, longestGapMs: 0 }
}

/** One more request. A gap is from the last answer before a lost request to the first one after it; the pace of the visitor is none. */
export function visited(so: Visited, isGood: boolean, at: number): Visited {
  const asked = so.asked + 1
  if (!isGood) return { ...so, asked, unanswered: so.unanswered + 1, inGap: true }
  return { ...so, asked, goodAt: at, inGap: false, longestGapMs: gapSoFar(so, at) }
}

/** `partial`: what was asked before this process took it up is not in it. */
export function lostRequests(so: Visited, given: { url: string; at: number; partial: boolean }): LostRequests {
  return { url: given.url, asked: so.asked, unanswered: so.unanswered, longestGapMs: Math.round(gapSoFar(so, given.at)), ...(given.partial ? { partial: true } : {}) }
}

function gapSoFar({ inGap, goodAt, longestGapMs }: Visited, at: number): number {
  return inGap ? Math.max(longestGapMs, at - goodAt) : longestGapMs
}
