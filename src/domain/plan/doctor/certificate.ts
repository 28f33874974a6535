import type { Finding } from './finding.ts'

const DAY = 24 * 60 * 60_000
/** Who renews by itself does so long before. */
const SOON = 14 * DAY

/** What the proxy showed when it was asked for a name below the domain. */
export type Shown =
  /** ms UTC */
  | { is: 'certificate'; validTo: number }
  /** Not for that name, or from nobody who is known; why. */
  | { is: 'wrong'; says: string }
  | { is: 'nobody'; says: string }

export function certificateFinding({ domain, shown, now }: { domain: string; shown: Shown; now: number }): Finding {
  const about = 'certificate'
  switch (shown.is) {
    case 'nobody':
      return { about, state: 'trouble', says: `the proxy does not answer for ${domain}: ${shown.says}`, mend: 'cc-ci platform reconcile, or proxy: in the settings if it listens elsewhere' }
    case 'wrong':
      return { about, state: 'trouble', says: `the proxy shows none for *.${domain}: ${shown.says}`, mend: "see the proxy's log; where an authority of your own signed it, name that under proxy: ca: in the settings" }
    case 'certificate': {
      const days = Math.floor((shown.validTo - now) / DAY)
      if (shown.validTo <= now) return { about, state: 'trouble', says: `that of *.${domain} has ended`, mend: 'renew it' }
      if (shown.validTo - now < SOON) return { about, state: 'trouble', says: `that of *.${domain} ends in ${days === 1 ? 'one day' : `${days} days`}`, mend: 'renew it' }
      return { about, state: 'good', says: `that of *.${domain} is good for ${days} days` }
    }
  }
}
