import { readRegularFile } from '../../../lib/regular-file.ts'
import type { Finding } from '../../../domain/plan/doctor/finding.ts'
import { mendNoSwarm, type NoSwarm } from '../../../domain/plan/doctor/no-swarm.ts'
import { pullFinding } from '../../../domain/plan/doctor/pulls.ts'
import { versionFindings } from '../../../domain/plan/doctor/versions.ts'
import type { NoEngine } from '../../../ports/engine.ts'
import type { Vitals } from '../../../ports/vitals.ts'
import type { Settings } from '../../../settings/settings.ts'
import type { Call } from '../../command.ts'

/** What runs the apps: both engines, their versions, and whether they get their images. */
export async function engineFindings({ services }: Call, hub: Awaited<ReturnType<Vitals['askHub']>>): Promise<Finding[]> {
  const { settings, machine } = services
  const findings: Finding[] = []
  const local = await services.engine('local')
  findings.push('unavailable' in local ? { about: 'engine local', state: 'trouble', says: local.unavailable } : { about: 'engine local', state: 'good', says: (await local.facts()).says })

  const swarm = await services.engine('swarm')
  const mend = 'unavailable' in swarm ? mendNoSwarm({ because: whyNone(swarm), address: settings.docker.host, hasDocker: machine.has('docker') }) : undefined
  if ('unavailable' in swarm) return [...findings, { about: 'engine swarm', state: settings.swarmConfigured ? 'trouble' : 'note', says: swarm.unavailable, ...(mend !== undefined && { mend }) }]
  const facts = await swarm.facts()
  findings.push({ about: 'engine swarm', state: 'good', says: facts.says }, ...versionFindings({ engine: facts.engineVersion, client: facts.clientVersion }))
  if (!facts.virtualIps) {
    findings.push({ about: 'IPVS', state: 'note', says: 'the kernel has none: virtual IPs of services do not balance, and services do not reach each other by name', mend: 'load it with: modprobe ip_vs; or write endpoint_mode: dnsrr under deploy: in every service', ...(machine.isRoot() && machine.has('modprobe') && { fix: 'load-ipvs' as const }) })
  }
  findings.push(pullFinding({ hasLogin: hubLogin(settings) !== undefined, mirrors: facts.registryMirrors ?? [], hub }))
  const here = new Set((await swarm.images()).flatMap(({ tags }) => tags))
  const missing = Object.values({ checks: settings.images.checks, restic: settings.images.restic }).filter((image) => !here.has(image))
  if (missing.length > 0) findings.push({ about: 'own images', state: 'note', says: `not on this host yet: ${missing.join(', ')}; fetched when they are first needed` })
  if (!settings.domain) findings.push({ about: 'domain', state: 'trouble', says: 'no domain is set: apps on Swarm have no name below which to answer', mend: 'write domain: ci.example.org into the settings, and point *.ci.example.org at this host' })
  return findings
}

/** An engine that answers, and cannot do what a Swarm can, is in none. */
function whyNone({ kind }: NoEngine): NoSwarm['because'] {
  return kind === 'unsupported' ? 'no-swarm' : kind === 'unreachable' ? 'no-answer' : 'other'
}

/** The account for Docker Hub, where the settings name one and its password can be read. */
export function hubLogin({ registries }: Pick<Settings, 'registries'>): { username: string; password: string } | undefined {
  const known = registries.find(({ host }) => /^(index\.|registry-1\.)?docker\.io$/.test(host))
  const read = known && readRegularFile(known.passwordFile)
  return read && 'text' in read ? { username: known.username, password: read.text.trim() } : undefined
}
