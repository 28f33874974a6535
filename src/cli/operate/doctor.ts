import type { Finding } from '../../domain/plan/doctor/finding.ts'
import { countProblems } from '../../domain/report/problems.ts'
import { renderFindings } from '../../domain/report/doctor.ts'
import { isKept } from '../../domain/report/run-ending.ts'
import { counted } from '../../domain/report/words.ts'
import { type Call, type Command, EXIT } from '../command.ts'
import { bootFinding } from './doctor/boot.ts'
import { diskFindings } from './doctor/disk.ts'
import { engineFindings, hubLogin } from './doctor/engines.ts'
import { carryOutFixes } from './doctor/fix.ts'
import { hostFindings } from './doctor/host.ts'
import { networkFindings } from './doctor/network.ts'
import { pruneFindings } from './doctor/prune.ts'
import { reachFindings } from './doctor/reach.ts'
import { serverFindings } from './doctor/server.ts'

export const doctor: Command = {
  name: 'doctor',
  summary: 'what this machine has and lacks for cc-ci, each with its mend',
  usage: '[--fix]',
  options: { fix: { type: 'boolean', says: 'mend what is safe to mend: what dead runs and processes left, what is old, missing folders; then look again' } },
  words: { least: 0, most: 0 },
  examples: ['cc-ci doctor', 'cc-ci doctor --fix', 'cc-ci doctor --json'],
  async run(call) {
    const { io } = call
    const before = await look(call)
    if (!call.flag('fix')) {
      io.out(call.json ? JSON.stringify(before, null, 2) : renderFindings(before))
      return exitOf(before)
    }
    const did = await carryOutFixes(call, before)
    for (const line of did) io.err(line)
    const findings = await look(call)
    io.out(call.json ? JSON.stringify({ did, findings }, null, 2) : renderFindings(findings))
    return exitOf(findings)
  },
}

function exitOf(findings: readonly Finding[]): number {
  return findings.some(({ state }) => state === 'trouble') ? EXIT.infra : EXIT.pass
}

/** In the order in which a reader wants it: this machine, how it is reached, what runs the apps, what was left behind. */
async function look(call: Call): Promise<Finding[]> {
  const { services } = call
  const hub = services.vitals.askHub(hubLogin(services.settings))
  return [
    { about: 'Node.js', state: 'good', says: process.version },
    settingsFinding(call),
    ...diskFindings(services.stateFolder),
    ...(await hostFindings(call, await hub)),
    ...pruneFindings(),
    ...(await bootFinding(call)),
    ...(await reachFindings(call)),
    ...(await networkFindings(call)),
    ...(await serverFindings(call)),
    ...(await deadRuns(call)),
    ...(await engineFindings(call, await hub)),
  ]
}

function settingsFinding({ services: { settings, settingsProblems } }: Call): Finding {
  const says = settings.file ?? 'none: everything has its default'
  return settingsProblems.length === 0 ? { about: 'settings', state: 'good', says } : { about: 'settings', state: 'note', says: `${says}: ${countProblems(settingsProblems)}`, mend: 'cc-ci settings check' }
}

async function deadRuns({ services: { records, locks } }: Call): Promise<Finding[]> {
  const dead = (await Promise.all((await records.list()).map(async (run) => (!run.gone && !isKept(run) && (await locks.holder(`run:${run.id}`)) === null ? [run.id] : [])))).flat()
  return dead.length === 0 ? [] : [{ about: 'runs', state: 'trouble', says: `${counted(dead.length, 'run')} died before the teardown: ${dead.join(', ')}`, mend: 'cc-ci runs clean', fix: 'clean-runs' }]
}
