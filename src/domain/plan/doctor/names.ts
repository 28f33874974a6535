import type { Finding } from './finding.ts'

/** Whether any name below the domain leads here. `addresses` undefined: no server of names answered. */
export function wildcardFinding({ domain, addresses, own }: { domain: string; addresses: readonly string[] | undefined; own: readonly string[] }): Finding {
  const about = 'names'
  const mend = `at your provider: an entry *.${domain} that leads to this host`
  if (addresses === undefined) return { about, state: 'note', says: `nobody can say where *.${domain} leads: no server of names answered` }
  if (addresses.length === 0) return { about, state: 'trouble', says: `*.${domain} leads nowhere: people and certificates do not find the apps`, mend }
  if (addresses.some((address) => own.includes(address))) return { about, state: 'good', says: `*.${domain} leads to this host` }
  return { about, state: 'note', says: `*.${domain} leads to ${addresses.join(' and ')}, which is none of this host's own addresses: right where a router passes on to it, wrong elsewhere`, mend }
}
