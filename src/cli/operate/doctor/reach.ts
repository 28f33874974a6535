import { readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { certificateFinding, type Shown } from '../../../domain/plan/doctor/certificate.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'
import { wildcardFinding } from '../../../domain/plan/doctor/names.ts'
import type { ProbeAnswer } from '../../../ports/probe.ts'
import type { Call } from '../../command.ts'

/** ms */
const LIMIT = 5_000

/** How people get to the apps of this host: by name, and with a certificate. Asked with a name that no app has: any name below the domain has to do. */
export async function reachFindings({ services }: Call): Promise<Finding[]> {
  const { settings, vitals, probes, clock } = services
  const { domain, proxy } = settings
  if (domain === undefined) return []
  const name = `doctor-${randomBytes(3).toString('hex')}.${domain}`
  const [addresses, answer] = await Promise.all([
    vitals.addressesOf(name),
    probes.http({ url: `https://${name}/`, connect: { address: proxy.address, port: proxy.port }, timeoutMs: LIMIT, ...(proxy.caFile === undefined ? {} : { ca: readFileSync(proxy.caFile, 'utf8') }) }),
  ])
  return [wildcardFinding({ domain, addresses, own: vitals.ownAddresses() }), certificateFinding({ domain, shown: shownBy(answer), now: clock.now() })]
}

function shownBy(answer: ProbeAnswer): Shown {
  switch (answer.kind) {
    case 'answered':
      return answer.certificate ? { is: 'certificate', validTo: answer.certificate.validTo } : { is: 'wrong', says: 'it showed no certificate' }
    case 'wrong-certificate':
      return { is: 'wrong', says: answer.says }
    case 'timed-out':
      return { is: 'nobody', says: `no answer within ${LIMIT / 1000} s` }
    case 'refused':
    case 'broken':
    case 'not-sent':
      return { is: 'nobody', says: answer.says }
  }
}
