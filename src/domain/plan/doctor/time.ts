import type { Finding } from './finding.ts'

/** Certificates and signatures forgive about so much. */
const MOST_SKEW_MS = 60_000

/** Whether the time of day is right. `kept`: a time server keeps it; `skewMs`: how far we are ahead of somebody else's clock. Undefined: nobody told. */
export function timeFinding({ kept, skewMs }: { kept: boolean | undefined; skewMs: number | undefined }): Finding {
  const about = 'clock'
  if (skewMs !== undefined && Math.abs(skewMs) > MOST_SKEW_MS) {
    return { about, state: 'trouble', says: `it is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the registry's: certificates and times on record are wrong`, mend: 'timedatectl set-ntp true' }
  }
  if (kept === false) return { about, state: 'trouble', says: 'no time server keeps it: it drifts', mend: 'timedatectl set-ntp true' }
  if (kept === undefined && skewMs === undefined) return { about, state: 'note', says: 'nothing here tells whether it is right', mend: 'timedatectl' }
  return { about, state: 'good', says: kept ? 'a time server keeps it' : "it agrees with the registry's" }
}
