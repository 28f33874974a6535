import type { LostRequests } from '../model/platform.ts'
import { sayDuration } from './duration.ts'

/** What visitors met while the proxy was changed. Undefined: nobody was there. */
export function sayLost({ url, asked, unanswered, longestGapMs, partial }: LostRequests): string | undefined {
  if (asked === 0) return undefined
  const since = partial ? ', counted since it was taken up again' : ''
  const requests = asked === 1 ? 'one request' : `${asked} requests`
  if (unanswered === 0) return `${asked === 1 ? 'the' : 'all'} ${requests} at ${url} meanwhile ${asked === 1 ? 'was' : 'were'} answered${since}`
  return `of ${requests} at ${url} meanwhile ${unanswered} had no answer; the longest gap was ${sayDuration(longestGapMs)}${since}`
}
