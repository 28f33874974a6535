import { type Command, EXIT } from '../command.ts'
import { bootFinding } from './doctor/boot.ts'
import { diskFindings } from './doctor/disk.ts'
import type { Finding } from './doctor/finding.ts'
import { networkFindings } from './doctor/network.ts'
import { pruneFindings } from './doctor/prune.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'what this machine has and lacks for cc-ci, each with its mend',
  usage: '',
  options: {},
  words: { least: 0, most: 0 },
  examples: ['cc-ci doctor', 'cc-ci doctor --json'],
  async run(call) {
    const { services, io } = call
    const findings: Finding[] = [{ about: 'Node.js', state: 'good', says: process.version }]
    const { settings } = services
    findings.push({ about: 'settings', state: 'good', says: settings.file ?? 'none: everything has its default' })

    findings.push(...diskFindings(services.stateFolder), ...pruneFindings(), ...(await bootFinding(call)))

    const local = await services.engine('local')
    findings.push('unavailable' in local ? { about: 'engine local', state: 'trouble', says: local.unavailable } : { about: 'engine local', state: 'good', says: (await local.facts()).says })

    const swarm = await services.engine('swarm')
    if ('unavailable' in swarm) {
      findings.push({ about: 'engine swarm', state: settings.swarmConfigured ? 'trouble' : 'note', says: swarm.unavailable, mend: 'install Docker, then: docker swarm init' })
    } else {
      const facts = await swarm.facts()
      findings.push({ about: 'engine swarm', state: 'good', says: facts.says })
      if (!facts.virtualIps) {
        findings.push({ about: 'IPVS', state: 'note', says: 'the kernel has none: virtual IPs of services do not balance, and services do not reach each other by name', mend: 'load it with: modprobe ip_vs; or write endpoint_mode: dnsrr under deploy: in every service' })
      }
      if (!settings.domain) findings.push({ about: 'domain', state: 'trouble', says: 'no domain is set: apps on Swarm have no name below which to answer', mend: 'write domain: ci.example.org into the settings, and point *.ci.example.org at this host' })
    }

    findings.push(...(await networkFindings(call)))

    const dead = (await Promise.all((await services.records.list()).map(async (run) => (!run.gone && (await services.locks.holder(`run:${run.id}`)) === null ? run.id : undefined)))).filter(Boolean)
    if (dead.length > 0) findings.push({ about: 'runs', state: 'trouble', says: `${dead.length} died before their teardown: ${dead.join(', ')}`, mend: 'cc-ci runs clean' })

    if (call.json) io.out(JSON.stringify(findings, null, 2))
    else for (const finding of findings) io.out(`${MARK[finding.state]} ${finding.about.padEnd(13)} ${finding.says}${finding.mend ? `\n  ${''.padEnd(13)} mend: ${finding.mend}` : ''}`)
    return findings.some((finding) => finding.state === 'trouble') ? EXIT.infra : EXIT.pass
  },
}

const MARK = { good: '✓', note: '·', trouble: '✗' }
